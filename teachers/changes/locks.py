"""Fields held by a change on its way: two requests never change the same field at once."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teachers import schema
from teachers.changes import kinds
from teachers.models import ChangeRequest, FieldLock
from teachers.refusals import Refusal


class FieldHeld(Refusal):
    """Another change holds one of the fields. `lock` is the one that was met first."""

    code = "field_held"

    def __init__(self, lock: FieldLock) -> None:
        self.lock = lock
        other = lock.change
        super().__init__(
            _(
                "“%(field)s” of %(name)s is being changed since %(day)s by request no. %(pk)s"
                " (%(kind)s, %(school)s, %(state)s). Wait for its end, or have it withdrawn."
            )
            % {
                "field": field_name(lock.field),
                "name": other.name,
                "day": date_format(timezone.localtime(other.entered_at), "Y-m-d"),
                "pk": other.pk,
                "kind": other.get_kind_display(),
                "school": other.organisation,
                "state": other.get_state_display(),
            }
        )


@transaction.atomic
def take(change: ChangeRequest) -> None:
    """Hold exactly the fields of a change; those it no longer touches are free again.

    A second taker of a field waits for the first one's transaction, then is refused. Raises
    FieldHeld. A hire holds nothing: its person has no file yet.
    """
    if change.teacher_id is None:
        return
    FieldLock.objects.filter(change=change).exclude(field__in=change.fields).delete()
    have = set(FieldLock.objects.filter(change=change).values_list("field", flat=True))
    FieldLock.objects.bulk_create(
        [
            FieldLock(teacher_id=change.teacher_id, field=field, change=change)
            for field in sorted(set(change.fields) - have)
        ],
        ignore_conflicts=True,
    )
    held = (
        FieldLock.objects.filter(teacher=change.teacher_id, field__in=change.fields)
        .exclude(change=change)
        .select_related("change__organisation")
        .order_by("field")
        .first()
    )
    if held is not None:
        raise FieldHeld(held)


def field_name(field: str) -> str:
    """What a held field is called on screen: "Basic data · Marital status"."""
    own = {
        kinds.IDENTITY: _("Identity document"),
        kinds.EMPLOYMENT: _("Employment"),
        kinds.STATUS: _("Status"),
        kinds.DEATH: _("Death"),
    }
    if field in own:
        return own[field]
    set_key, _dot, key = field.partition(".")
    version = schema.current_version()
    subset = version.sets.filter(key=set_key).first()
    item = subset.indicators.filter(key=key).first() if subset and key else None
    return f"{subset} · {item}" if item else str(subset or field)
