"""Nothing stays on a dead desk: what people left behind is put back, empty desks are named.

A post may end anywhere: by its day, in the administration, with an account that is closed. What
its holder had claimed is then nobody's; decisions under it are refused at once (screening.py), and
this sweep gives the tasks back to the desk.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from workflows.actions.delegating import release_unseated
from workflows.enums import HoldingKind
from workflows.holding_statements import DeadDesk, Hold, dead_desks


@dataclass(frozen=True)
class Swept:
    """How many claims were released, and the desks at which nobody works."""

    released: int
    dead: list[DeadDesk]


def sweep(*, at: datetime) -> Swept:
    """Release claims of people who have left their desk; find desks with work and nobody there.

    Safe to run twice and on two machines: a claim is looked at again under the documents' lock.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        released = release_unseated(Hold(HoldingKind.SWEEP, at), on=today)
    return Swept(released, dead_desks("", today))
