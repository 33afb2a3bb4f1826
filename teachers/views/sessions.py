"""Signing in and out, and which post a person acts under."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teachers.forms import SignInForm
from teachers.middleware import SESSION_KEY
from teachers.models import Post


class SignIn(LoginView):
    """Asks for user name and password; sends on to the page that was wanted, or home."""

    template_name = "teachers/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session (POST only)."""


@login_required
@require_POST
def choose_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Act under another of the own posts that are in force; the desk of that post opens."""
    own = Post.objects.current(timezone.localdate()).filter(user=request.user).with_organisation()
    post = get_object_or_404(own, pk=pk)
    request.session[SESSION_KEY] = post.pk
    messages.success(
        request,
        _("You now act as %(role)s of %(organisation)s.")
        % {"role": post.get_role_display(), "organisation": post.organisation},
    )
    return redirect("home")
