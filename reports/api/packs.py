"""Packs of a stage: list, ask, follow, call off, download."""

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from reports import actions, downloads
from reports.api import serializers
from reports.api.asking import MadeView, asked_for
from reports.enums import ReportState
from reports.models import Pack, PackFile
from reports.views.downloads import hand_out
from teachers.api.desk import DownloadView, find
from teachers.api.documents import answer, endpoint

ADDRESS = "https://jszx.example.gov.cn/api/v1/packs/7"
EXAMPLE = {
    "id": 7,
    "campaign": "2026",
    "stage": "county_review",
    "organisation": {
        "code": "620000",
        "name": "甘肃省",
        "kind": "province",
        "school_kind": "",
    },
    "language": "zh-hans",
    "state": "done",
    "reports_count": 110,
    "reports_done": 110,
    "asked_by": "马文斌",
    "asked_at": "2026-12-04T16:59:51+08:00",
    "finished_at": "2026-12-04T17:02:40+08:00",
    "error": "",
    "files": [
        {"form": "zip", "size": 48123456, "sha256": "9f86…", "document": f"{ADDRESS}/zip/"},
        {"form": "bound", "size": 51123456, "sha256": "0a1b…", "document": f"{ADDRESS}/bound/"},
    ],
}
QUEUED = {
    **EXAMPLE,
    "state": "queued",
    "reports_count": 0,
    "reports_done": 0,
    "finished_at": None,
    "files": [],
}


def packs(request: Request) -> QuerySet[Pack]:
    """Those the acting post may see, with their files but not the content of those."""
    files = Prefetch("files", PackFile.objects.defer("content").order_by("-form"))
    rows = Pack.objects.visible_to(request.post).prefetch_related(files)
    return rows.select_related("campaign", "organisation", "asked_by")


class MadePackView(MadeView):
    rows, serializer, name = packs, serializers.PackSerializer, "pack"


class PacksView(MadePackView):
    """Packs of the acting post's organisation and those below it, the newest first."""

    order = ("-id",)

    @endpoint(
        summary="List packs",
        answers=answer(serializers.PackSerializer(many=True), "a pack", [EXAMPLE]),
        fails=(400,),
    )
    def get(self, request: Request) -> Response:
        return self.page_of(packs(request), serializers.PackSerializer)

    @endpoint(
        summary="Ask for a pack",
        description=(
            "Queues the reports of a stage on a unit and all authorities below it; workers make"
            " them as of one moment and put them together. While one is in the making, that one"
            " is answered."
        ),
        request=serializers.AskSerializer,
        answers=answer(serializers.PackSerializer, "queued", QUEUED, 202),
        fails=(400, 404, 409, 415),
        examples=[
            OpenApiExample(
                "the province",
                value={"campaign": "2026", "stage": "county_review", "unit": "620000"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.asked(serializers.AskSerializer, request.data)
        pack = actions.ask_pack(**asked_for(request, wanted))
        return self.told(pack.pk, 202)


class PackView(MadePackView):
    """One pack: is it ready?"""

    @endpoint(
        summary="Read a pack",
        answers=answer(serializers.PackSerializer, "a pack", EXAMPLE),
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.told(pk)


class CancelPackView(MadePackView):
    """Call off a pack."""

    @endpoint(
        summary="Call off a pack",
        description="With those of its reports that are not made yet; made ones stay.",
        request=None,
        answers=answer(serializers.PackSerializer, "called off", {**QUEUED, "state": "cancelled"}),
        fails=(403, 404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.acted(actions.cancel_pack, pk)


class RetryPackView(MadePackView):
    """Try a pack again."""

    @endpoint(
        summary="Try a pack again",
        description="One that has failed or was called off; what is made is not made again.",
        request=None,
        answers=answer(serializers.PackSerializer, "queued", QUEUED),
        fails=(403, 404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.acted(actions.retry_pack, pk)


class PackFileView(DownloadView):
    """A file of a pack; every download is written to the access log. Parts (Range) are given."""

    @endpoint(
        summary="Download a file of a pack",
        answers={
            (200, "application/octet-stream"): OpenApiResponse(
                OpenApiTypes.BINARY, description="The archive (`zip`) or the PDF (`bound`)."
            )
        },
        fails=(404,),
    )
    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        pack = find(packs(request).filter(state=ReportState.DONE), pk=pk)
        file = find(PackFile.objects.filter(pack=pack).defer("content"), form=form)
        return hand_out(request, downloads.of_pack(pack, file))
