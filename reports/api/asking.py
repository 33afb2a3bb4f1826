"""What reports and packs have in common: being asked for, acted on and told about."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from campaigns.api.views import campaigns
from teachers.api.desk import DeskView, find
from teachers.models import Organisation


def asked_for(request: Request, wanted: dict) -> dict:
    """Arguments of the action that asks: campaign and unit must be in sight of the acting post."""
    return {
        "campaign": find(campaigns(request), code=wanted["campaign"]),
        "stage": wanted["stage"],
        "organisation": find(Organisation.objects.visible_to(request.post), code=wanted["unit"]),
        "language": wanted["language"],
        **by(request),
    }


def by(request: Request) -> dict:
    return {"by": request.user, "post": request.post, "at": timezone.now()}


class MadeView(DeskView):
    """A view of one kind of row: `rows` are those in sight, `name` is how the actions call one."""

    rows: Callable[[Request], QuerySet]
    serializer: type[ModelSerializer]
    name: str

    def told(self, pk: int, status: int = 200) -> Response:
        """The row as it is now; a miss is a 404."""
        row = find(type(self).rows(self.request), pk=pk)
        context = self.get_serializer_context()
        return Response(self.serializer(row, context=context).data, status=status)

    def acted(self, action: Callable, pk: int) -> Response:
        """Do it to the row, then tell how it is."""
        row = find(type(self).rows(self.request), pk=pk)
        action(**{self.name: row}, **by(self.request))
        return self.told(pk)
