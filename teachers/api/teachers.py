"""Teachers of the acting post's subtree, found as on the page."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from teachers import search
from teachers.api.desk import DeskView
from teachers.api.documents import answer, endpoint
from teachers.api.paging import CURSOR, KeysetPages, page_size
from teachers.api.serializers import (
    IdentitySearchSerializer,
    TeacherQuerySerializer,
    TeacherSerializer,
)
from teachers.models import Teacher
from teachers.policies import sees_files
from teachers.search.asking import By

EXAMPLE = {
    "id": 4711,
    "number": "620000000017",
    "name": "马晓兰",
    "pinyin": "maxiaolan",
    "sex": "2",
    "age": 36,
    "ethnic": "03",
    "identity_type": "1",
    "identity_mask": "622926********0026",
    "organisation": {
        "code": "2162002291",
        "name": "锁南镇第二小学",
        "kind": "school",
        "school_kind": "P",
    },
    "status": "active",
}
TEACHER = answer(TeacherSerializer(many=True), "a teacher", [EXAMPLE])


class SearchPages(KeysetPages):
    """Pages whose rows and cursor the search has made."""

    def page(self, request: Request, found: search.Page) -> Response:
        self.request, self.next_cursor = request, found.after or None
        return self.get_paginated_response(TeacherSerializer(_with_ages(found), many=True).data)


def _with_ages(found: search.Page) -> list[Teacher]:
    teachers = []
    for row in found.rows:
        row.teacher.age = row.age
        teachers.append(row.teacher)
    return teachers


class TeachersView(DeskView):
    """For those who see files: clerks, heads, reviewers, managers, supervisors."""

    pagination_class = SearchPages

    @endpoint(
        summary="Search teachers",
        description="Within the subtree of the acting post, in the order of the pinyin.",
        parameters=[TeacherQuerySerializer],
        answers=TEACHER,
        fails=(400, 409),
    )
    def get(self, request: Request) -> Response:
        if not sees_files(request.post):
            raise exceptions.PermissionDenied
        wanted = self.asked(TeacherQuerySerializer)
        filters = search.Filters.read({**wanted, "after": request.query_params.get(CURSOR, "")})
        if filters.question.is_secret:
            raise exceptions.ValidationError(
                {"q": _("A whole identity number goes into the body of by-identity.")}
            )
        found = search.read(request.post, filters, on=timezone.localdate(), size=page_size(request))
        return self.paginator.page(request, found)


class ByIdentityView(DeskView):
    """For those who see files. Every search is written into the access log."""

    pagination_class = None

    @endpoint(
        summary="Find a teacher by the whole identity number",
        description="Within the subtree of the acting post; a former number finds the person too.",
        request=IdentitySearchSerializer,
        answers=TEACHER,
        fails=(400, 409),
    )
    def post(self, request: Request) -> Response:
        if not sees_files(request.post):
            raise exceptions.PermissionDenied
        number = self.asked(IdentitySearchSerializer, request.data)["number"]
        filters = search.Filters.read({"q": number, "by": By.IDENTITY})
        if not filters.question.is_secret:
            raise exceptions.ValidationError({"number": _("Give the whole number.")})
        found = search.read(request.post, filters, on=timezone.localdate())
        search.note(
            found,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
        )
        return Response(TeacherSerializer(_with_ages(found), many=True).data)
