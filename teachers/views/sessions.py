"""Signing in and out, and which post a person acts under."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teachers.forms import SignInForm
from teachers.middleware import SESSION_KEY


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
    return _act_under(request, str(pk))


@login_required
@require_POST
def act_for(request: HttpRequest, pk: int, delegation: int) -> HttpResponse:
    """Act for a colleague under the colleague's post, as a delegation in force allows."""
    return _act_under(request, f"{pk}:{delegation}")


def _act_under(request: HttpRequest, key: str) -> HttpResponse:
    post = next((post for post in request.posts if post.key == key), None)
    if post is None:
        raise Http404
    request.session[SESSION_KEY] = post.key
    words = {
        "role": post.get_role_display(),
        "organisation": post.organisation,
        "holder": post.user,
    }
    if post.delegation:
        said = _("You now act for %(holder)s, %(role)s of %(organisation)s.") % words
    else:
        said = _("You now act as %(role)s of %(organisation)s.") % words
    messages.success(request, said)
    return redirect("home")
