"""Puts the post a signed-in user acts under on each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from teachers.models import Post

SESSION_KEY = "post"


def acting_post(request: HttpRequest) -> Post | None:
    """The post chosen on screen if it is still in force, else the first one in force, else None."""
    if not request.user.is_authenticated:
        return None
    posts = list(
        Post.objects.current(timezone.localdate())
        .filter(user=request.user)
        .with_organisation()
        .order_by("id")
    )
    request.posts = posts
    chosen = request.session.get(SESSION_KEY)
    return next((post for post in posts if post.pk == chosen), posts[0] if posts else None)


class PostMiddleware:
    """Sets `request.post` and `request.posts` (one query, for signed-in users only)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts = []
        request.post = acting_post(request)
        return self.get_response(request)
