"""Claiming tasks, giving them back, passing them to a colleague."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from teachers.api.desk import DeskView
from teachers.api.documents import answer, endpoint
from workflows import actions
from workflows.api import examples, serializers
from workflows.receipts import Receipt

REFUSED = (400, 409, 415)
CLAIMED = answer(serializers.ReceiptSerializer, "receipt", examples.CLAIMED)


class _HoldView(DeskView):
    def who(self) -> dict:
        return {"by": self.request.user, "post": self.request.post, "at": timezone.now()}

    def receipt(self, receipt: Receipt) -> Response:
        return Response(serializers.ReceiptSerializer(receipt).data)


class ClaimView(_HoldView):
    """Take tasks in hand."""

    @endpoint(
        summary="Claim tasks",
        description=(
            "From then on only this person decides them. Every task gets an outcome. Sending the "
            "same request twice is safe."
        ),
        request=serializers.HoldSerializer,
        answers=CLAIMED,
        fails=REFUSED,
        examples=[OpenApiExample("claim", value=examples.CLAIM, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(serializers.HoldSerializer, request.data)
        return self.receipt(actions.claim(asked["tasks"], **self.who()))


class ReleaseView(_HoldView):
    """Put tasks back on the desk."""

    @endpoint(
        summary="Release tasks",
        description="The own ones; a colleague's by who leads the desk, with a reason.",
        request=serializers.HoldSerializer,
        answers=CLAIMED,
        fails=REFUSED,
        examples=[OpenApiExample("release", value=examples.CLAIM, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(serializers.HoldSerializer, request.data)
        released = actions.release(asked["tasks"], reason=asked["reason"], **self.who())
        return self.receipt(released)


class AssignView(_HoldView):
    """Pass tasks to a colleague."""

    @endpoint(
        summary="Assign tasks",
        description=(
            "To somebody who works at the desk, by post or delegation. The rules of separation are "
            "asked of the colleague."
        ),
        request=serializers.AssignSerializer,
        answers=CLAIMED,
        fails=REFUSED,
        examples=[OpenApiExample("assign", value=examples.ASSIGN, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(serializers.AssignSerializer, request.data)
        passed = actions.assign(
            asked["tasks"], to=asked["to"], reason=asked["reason"], **self.who()
        )
        return self.receipt(passed)
