"""Submissions: list, findings, workbooks in and the failed rows out."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import actions, queries
from campaigns.api import examples, serializers
from campaigns.models import Submission, WorkbookImport
from teachers.api.desk import DeskView, DownloadView, find
from teachers.api.documents import answer, endpoint
from teachers.api.problems import TooLarge
from teachers.models import Organisation
from teachers.policies import reports_for_own_school

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def submissions(request: Request) -> QuerySet[Submission]:
    """Those the acting post may see."""
    rows = Submission.objects.visible_to(request.post)
    return rows.select_related("campaign", "organisation")


class SubmissionsView(DeskView):
    """Submissions of the acting post's own school, or of the subtree it oversees."""

    @endpoint(
        summary="List submissions",
        parameters=[serializers.SubmissionQuerySerializer],
        answers=answer(
            serializers.SubmissionSerializer(many=True), "a submission", [examples.SUBMISSION]
        ),
        fails=(400, 404),
    )
    def get(self, request: Request) -> Response:
        wanted = self.asked(serializers.SubmissionQuerySerializer)
        rows = submissions(request)
        if "campaign" in wanted:
            rows = rows.filter(campaign__code=wanted["campaign"])
        if "state" in wanted:
            rows = rows.filter(state=wanted["state"])
        if "unit" in wanted:
            unit = find(Organisation.objects.visible_to(request.post), code=wanted["unit"])
            rows = rows.filter(organisation__path__startswith=unit.path)
        return self.page_of(rows, serializers.SubmissionSerializer)


class FindingsView(DeskView):
    """What the rules found in a submission."""

    @endpoint(
        summary="List the findings of a submission",
        answers=answer(serializers.FindingSerializer(many=True), "a finding", [examples.FINDING]),
        fails=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        found = queries.findings_of(find(submissions(request), pk=pk))
        return self.page_of(found, serializers.FindingSerializer)


class ImportsView(DeskView):
    """Workbooks handed in by the school."""

    order = ("-id",)
    parser_classes = [MultiPartParser]
    largest_body = settings.WORKBOOK_MAX_BYTES + 64 * 1024

    @endpoint(
        summary="List the workbooks of a submission",
        answers=answer(serializers.ImportSerializer(many=True), "a workbook", [examples.IMPORT]),
        fails=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = find(submissions(request), pk=pk).imports.defer("failed")
        return self.page_of(rows, serializers.ImportSerializer)

    @endpoint(
        summary="Import a workbook",
        description=(
            "Takes over all people of the workbook, or none; with `sound_rows_only` the sound ones."
            " A file that cannot be read is answered with state `refused` and one sentence. Only"
            " the school's clerk may, while the submission is at the school."
        ),
        request={"multipart/form-data": serializers.WorkbookSerializer},
        answers=answer(serializers.ImportSerializer, "partly taken", examples.IMPORT, 201),
        fails=(400, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        submission = find(submissions(request), pk=pk)
        wanted = self.asked(serializers.WorkbookSerializer, request.data)
        if wanted["file"].size > settings.WORKBOOK_MAX_BYTES:
            raise TooLarge
        outcome = actions.take_workbook(
            submission=submission,
            name=wanted["file"].name,
            content=wanted["file"].read(),
            sound_rows_only=wanted["sound_rows_only"],
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
        context = self.get_serializer_context()
        return Response(serializers.ImportSerializer(outcome, context=context).data, status=201)


class FailedRowsView(DownloadView):
    """The rows that were not taken over, with the reason in the last column."""

    @endpoint(
        summary="Download the failed rows of a workbook",
        description="Holds identity numbers in full: for the school itself only.",
        answers={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY, description="A workbook.")},
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        mine = submissions(request)
        if not reports_for_own_school(request.post):
            mine = mine.none()
        rows = WorkbookImport.objects.filter(submission__in=mine, failed__isnull=False)
        outcome = find(rows, pk=pk)
        response = HttpResponse(outcome.failed_workbook(), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="failed-rows-{outcome.pk}.xlsx"'
        response["Cache-Control"] = "private, no-store"
        return response
