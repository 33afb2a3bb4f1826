"""The inbox of the acting post, decisions on one task or many."""

from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from teachers.api.desk import DeskView, find
from teachers.api.documents import answer, endpoint
from workflows import acts, queries
from workflows.api import examples, serializers
from workflows.enums import Verdict

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description="A new UUID for each decision; sent again after a time-out, it decides once.",
)


class TasksView(DeskView):
    """Open tasks on the desk of the acting post, the most urgent first."""

    order = ("due_date", "id")

    @endpoint(
        summary="List my inbox",
        parameters=[serializers.TaskQuerySerializer],
        answers=answer(serializers.TaskSerializer(many=True), "a task", [examples.TASK]),
        fails=(400,),
    )
    def get(self, request: Request) -> Response:
        wanted = self.asked(serializers.TaskQuerySerializer)
        rows = queries.inbox(request.post)
        if "campaign" in wanted:
            rows = rows.filter(process__campaign__code=wanted["campaign"])
        if wanted["overdue"] is not None:
            late = rows.overdue(timezone.localdate())
            rows = late if wanted["overdue"] else rows.exclude(pk__in=late.values("pk"))
        return self.page_of(rows, serializers.TaskSerializer)


class TaskView(DeskView):
    """One open task on the desk of the acting post."""

    @endpoint(
        summary="Read a task",
        answers=answer(serializers.TaskDetailSerializer, "a task", examples.TASK_DETAIL),
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> Response:
        task = find(queries.inbox(request.post), pk=pk)
        task.return_to = queries.return_targets(task)
        return Response(serializers.TaskDetailSerializer(task).data)


class DecideView(DeskView):
    """Decide tasks; safe to repeat."""

    @endpoint(
        summary="Decide one task or many",
        description=(
            "Every task gets an outcome of its own: those that can be decided are, the others say"
            " why not. A repeated call answers `already_decided`, or, with the same"
            " `Idempotency-Key`, what the first one did; `still_running` (409) while that one is at"
            " it. Tasks of other desks are `not_yours`. The receipt stays under `/api/v1/acts/`."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.DecideSerializer,
        answers=answer(serializers.ReceiptSerializer, "one of two", examples.RECEIPT),
        fails=(400, 409, 413, 415),
        examples=[
            OpenApiExample("approve two", value=examples.APPROVE, request_only=True),
            OpenApiExample("return one", value=examples.RETURN, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.asked(serializers.DecideSerializer, request.data)
        receipt = acts.decide_now(
            wanted["tasks"],
            key=_key(request),
            verdict=Verdict(wanted["verdict"]),
            by=request.user,
            post=request.post,
            at=timezone.now(),
            reasons=wanted["reasons"],
            words=wanted["words"],
            return_to=wanted["return_to"] or "",
        )
        return Response(serializers.ReceiptSerializer(receipt).data)


def _key(request: Request) -> UUID:
    """The key of this call; a new one when it names none. Raises ValidationError."""
    try:
        return UUID(request.headers.get("Idempotency-Key", "") or uuid4().hex)
    except ValueError:
        raise ValidationError({"Idempotency-Key": _("The key is a UUID.")}) from None


class ReasonsView(DeskView):
    """The coded reasons for a return."""

    pagination_class = None

    @endpoint(
        summary="List the reasons for a return",
        answers=answer(serializers.ReasonSerializer(many=True), "a reason", examples.REASONS),
    )
    def get(self, request: Request) -> Response:
        return Response(
            [{"code": code, "name": name} for code, name in queries.reason_names().items()]
        )
