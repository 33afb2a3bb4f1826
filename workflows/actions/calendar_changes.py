"""Changing the working-day calendar: what it would move, and doing it as one recorded act.

Locks, always in this order, so that nobody waits in a circle and no due date of the old calendar
is left behind:

1. the documents of the tasks that hang on the calendar (in id order, as every decision does);
2. the calendar, alone. A decision locks its documents, then holds the calendar (due_statements.py)
   from before it reads the special days until it commits. So the change waits for whoever counts
   by the old days, and finds their tasks in step 3; whoever comes later waits here and counts by
   the new days. Opening cases and giving more time hold the calendar likewise. Another change waits
   here, too: one after the other.
3. Read the tasks anew and recount them; then write days, due dates and the record.

Decisions that count nothing, most approvals, are not held up. A task that a decision opened between
1 and 2 is moved without its document's lock, by its own row.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teachers import working_days
from teachers.models import Organisation, Post, SpecialDay, User
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole_transaction
from teachers.working_days import Calendars
from workflows.due_dates import Shift, recounted
from workflows.due_statements import move_due_dates, read_counted_tasks
from workflows.models import CalendarChange
from workflows.policies import changes_calendar
from workflows.statements import lock_documents_of

#: The longest span of one change, in days; and how far ahead days are declared.
LONGEST = 62
FARTHEST = timedelta(days=3 * 366)


class NotYourCalendar(NotAllowed):
    code = "not_your_calendar"


class CannotChangeCalendar(Refusal):
    code = "cannot_change_calendar"


class CalendarMoved(Refusal):
    """Somebody changed the calendar after the preview."""

    code = "calendar_moved"


@dataclass(frozen=True)
class Declaration:
    """Days of an authority (None: the country) that become holidays, working days, or (None) what
    they are without it. The name is what people read on those days."""

    organisation: Organisation | None
    first_day: date
    last_day: date
    is_working: bool | None
    name: str = ""
    name_en: str = ""

    @property
    def path(self) -> str:
        return self.organisation.path if self.organisation else ""

    @property
    def days(self) -> list[date]:
        span = (self.last_day - self.first_day).days
        return [self.first_day + timedelta(days=n) for n in range(span + 1)]


@dataclass(frozen=True)
class Preview:
    """What a declaration would move. newest: the newest change that it takes into account."""

    shifts: list[Shift]
    newest: int


def preview(declaration: Declaration, *, by: User, post: Post, at: datetime) -> Preview:
    """What the change would do, by the same count as the change itself; writes nothing.

    Raises what `change_calendar` raises.
    """
    _refuse(declaration, by=by, post=post, at=at)
    return Preview(_shifts(declaration), newest_change())


def change_calendar(
    declaration: Declaration,
    *,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
    seen: int | None = None,
) -> CalendarChange:
    """Declare days, or take them back, and move the due dates of the open tasks that it touches.

    One transaction (see the module for its locks), done again if others broke it off; recorded as a
    CalendarChange. Tasks that get more time are reminded anew. seen: the newest change that the
    preview knew. Raises NotYourCalendar, CannotChangeCalendar, CalendarMoved.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise CannotChangeCalendar(_("Say why the calendar is changed, or by which notice."))
    return whole_transaction(
        lambda: _change(declaration, reason=reason, by=by, post=post, at=at, seen=seen)
    )


def newest_change() -> int:
    """The key of the newest change of any calendar; 0 before the first."""
    newest = CalendarChange.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _change(
    declaration: Declaration, *, reason: str, by: User, post: Post, at: datetime, seen: int | None
) -> CalendarChange:
    lock_documents_of([task.task_id for task in read_counted_tasks(declaration.path)])
    working_days.hold_alone()
    _refuse(declaration, by=by, post=post, at=at)
    if seen is not None and seen != newest_change():
        raise CalendarMoved(
            _("The calendar has been changed since: look again at what would move, then confirm.")
        )
    shifts = _shifts(declaration)
    _write_days(declaration)
    moved = move_due_dates({shift.task.task_id: shift.new for shift in shifts}) if shifts else 0
    return CalendarChange.objects.create(
        organisation=declaration.organisation,
        first_day=declaration.first_day,
        last_day=declaration.last_day,
        is_working=declaration.is_working,
        name=declaration.name,
        reason=reason,
        moved_count=moved,
        by=by,
        post=post,
        at=at,
    )


def _shifts(declaration: Declaration) -> list[Shift]:
    before = Calendars.read()
    after = before.with_days(declaration.path, declaration.days, declaration.is_working)
    return recounted(declaration.path, before=before, after=after)


def _declared(declaration: Declaration):
    """What stands on these days for the same authority now."""
    return SpecialDay.objects.filter(
        Q(organisation=declaration.organisation),
        day__range=(declaration.first_day, declaration.last_day),
    )


def _write_days(declaration: Declaration) -> None:
    _declared(declaration).delete()
    if declaration.is_working is None:
        return
    SpecialDay.objects.bulk_create(
        SpecialDay(
            organisation=declaration.organisation,
            day=day,
            is_working=declaration.is_working,
            name=declaration.name,
            name_en=declaration.name_en,
        )
        for day in declaration.days
    )


# --- What stands against it ------------------------------------------------------------------


def _refuse(declaration: Declaration, *, by: User, post: Post, at: datetime) -> None:
    if not changes_calendar(post, declaration.organisation, by=by):
        raise NotYourCalendar(
            _("The calendar is kept by administrators and managers of the authority itself.")
        )
    _refuse_span(declaration, timezone.localdate(at))
    if declaration.is_working is not None and not declaration.name:
        raise CannotChangeCalendar(_("Name the days: people read on the calendar why."))
    stands = dict(_declared(declaration).values_list("day", "is_working"))
    if declaration.is_working is None and not stands:
        raise CannotChangeCalendar(
            _("Nothing is declared for %(unit)s from %(first)s to %(last)s: choose other days.")
            % _words(declaration)
        )
    if declaration.is_working is not None and stands == dict.fromkeys(
        declaration.days, declaration.is_working
    ):
        raise CannotChangeCalendar(
            _("From %(first)s to %(last)s it stands so for %(unit)s already: nothing to change.")
            % _words(declaration)
        )


def _refuse_span(declaration: Declaration, today: date) -> None:
    first, last = declaration.first_day, declaration.last_day
    if first < today:
        raise CannotChangeCalendar(
            _("%(day)s is over: what is past stays as it was counted. Begin today or later.")
            % {"day": _day(first)}
        )
    if last < first:
        raise CannotChangeCalendar(
            _("The last day, %(last)s, lies before the first, %(first)s.") % _words(declaration)
        )
    if (last - first).days >= LONGEST:
        raise CannotChangeCalendar(
            _("From %(first)s to %(last)s is too long: change at most %(days)d days at once.")
            % {**_words(declaration), "days": LONGEST}
        )
    if last > today + FARTHEST:
        raise CannotChangeCalendar(
            _("%(day)s is too far ahead: declare days within three years.") % {"day": _day(last)}
        )


def _words(declaration: Declaration) -> dict[str, str]:
    return {
        "unit": str(declaration.organisation or _("the whole country")),
        "first": _day(declaration.first_day),
        "last": _day(declaration.last_day),
    }


def _day(day: date) -> str:
    return date_format(day, "Y-m-d")
