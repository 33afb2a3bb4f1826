"""The index system for programs: the JSON Schema of a version and kind of school."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from teachers.api.desk import DeskView
from teachers.api.documents import endpoint
from teachers.enums import SchoolKind
from teachers.models import IndexVersion
from teachers.published_schema import schema_of

SHORTENED = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:teacher-information:index:2026:P",
    "title": "教师基础信息指标体系（2026 年版） · 中小学",
    "type": "object",
    "properties": {
        "basic": {
            "title": "基本信息",
            "x-title-en": "Basic information",
            "type": "object",
            "properties": {
                "sex": {"title": "性别", "x-title-en": "Sex", "$ref": "#/$defs/gb2261_1_sex"}
            },
            "required": ["sex"],
            "additionalProperties": False,
        }
    },
    "required": ["basic"],
    "additionalProperties": False,
    "$defs": {
        "gb2261_1_sex": {
            "title": "性别",
            "x-title-en": "Sex",
            "enum": ["1", "2"],
            "x-names": {"1": ["男性", "Male"], "2": ["女性", "Female"]},
        }
    },
}


class FormSchemaView(DeskView):
    """What a document of one kind of school looks like, for programs that make or read them."""

    @endpoint(
        summary="The JSON Schema of a version of the index system",
        description=(
            "Draft 2020-12, with Chinese titles, English ones as `x-title-en`, and every code list "
            "with its values. Published versions never change; code lists may, from one day to "
            "the next."
        ),
        parameters=[
            OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH),
            OpenApiParameter(
                "kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=SchoolKind.values
            ),
        ],
        answers={
            200: OpenApiResponse(
                OpenApiTypes.OBJECT,
                description="A JSON Schema",
                examples=[OpenApiExample("a primary school", value=SHORTENED, response_only=True)],
            )
        },
        fails=(404,),
    )
    def get(self, request: Request, code: str, kind: str) -> Response:
        version = IndexVersion.objects.visible_to(request.post).filter(code=code).first()
        if version is None or kind not in SchoolKind.values:
            raise Http404
        return Response(schema_of(version, kind))
