"""A submission on its way, and the launch that opens them all."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries as campaign_queries
from campaigns.api.submissions import submissions
from campaigns.api.views import campaigns
from teachers.api.desk import DeskView, find
from teachers.api.documents import answer, endpoint
from workflows import actions, queries
from workflows.api import examples, serializers

FIRST_FINDINGS = 100


class SubmissionView(DeskView):
    """A submission with its path, its history and its findings."""

    @endpoint(
        summary="Read a submission",
        answers=answer(
            serializers.SubmissionDetailSerializer, "in review", examples.SUBMISSION_DETAIL
        ),
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> Response:
        submission = find(submissions(request), pk=pk)
        submission.path = queries.path(submission)
        submission.history = queries.history(submission)
        found = campaign_queries.findings_of(submission)
        submission.first_findings = found[:FIRST_FINDINGS]
        return Response(serializers.SubmissionDetailSerializer(submission).data)


class RecallView(DeskView):
    """The school takes its answer back."""

    @endpoint(
        summary="Recall a submission",
        description="Before the next level has begun; for the school itself only.",
        request=serializers.RecallSerializer,
        answers=answer(
            serializers.SubmissionDetailSerializer, "recalled", examples.SUBMISSION_DETAIL
        ),
        fails=(400, 404, 409, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        wanted = self.asked(serializers.RecallSerializer, request.data)
        submission = find(submissions(request), pk=pk)
        actions.recall(
            submission,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            words=wanted["words"],
        )
        return SubmissionView.get(self, request, pk)


class CancelView(DeskView):
    """The campaign asks nothing more of a school."""

    @endpoint(
        summary="Cancel a submission",
        description="At any time before it is approved; for the campaign's manager only.",
        request=serializers.WhySerializer,
        answers=answer(
            serializers.SubmissionDetailSerializer, "cancelled", examples.SUBMISSION_DETAIL
        ),
        fails=(400, 403, 404, 409, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        return _managed(self, request, pk, actions.cancel_submission)


class ReopenView(DeskView):
    """An approved or cancelled submission goes back to its school."""

    @endpoint(
        summary="Open a submission again",
        description="While its campaign works; for the campaign's manager only. Every level decides"
        " again; teachers keep their numbers.",
        request=serializers.WhySerializer,
        answers=answer(
            serializers.SubmissionDetailSerializer, "opened again", examples.SUBMISSION_DETAIL
        ),
        fails=(400, 403, 404, 409, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        return _managed(self, request, pk, actions.reopen_submission)


def _managed(view: DeskView, request: Request, pk: int, act) -> Response:
    wanted = view.asked(serializers.WhySerializer, request.data)
    act(
        find(submissions(request).select_related("campaign__organisation"), pk=pk),
        words=wanted["words"],
        by=request.user,
        post=request.post,
        at=timezone.now(),
    )
    return SubmissionView.get(view, request, pk)


class LaunchView(DeskView):
    """Open a case for every school in scope."""

    @endpoint(
        summary="Launch a campaign",
        description=(
            "Only its manager may. Repeated, or after a crash, it opens what is missing and nothing"
            " twice."
        ),
        request=None,
        answers=answer(serializers.LaunchedSerializer, "launched", examples.LAUNCHED),
        fails=(404, 409),
    )
    def post(self, request: Request, code: str) -> Response:
        launched = actions.launch(
            find(campaigns(request), code=code),
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
        return Response(serializers.LaunchedSerializer(launched).data)
