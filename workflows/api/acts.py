"""Acts: one press over many tasks, their receipts, taking back and going on."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from teachers.api.desk import DeskView, find
from teachers.api.documents import answer, endpoint
from workflows import acts
from workflows.acts import reading
from workflows.acts.carrying import WAITING
from workflows.api import act_serializers as serializers
from workflows.api import examples
from workflows.enums import Verdict
from workflows.models import Act


def found(request: Request) -> QuerySet[Act]:
    """The acts of the acting post's own desk."""
    return reading.acts_of(request.post)


def told(request: Request, act: Act) -> Response:
    """The act as it stands: 202 while a worker has it in hand."""
    act = found(request).get(pk=act.pk)
    data = serializers.ActDetailSerializer(act).data
    return Response(data, status=202 if act.state in WAITING else 200)


DETAIL = {
    **answer(serializers.ActDetailSerializer, "finished", examples.ACT_DETAIL),
    **answer(serializers.ActDetailSerializer, "queued", examples.ACT_QUEUED, 202),
}


class ActsView(DeskView):
    """The acts of the own desk, the newest first; asking for one."""

    order = ("-id",)

    @endpoint(
        summary="List the acts of my desk",
        answers=answer(serializers.ActSerializer(many=True), "an act", [examples.ACT]),
        fails=(400,),
    )
    def get(self, request: Request) -> Response:
        return self.page_of(found(request), serializers.ActSerializer)

    @endpoint(
        summary="Decide many tasks as one act",
        description=(
            "The tasks named, or all that a view of the inbox shows under the rights of the acting"
            " post. The same key again is the same act and decides nothing twice. Small acts are"
            " finished when this answers (200), large ones go on in the background (202): read the"
            " act until `state` is `done`. Fails with `nothing_selected`, `key_used`,"
            " `reason_missing` or `unknown_reason`."
        ),
        request=serializers.AskActSerializer,
        answers=DETAIL,
        fails=(400, 409, 413, 415),
        examples=[
            OpenApiExample("approve two", value=examples.ASK_TASKS, request_only=True),
            OpenApiExample("approve a view", value=examples.ASK_VIEW, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.asked(serializers.AskActSerializer, request.data)
        act = acts.ask(
            key=wanted["key"],
            verdict=Verdict(wanted["verdict"]),
            by=request.user,
            post=request.post,
            at=timezone.now(),
            tasks=wanted.get("tasks"),
            filters=wanted.get("filters"),
            reasons=wanted["reasons"],
            words=wanted["words"],
            return_to=wanted["return_to"] or "",
            seen=wanted["seen"],
        )
        return told(request, act)


class ActView(DeskView):
    """One act of the own desk."""

    @endpoint(
        summary="Read an act",
        answers=answer(serializers.ActDetailSerializer, "finished", examples.ACT_DETAIL),
        fails=(404,),
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(serializers.ActDetailSerializer(find(found(request), pk=pk)).data)


class ActItemsView(DeskView):
    """What became of each task of an act, in the order asked."""

    order = ("position",)

    @endpoint(
        summary="List the items of an act",
        parameters=[serializers.ActItemQuerySerializer],
        answers=answer(
            serializers.ActItemSerializer(many=True), "one refused", [examples.ACT_ITEM]
        ),
        fails=(400, 404),
    )
    def get(self, request: Request, pk: int) -> Response:
        wanted = self.asked(serializers.ActItemQuerySerializer)
        rows = reading.items_of(find(found(request), pk=pk))
        return self.page_of(rows.filter(**wanted), serializers.ActItemSerializer)


class UndoActView(DeskView):
    """Take back what an act has done."""

    @endpoint(
        summary="Take an act back",
        description=(
            "Within the time that `undo_until` says, by the desk that decided. Answers the act that"
            " takes it back, with an outcome for each item. Fails with `cannot_undo`, or"
            " `not_your_act`."
        ),
        request=serializers.UndoActSerializer,
        answers=DETAIL,
        fails=(400, 404, 409, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        wanted = self.asked(serializers.UndoActSerializer, request.data)
        act = find(found(request), pk=pk)
        who = {"by": request.user, "post": request.post, "at": timezone.now()}
        return told(request, acts.undo(act, **wanted, **who))


class ResumeActView(DeskView):
    """Go on with an act that was broken off."""

    @endpoint(
        summary="Go on with an act",
        description="Fails with `nothing_to_resume` unless `state` is `failed`.",
        request=None,
        answers=DETAIL,
        fails=(404, 409),
    )
    def post(self, request: Request, pk: int) -> Response:
        act = find(found(request), pk=pk)
        return told(request, acts.resume(act, by=request.user, post=request.post))
