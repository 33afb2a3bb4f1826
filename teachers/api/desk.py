"""The base of every endpoint: who is signed in, and under which post the person acts."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from teachers.api.problems import NoPost, NotYourPost
from teachers.middleware import current_posts
from teachers.models import Post

HEADER = "X-Post"
Row = TypeVar("Row", bound=Model)


class ActsUnderPost(IsAuthenticated):
    """Signed in, and holding at least one post today."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.post is None:
            raise NoPost
        return True


def select_post(request: Request, posts: list[Post], on_screen: Post | None) -> Post | None:
    """The post the header names, else the one chosen on screen, else the first in force.

    Raises NotYourPost when the header names anything but one of `posts`.
    """
    named = request.headers.get(HEADER)
    if named is None:
        return on_screen or (posts[0] if posts else None)
    chosen = next((post for post in posts if str(post.pk) == named.strip()), None)
    if chosen is None:
        raise NotYourPost
    return chosen


class DeskView(APIView):
    """An endpoint for people with a post: `request.post` means the same as on the pages."""

    permission_classes = [ActsUnderPost]

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        request.posts, request.post = [], None
        if not request.user.is_authenticated:
            return
        page = request._request
        by_token = request.auth is not None
        request.posts = current_posts(request.user) if by_token else page.posts
        request.post = select_post(request, request.posts, None if by_token else page.post)


def find(rows: "QuerySet[Row]", **key) -> Row:
    """The one row with this key, else 404 (also for keys no row can have, such as a NUL byte)."""
    try:
        return rows.get(**key)
    except (rows.model.DoesNotExist, ValueError):
        raise Http404 from None
