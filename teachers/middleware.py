"""Puts the post a signed-in user acts under on each request; shows the privacy notice first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from teachers import notice
from teachers.models import Post, User
from teachers.ready_queries import Ready

SESSION_KEY = "post"
_POSTS = Ready("posts_acted_under", Post.objects.acted_under, user="bigint", on="date")


def current_posts(user: User) -> list[Post]:
    """The posts under which the user may act today, in one query: the own ones, oldest first, then
    those of colleagues the user acts for, each a copy with its `delegation`."""
    posts = _POSTS(user=user.pk, on=timezone.localdate())
    for post in posts:
        post.delegation = getattr(post, "given", None)
        if post.delegation:
            post.delegation.post = post
    return sorted(posts, key=lambda post: (post.delegation.pk if post.delegation else 0, post.pk))


def acting_post(request: HttpRequest) -> Post | None:
    """The post chosen on screen if it is still in force, else the first one in force, else None."""
    if not request.user.is_authenticated:
        return None
    request.posts = posts = current_posts(request.user)
    chosen = str(request.session.get(SESSION_KEY, ""))
    return next((post for post in posts if post.key == chosen), posts[0] if posts else None)


class PostMiddleware:
    """Sets `request.post` and `request.posts` (one query, for signed-in users only)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts = []
        request.post = acting_post(request)
        return self.get_response(request)


class NoticeMiddleware:
    """Sends whoever has not read the present notice on personal data to it, once.

    It costs no query: the account says which version was read. Programs are told by contract.
    """

    OPEN = {"teachers:notice", "teachers:sign_in", "teachers:sign_out", "set_language"}
    #: Pieces that every page asks for by itself.
    PIECES = {"workflows:messages_bell"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view) -> HttpResponse | None:
        if not request.user.is_authenticated or notice.has_read(request.user):
            return None
        name = request.resolver_match.view_name
        if request.path_info.startswith("/api/") or name in self.OPEN | self.PIECES:
            return None
        wanted = request.get_full_path() if request.method == "GET" else ""
        address = reverse("teachers:notice") + (f"?{urlencode({'next': wanted})}" if wanted else "")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("teachers:notice")})
        return redirect(address)
