"""The base of every endpoint: who is signed in, and under which post the person acts."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from teachers.api.problems import NoPost, NotYourPost, TooLarge
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
    chosen = next((post for post in posts if post.key == named.strip()), None)
    if chosen is None:
        raise NotYourPost
    return chosen


class BoundedView(APIView):
    """An endpoint that reads no request larger than `largest_body` bytes."""

    largest_body = 1024 * 1024

    def initial(self, request: Request, *args, **kwargs) -> None:
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.largest_body:
            raise TooLarge
        super().initial(request, *args, **kwargs)


class DeskView(BoundedView, GenericAPIView):
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

    def page_of(self, rows: QuerySet, serializer: type[Serializer]) -> Response:
        """One page of the rows, in the order the endpoint names as `order`."""
        found = self.paginate_queryset(rows)
        context = self.get_serializer_context()
        return self.get_paginated_response(serializer(found, many=True, context=context).data)

    def asked(self, serializer: type[Serializer], data: Any = None) -> dict:
        """The checked values of the query (or of `data`). Raises ValidationError."""
        wanted = serializer(data=self.request.query_params if data is None else data)
        wanted.is_valid(raise_exception=True)
        return wanted.validated_data


class AnyKind(DefaultContentNegotiation):
    """Whatever kind the client accepts: the answer has one kind only."""

    def select_renderer(self, request: Request, renderers: list, format_suffix: str | None = None):
        return renderers[0], renderers[0].media_type


class DownloadView(DeskView):
    """An endpoint that hands out a file; failures are problems as everywhere."""

    content_negotiation_class = AnyKind


def find(rows: "QuerySet[Row]", **key) -> Row:
    """The one row with this key, else 404 (also for keys no row can have, such as a NUL byte)."""
    try:
        return rows.get(**key)
    except (rows.model.DoesNotExist, ValueError):
        raise Http404 from None
