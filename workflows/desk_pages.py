"""Reads for the page of a desk: who works there, with how much in hand, and who acts for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q, QuerySet

from teachers.enums import Role
from teachers.models import Delegation, Post, User
from workflows import seats
from workflows.models import Task

PAGE = 50
TABS = ("running", "ended")


@dataclass(frozen=True)
class Colleague:
    """One person with a role at the desks; `seats` is empty for somebody who has left.

    open: how many tasks are in this person's hands, and the soonest day on which one is due.
    """

    user: User
    role: str
    seats: tuple[seats.Seat, ...]
    open: int
    overdue: int
    soonest: date | None

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label)

    @property
    def own_post(self) -> Post | None:
        """The post this person holds here, if any."""
        return next((seat.post for seat in self.seats if not seat.post.delegation), None)

    @property
    def acting(self) -> list[Post]:
        """The posts under which this person acts for others here."""
        return [seat.post for seat in self.seats if seat.post.delegation]


@dataclass(frozen=True)
class Lying:
    """How much lies on a desk that nobody has claimed."""

    role: str
    open: int
    overdue: int


def colleagues(post: Post, on: date) -> tuple[list[Colleague], list[Lying]]:
    """Everybody at the desks that a post works at or leads, and what lies open there.

    Three queries: posts, delegations, and tasks by who has them.
    """
    roles = seats.roles_of(post)
    late = Q(due_date__lt=on)
    cells = (
        Task.objects.open()
        .filter(organisation=post.organisation_id, role__in=roles)
        .values("role", "owner_id")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=late),
            soonest=Min("due_date"),
            name=Max("owner__name"),
        )
        .order_by("role", "owner_id")
    )
    work = {(cell["role"], cell["owner_id"]): cell for cell in cells}
    there: dict[tuple[str, int], list[seats.Seat]] = {}
    for seat in seats.at_desk(post.organisation, roles, on):
        there.setdefault((seat.role, seat.user.pk), []).append(seat)
    for role, owner in work:
        if owner is not None:
            there.setdefault((role, owner), [])
    people = [_colleague(key, found, work.get(key)) for key, found in there.items()]
    lying = [
        Lying(role, cell["n"], cell["late"])
        for role in roles
        if (cell := work.get((role, None))) is not None
    ]
    return sorted(people, key=lambda one: roles.index(one.role)), lying


def _colleague(key: tuple[str, int], found: list[seats.Seat], cell: dict | None) -> Colleague:
    role, owner = key
    cell = cell or {"n": 0, "late": 0, "soonest": None, "name": ""}
    user = found[0].user if found else User(pk=owner, name=cell["name"])
    return Colleague(user, role, tuple(found), cell["n"], cell["late"], cell["soonest"])


def delegations(post: Post, *, tab: str, on: date, after: int | None) -> list[Delegation]:
    """A page of the delegations of these desks and of those to the person, newest first.

    tab: "running" (in force or to come) or "ended". One row more than a page tells of the next.
    """
    desk = Q(post__organisation=post.organisation_id, post__role__in=seats.roles_of(post))
    person = post.delegation.to_id if post.delegation else post.user_id
    rows = Delegation.objects.filter(desk | Q(to=person))
    return _page(rows, tab=tab, on=on, after=after)


def delegations_below(post: Post, *, tab: str, on: date, after: int | None) -> list[Delegation]:
    """The same for all desks of the subtree, for who staffs them."""
    rows = Delegation.objects.filter(post__organisation__path__startswith=post.organisation.path)
    return _page(rows, tab=tab, on=on, after=after)


def _page(rows: QuerySet[Delegation], *, tab: str, on: date, after: int | None) -> list[Delegation]:
    over = Q(ended_at__isnull=False) | Q(valid_to__lte=on) | Q(post__valid_to__lte=on)
    rows = rows.filter(over) if tab == "ended" else rows.exclude(over)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(
        rows.select_related(
            "post__organisation", "post__user", "to", "within", "created_by", "ended_by"
        ).order_by("-pk")[: PAGE + 1]
    )


def standing(delegation: Delegation, on: date) -> str:
    """ "ended", "over", "now" or "ahead"."""
    if delegation.ended_at is not None:
        return "ended"
    if delegation.valid_to <= on:
        return "over"
    return "now" if delegation.valid_from <= on else "ahead"
