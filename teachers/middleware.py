"""Puts the post a signed-in user acts under on each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from teachers.models import Post, User

SESSION_KEY = "post"


def current_posts(user: User) -> list[Post]:
    """The user's posts in force today, with their organisations, oldest first."""
    today = timezone.localdate()
    return list(Post.objects.current(today).filter(user=user).with_organisation().order_by("id"))


def acting_post(request: HttpRequest) -> Post | None:
    """The post chosen on screen if it is still in force, else the first one in force, else None."""
    if not request.user.is_authenticated:
        return None
    request.posts = posts = current_posts(request.user)
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
