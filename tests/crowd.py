"""Many schools and many reviewers of one county, for tests in which everybody is there at once."""

from datetime import datetime

from campaigns.models import Submission
from teachers.enums import OrganisationKind, OrganiserKind, Role, SchoolKind
from teachers.models import Organisation, Post, User
from tests import rounds
from tests.cast import BEGAN, Cast
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task


def schools(cast: Cast, count: int) -> list[Organisation]:
    """Schools of the cast's county, each with a clerk and a head; before the launch."""
    units = Organisation.objects.bulk_create(
        Organisation(
            code=f"21620{number:05d}",
            name=f"第{number}小学",
            kind=OrganisationKind.SCHOOL,
            parent=cast.county,
            path=f"{cast.county.path}21620{number:05d}/",
            depth=cast.county.depth + 1,
            area_code="622926",
            school_kind=SchoolKind.PRIMARY_SECONDARY,
            school_type="211",
            organiser="831",
            organiser_kind=OrganiserKind.GOVERNMENT,
            valid_from=BEGAN,
        )
        for number in range(50_000, 50_000 + count)
    )
    for role in (Role.CLERK, Role.HEAD):
        _posts(units, role)
    return units


def reviewers(cast: Cast, count: int) -> list[Post]:
    """Colleagues at the county's desk."""
    return _posts([cast.county] * count, Role.REVIEWER)


def _posts(units: list[Organisation], role: Role) -> list[Post]:
    users = User.objects.bulk_create(
        User(username=f"{role}-{number}", name=f"{role.label}{number}", password="!")
        for number in range(len(units))
    )
    return Post.objects.bulk_create(
        Post(user=user, organisation=unit, role=role, valid_from=BEGAN)
        for user, unit in zip(users, units, strict=True)
    )


def handed_in(cast: Cast, at: datetime, *, count: int) -> tuple[rounds.Round, list[int]]:
    """A launched campaign and the county's tasks on so many schools that have handed in."""
    units = schools(cast, count)
    round = rounds.launched(cast, at)
    people = {
        (post.organisation_id, post.role): post
        for post in Post.objects.filter(organisation__in=units).select_related(
            "organisation", "user"
        )
    }
    for unit in units:
        round.hand_in(unit, people[unit.pk, Role.CLERK], people[unit.pk, Role.HEAD])
    return round, county_tasks(cast)


def county_tasks(cast: Cast) -> list[int]:
    desk = Task.objects.open().for_post(cast.county_reviewer)
    return list(desk.order_by("pk").values_list("pk", flat=True))


def states() -> dict[str, int]:
    """How many submissions are in which state, those apart that nobody has touched."""
    found = list(Submission.objects.exclude(state="draft").values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def approve(post: Post, tasks: list[int], at: datetime):
    return actions.decide(tasks, verdict=Verdict.APPROVE, by=post.user, post=post, at=at)
