"""A bare province for the engine: cities, counties, schools, the people who decide."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.enums import StageKind
from campaigns.models import Campaign, CampaignStage, Record, Submission
from teachers import identity
from teachers.enums import OrganisationKind, OrganiserKind, Role, SchoolKind, VersionState
from teachers.models import IndexVersion, Organisation, Post, User
from teachers.numbers import check_character

BEGAN = date(2020, 1, 1)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class World:
    """`desks` maps an organisation's id and a role to the post that decides there.

    `city` is the first of `cities`.
    """

    province: Organisation
    city: Organisation
    counties: list[Organisation]
    schools: list[Organisation]
    desks: dict[tuple[int, str], Post]
    manager: Post
    schools_in_each: int = 0
    cities: list[Organisation] = field(default_factory=list)

    def post(self, organisation: Organisation, role: Role) -> Post:
        return self.desks[organisation.pk, role]


def _unit(code: str, kind: str, parent: Organisation | None, **more) -> Organisation:
    return Organisation(
        code=code,
        name=f"单位{code}",
        kind=kind,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        depth=parent.depth + 1 if parent else 0,
        area_code=code[:6],
        valid_from=BEGAN,
        **more,
    )


def _school(number: int, county: Organisation) -> Organisation:
    return _unit(
        f"21620{number:05d}",
        OrganisationKind.SCHOOL,
        county,
        school_kind=SchoolKind.PRIMARY_SECONDARY,
        school_type="211",
        organiser="831",
        organiser_kind=OrganiserKind.GOVERNMENT,
    )


def _posts(desks: list[tuple[Organisation, Role]]) -> dict[tuple[int, str], Post]:
    """One person for every desk."""
    users = User.objects.bulk_create(
        User(username=f"bench-{unit.code}-{role}", name=f"{role} {unit.code}", password="!")
        for unit, role in desks
    )
    posts = Post.objects.bulk_create(
        Post(user=user, organisation=unit, role=role, valid_from=BEGAN)
        for user, (unit, role) in zip(users, desks, strict=True)
    )
    return {(post.organisation_id, post.role): post for post in posts}


def build(*, counties: int, schools_in_each: int, staffed: int, cities: int = 1) -> World:
    """Make the province, `counties` in each city; the schools of the first `staffed` counties get a
    clerk and a head."""
    province = _unit("620000", OrganisationKind.PROVINCE, None)
    province.save()
    above = Organisation.objects.bulk_create(
        _unit(f"62{number:02d}00", OrganisationKind.CITY, province)
        for number in range(1, cities + 1)
    )
    below = Organisation.objects.bulk_create(
        _unit(f"{city.code[:4]}{number:02d}", OrganisationKind.COUNTY, city)
        for city in above
        for number in range(1, counties + 1)
    )
    schools = Organisation.objects.bulk_create(
        _school(place * schools_in_each + number, county)
        for place, county in enumerate(below)
        for number in range(schools_in_each)
    )
    people = [
        (school, role)
        for school in schools[: staffed * schools_in_each]
        for role in (Role.CLERK, Role.HEAD)
    ]
    people += [(unit, Role.REVIEWER) for unit in (province, *above, *below)]
    desks = _posts([*people, (province, Role.MANAGER)])
    return World(
        province=province,
        city=above[0],
        cities=above,
        counties=below,
        schools=schools,
        desks=desks,
        manager=desks[province.pk, Role.MANAGER],
        schools_in_each=schools_in_each,
    )


def campaign(world: World, code: str = "2026-BENCH") -> Campaign:
    """A draft campaign over the whole province, in the middle of its days."""
    version = IndexVersion.objects.filter(state=VersionState.PUBLISHED).first()
    if version is None:
        version = IndexVersion.objects.create(
            code="bench", state=VersionState.PUBLISHED, published_at=NOW
        )
    made = Campaign.objects.create(
        code=code,
        name="采集",
        organisation=world.province,
        index_version=version,
        school_kinds=[SchoolKind.PRIMARY_SECONDARY],
        organiser_kinds=[OrganiserKind.GOVERNMENT],
        asked={SchoolKind.PRIMARY_SECONDARY: ["basic"]},
        post_categories=["1", "2", "3"],
        created_by=world.manager.user,
        created_at=NOW,
    )
    made.scope.add(world.province)
    CampaignStage.objects.bulk_create(
        CampaignStage(
            campaign=made,
            kind=kind,
            position=place,
            starts_on=NOW.date() + timedelta(days=10 * place - 20),
            ends_on=NOW.date() + timedelta(days=10 * place - 10),
        )
        for place, kind in enumerate(StageKind)
    )
    return made


def _record(answer: int, place: int, by: User) -> Record:
    """A sound record of a person of the own: another name and another birth date for each."""
    born = date(1965, 1, 1) + timedelta(days=place)
    body = f"620102{born:%Y%m%d}003"
    number = body + check_character(body)
    return Record(
        submission_id=answer,
        name=f"马晓兰{place}",
        identity_hash=identity.search_hash("1", number),
        identity_sealed=identity.seal(number),
        identity_mask=identity.mask(number),
        data={
            "basic": {"name": f"马晓兰{place}", "sex": "1", "birth_date": born.isoformat()},
        },
        entered_by=by,
        entered_at=NOW,
    )


def fill(campaign: Campaign, schools: list[Organisation], world: World) -> None:
    """Give every answer one sound record, so that it can be handed in."""
    answers = Submission.objects.filter(campaign=campaign, organisation__in=schools)
    Record.objects.bulk_create(
        [
            _record(answer, place, world.manager.user)
            for place, answer in enumerate(answers.values_list("pk", flat=True))
        ],
        batch_size=2000,
    )
    answers.update(records_count=1, checked_at=NOW)
