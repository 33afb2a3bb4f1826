"""How long the access log is kept: looks at least 180 days, acts three years."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pgtrigger
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from teachers import access
from teachers.models import AccessEntry, User
from teachers.refusals import Refusal

#: Cybersecurity Law Art 21(3): network logs at least six months.
LEAST_DAYS = 180
#: PIPL Art 56 asks three years of the records of an impact assessment; acts are kept as long.
ACTS_DAYS = 3 * 366


class TooRecent(Refusal):
    code = "too_recent"


@dataclass(frozen=True)
class Pruned:
    looks: int
    acts: int


@transaction.atomic
def prune(*, before: date | None, by: User, at: datetime) -> Pruned:
    """Delete looks (acts named "read_…") before a day, and other acts that are three years old.

    Without a day looks too are kept for three years. The trigger that keeps the log from being
    edited looks away for these statements alone, and the log gets an entry about it. Raises
    TooRecent when the day is less than 180 days ago.
    """
    today = timezone.localdate(at)
    three_years_ago = today - timedelta(days=ACTS_DAYS)
    before = before or three_years_ago
    if before > today - timedelta(days=LEAST_DAYS):
        raise TooRecent(
            _("The access log is kept for at least %(days)d days. The last day to give is %(day)s.")
            % {"days": LEAST_DAYS, "day": today - timedelta(days=LEAST_DAYS)}
        )
    looks = AccessEntry.objects.filter(action__startswith="read_", at__lt=_midnight(before))
    acts = AccessEntry.objects.exclude(action__startswith="read_").filter(
        at__lt=_midnight(min(before, three_years_ago))
    )
    with pgtrigger.ignore("teachers.AccessEntry:access_log_is_append_only"):
        pruned = Pruned(looks._raw_delete(looks.db), acts._raw_delete(acts.db))
    access.note(
        "prune_access_log",
        f"before {before}: {pruned.looks} looks, {pruned.acts} acts",
        by=by,
        post=None,
        at=at,
    )
    return pruned


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
