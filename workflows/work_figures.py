"""How much each person at a desk has decided, how fast, and what waits: "My figures"."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.models import Post, User
from workflows import desk_pages, seats

WEEK = timedelta(days=7)
#: Over how many weeks the median is taken, this one among them.
WEEKS = 4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Decided:
    """What one person has decided in one role. `median`: from a task's arrival at the desk to its
    decision, over the last weeks; None where there was none."""

    this_week: int = 0
    returned: int = 0
    last_week: int = 0
    median: timedelta | None = None

    @property
    def median_words(self) -> str:
        return "—" if self.median is None else duration_words(self.median)


@dataclass(frozen=True)
class Row:
    """One person at the desk: what is in this person's hands, and what was decided."""

    colleague: desk_pages.Colleague
    decided: Decided

    @property
    def held(self) -> Post | None:
        """The post that may be handed over."""
        return self.colleague.own_post


@dataclass(frozen=True)
class Figures:
    """The rows that a post may see, its own first, and what nobody at the desk has claimed."""

    rows: list[Row]
    lying: list[desk_pages.Lying]

    @property
    def several(self) -> bool:
        """Whether people of more than one role are among them."""
        return len({row.colleague.role for row in self.rows}) > 1


def figures(post: Post, user: User, *, at: datetime) -> Figures:
    """The own figures of who acts under a post; those of all colleagues for who leads the desk.

    Four statements, however many people there are: posts, delegations, tasks by who has them, and
    the decisions.
    """
    people, lying = desk_pages.colleagues(post, timezone.localdate(at))
    if post.role not in seats.LEADS:
        people = [one for one in people if one.user.pk == user.pk]
        people = people or [desk_pages.Colleague(user, post.role, (), 0, 0, None)]
    decided = decided_by(post, at=at)
    rows = [Row(one, decided.get((one.role, one.user.pk), Decided())) for one in people]
    return Figures(sorted(rows, key=lambda row: row.colleague.user.pk != user.pk), lying)


def first_day(on: date, *, weeks_ago: int = 0) -> datetime:
    """Monday midnight of the week of a day, or of one before."""
    monday = on - timedelta(days=on.weekday()) - weeks_ago * WEEK
    return timezone.make_aware(datetime.combine(monday, time.min))


def decided_by(post: Post, *, at: datetime) -> dict[tuple[str, int], Decided]:
    """(role, person) to what was decided at the desks that a post works at or leads.

    The decisions of the last weeks by the index decisions_of_a_desk, each task by its key.
    Recalling, taking back and what the campaign's manager does are no decisions of a desk.
    """
    today = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT task.role, decision.by_id,
                   count(*) FILTER (WHERE decision.at >= %(this)s),
                   count(*) FILTER (WHERE decision.at >= %(this)s AND decision.verdict = 'return'),
                   count(*) FILTER (WHERE decision.at >= %(last)s AND decision.at < %(this)s),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY decision.at - task.created)
            FROM workflows_decision AS decision
            JOIN workflows_task AS task ON task.id = decision.task_id
            WHERE decision.organisation_id = %(desk)s AND decision.at >= %(since)s
              AND decision.at <= %(at)s AND task.role = ANY(%(roles)s)
              AND decision.verdict IN ('submit', 'sign', 'approve', 'return', 'refuse', 'settle')
            GROUP BY task.role, decision.by_id
            """,
            {
                "desk": post.organisation_id,
                "roles": list(seats.roles_of(post)),
                "this": first_day(today),
                "last": first_day(today, weeks_ago=1),
                "since": first_day(today, weeks_ago=WEEKS - 1),
                "at": at,
            },
        )
        return {(role, person): Decided(*rest) for role, person, *rest in cursor.fetchall()}


def duration_words(length: timedelta) -> str:
    """Hours below two days, days from there on; one digit behind the point below ten."""
    if length < HOUR:
        return _("under an hour")
    if length < 2 * DAY:
        return _("%(hours)s h") % {"hours": _short(length / HOUR)}
    return _("%(days)s days") % {"days": _short(length / DAY)}


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
