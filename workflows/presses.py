"""What a form that decides carries along: which press it is, and when the page was read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.core.signing import Signer

from workflows.models import Task

_signer = Signer(salt="workflows.presses.seen")


@dataclass(frozen=True)
class Press:
    """The two hidden fields of one form. `seen` is signed: nobody looked later than they did.

    A press that is sent twice has one key, so it decides once; the page that follows has another.
    """

    seen: str
    key: UUID = field(default_factory=uuid4)


def new_press(tasks: Iterable[Task] = (), *, at: datetime) -> Press:
    """For a page read at a moment; it has seen the tasks it shows, whatever clock made them."""
    seen = max([at, *(task.created for task in tasks)])
    return Press(seen=_signer.sign(seen.isoformat()))


def read_seen(words: str) -> datetime:
    """When the page was read. Raises django.core.signing.BadSignature for anything not of ours."""
    return datetime.fromisoformat(_signer.unsign(words))
