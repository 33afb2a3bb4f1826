"""The door of the site: where each role begins."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config import navigation


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to the page it works on; say what to do to somebody who holds no post."""
    if entries := navigation.rail(request):
        return redirect(entries[0].url)
    return render(request, "no_post.html")
