"""Stage reports: list, ask, download."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api.examples import COUNTY
from reports import actions
from reports.api import serializers
from reports.api.asking import MadeView, asked_for
from reports.downloads import of_report
from reports.enums import ReportState
from reports.models import Report
from reports.views.downloads import hand_out
from teachers.api.desk import DownloadView, find
from teachers.api.documents import answer, endpoint

PDF = "application/pdf"
EXAMPLE = {
    "id": 118,
    "campaign": "2026",
    "kind": "stage",
    "stage": "county_review",
    "organisation": COUNTY,
    "issue": 3,
    "language": "zh-hans",
    "state": "done",
    "frozen_at": "2026-12-04T17:00:00+08:00",
    "asked_by": "马文斌",
    "asked_at": "2026-12-04T16:59:51+08:00",
    "finished_at": "2026-12-04T17:00:04+08:00",
    "pages_done": 6,
    "pages": 6,
    "size": 411208,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "code": "7F3A-92C4-4B5E",
    "signed_as": "甘肃省教育厅",
    "error": "",
    "document": "https://jszx.example.gov.cn/api/v1/reports/118/report.pdf",
}
QUEUED = {
    **EXAMPLE,
    "state": "queued",
    **dict.fromkeys(["frozen_at", "finished_at", "pages", "size", "document"]),
    "pages_done": 0,
    "sha256": "",
    "signed_as": "",
}


def reports(request: Request) -> QuerySet[Report]:
    """Those the acting post may see, without the figures."""
    rows = Report.objects.visible_to(request.post).defer("figures")
    return rows.select_related("campaign", "organisation", "asked_by")


class MadeReportView(MadeView):
    rows, serializer, name = reports, serializers.ReportSerializer, "report"


class ReportsView(MadeReportView):
    """Reports on the acting post's organisation and those below it, the newest first."""

    order = ("-id",)

    @endpoint(
        summary="List reports",
        parameters=[serializers.ReportQuerySerializer],
        answers=answer(serializers.ReportSerializer(many=True), "a report", [EXAMPLE]),
        fails=(400,),
    )
    def get(self, request: Request) -> Response:
        wanted = self.asked(serializers.ReportQuerySerializer)
        rows = reports(request)
        if "campaign" in wanted:
            rows = rows.filter(campaign__code=wanted["campaign"])
        if "kind" in wanted:
            rows = rows.filter(kind=wanted["kind"])
        if "stage" in wanted:
            rows = rows.filter(stage=wanted["stage"])
        if "unit" in wanted:
            rows = rows.filter(organisation__code=wanted["unit"])
        return self.page_of(rows, serializers.ReportSerializer)

    @endpoint(
        summary="Ask for a report",
        description=(
            "Queues it; a worker makes it. While one is in the making, that one is answered. Read"
            " it again until `state` is `done`."
        ),
        request=serializers.AskReportSerializer,
        answers=answer(serializers.ReportSerializer, "queued", QUEUED, 202),
        fails=(400, 404, 409, 415),
        examples=[
            OpenApiExample(
                "a county",
                value={"campaign": "2026", "stage": "county_review", "unit": "622926"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.asked(serializers.AskReportSerializer, request.data)
        report = actions.ask(kind=wanted["kind"], **asked_for(request, wanted))
        return self.told(report.pk, 202)


class ReportView(MadeReportView):
    """One report: is it ready?"""

    @endpoint(
        summary="Read a report",
        answers=answer(serializers.ReportSerializer, "a report", EXAMPLE),
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.told(pk)


class CancelReportView(MadeReportView):
    """Call off a report."""

    @endpoint(
        summary="Call off a report",
        description="One that waits or is being made; its file is never kept.",
        request=None,
        answers=answer(
            serializers.ReportSerializer, "called off", {**QUEUED, "state": "cancelled"}
        ),
        fails=(403, 404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.acted(actions.cancel, pk)


class RetryReportView(MadeReportView):
    """Try a report again."""

    @endpoint(
        summary="Try a report again",
        description="One that has failed or was called off; its figures are counted anew.",
        request=None,
        answers=answer(serializers.ReportSerializer, "queued", QUEUED),
        fails=(403, 404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.acted(actions.retry, pk)


class DocumentView(DownloadView):
    """The PDF; every download is written to the access log."""

    @endpoint(
        summary="Download a report",
        answers={(200, PDF): OpenApiResponse(OpenApiTypes.BINARY, description="The PDF.")},
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        report = find(reports(request).filter(state=ReportState.DONE), pk=pk)
        return hand_out(request, of_report(report))
