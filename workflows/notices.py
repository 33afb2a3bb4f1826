"""Who is told of what was done about desks and tasks (returns: message_statements.py)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from teachers.models import Delegation, Organisation, User
from workflows import messages, seats
from workflows.enums import ActState, MessageKind
from workflows.models import Act, Reorganisation
from workflows.receipts import Receipt


def tell_of_assignment(receipt: Receipt, *, to: User, by: User, at: datetime) -> None:
    """Tell a colleague what was put into the own hands; not who did it to oneself."""
    done = receipt.done
    if not done or to.pk == by.pk:
        return
    facts = {"by": by.name, "count": len(done)}
    if len(done) == 1:
        one = done[0]
        facts |= {
            "unit": {"name": one.organisation},
            "document": one.document,
            "id": one.document_id,
        }
    key = f"assigned:{min(outcome.task_id for outcome in done)}:{at.isoformat()}"
    messages.tell([to.pk], kind=MessageKind.ASSIGNED, key=key, facts=facts, at=at)


def tell_of_delegation(delegation: Delegation, *, at: datetime) -> None:
    """Tell the colleague who acts for somebody from when until when, and where."""
    post = delegation.post
    facts = {
        "by": post.user.name,
        "desk": messages.named(post.organisation),
        "role": post.role,
        "first": delegation.valid_from.isoformat(),
        "last": delegation.valid_to.isoformat(),
    }
    key = f"delegated:{delegation.pk}"
    messages.tell([delegation.to_id], kind=MessageKind.DELEGATED, key=key, facts=facts, at=at)


def tell_of_act(act: Act, *, at: datetime) -> None:
    """Tell who asked for an act that it was carried out in the background, or broken off."""
    facts = {
        "act": act.pk,
        "verdict": act.verdict,
        "done": act.done_count,
        "items": act.items_count,
        "failed": act.state == ActState.FAILED,
    }
    key = f"act:{act.pk}:{act.state}"
    messages.tell([act.by_id], kind=MessageKind.ACT, key=key, facts=facts, at=at)


def tell_of_rerouting(
    record: Reorganisation, desks: Iterable[tuple[int, str]], *, at: datetime
) -> None:
    """Tell everybody at the desks (organisation, role) to which cases were re-routed how many."""
    counts, today = Counter(desks), timezone.localdate(at)
    units = Organisation.objects.in_bulk({unit for unit, _role in counts})
    for (unit, role), count in sorted(counts.items()):
        people = {seat.user.pk for seat in seats.at_desk(unit, [role], today)}
        facts = {"desk": messages.named(units[unit]), "count": count, "reason": record.reason}
        key = f"rerouted:{record.pk}:{unit}:{role}"
        messages.tell(people, kind=MessageKind.REROUTED, key=key, facts=facts, at=at)
