"""Is everybody in place before work begins: clerks, heads, reviewers; and have they been there."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from campaigns.enums import CampaignState
from campaigns.models import Campaign
from reports.counts.parts import asked_submissions
from teachers import notice
from teachers.enums import OrganisationKind, Role
from teachers.models import Organisation, Post

AUTHORITIES = (
    OrganisationKind.PROVINCE,
    OrganisationKind.CITY,
    OrganisationKind.COUNTY,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.DEPARTMENT,
)


def units_asked(campaign: Campaign, unit: Organisation, on: date):
    """Schools and universities below the unit that are asked; before the launch: would be asked."""
    if campaign.state == CampaignState.DRAFT:
        from campaigns.queries import units_in_scope

        return units_in_scope(campaign, on).filter(path__startswith=unit.path)
    asked = asked_submissions(campaign, unit).values("organisation")
    return Organisation.objects.filter(pk__in=asked)


def _without(units, role: Role, on: date):
    held = Post.objects.current(on).filter(organisation=OuterRef("pk"), role=role)
    return units.filter(~Exists(held))


def readiness(campaign: Campaign, unit: Organisation, on: date) -> dict:
    """Units asked, and those with nobody in place, by child of the unit."""
    units = units_asked(campaign, unit, on)
    fields = ("code", "name", "name_en", "kind", "path")
    asked = list(units.order_by("path").values(*fields))
    clerkless = list(_without(units, Role.CLERK, on).order_by("path").values(*fields))
    headless = list(_without(units, Role.HEAD, on).order_by("path").values(*fields))
    reviewerless = _authorities_without_reviewer(unit, [row["path"] for row in asked], on)
    return {
        "asked": len(asked),
        "clerkless": len(clerkless),
        "headless": len(headless),
        "ready": len(asked) - len({row["code"] for row in clerkless + headless}),
        "parts": _by_part(unit, asked, clerkless, headless, reviewerless),
        "lacking": _lacking(clerkless, headless),
        "reviewerless": [_plain(row) for row in reviewerless],
        "people": _people(unit, units, on),
    }


def _people(unit: Organisation, units, on: date) -> list[dict]:
    """Clerks and heads of the asked units and reviewers of the authorities: how many are in place,
    have signed in at least once, and have read the notice in force."""
    at_units = Q(role__in=[Role.CLERK, Role.HEAD], organisation__in=units.values("pk"))
    at_authorities = Q(
        role=Role.REVIEWER,
        organisation__path__startswith=unit.path,
        organisation__kind__in=AUTHORITIES,
    )
    rows = (
        Post.objects.current(on)
        .filter(at_units | at_authorities)
        .values("role")
        .annotate(
            held=_persons(),
            signed_in=_persons(user__last_login__isnull=False),
            read_notice=_persons(user__notice_version=notice.VERSION),
        )
    )
    found = {row["role"]: row for row in rows}
    return [found[role] for role in (Role.CLERK, Role.HEAD, Role.REVIEWER) if role in found]


def _persons(**who) -> Count:
    return Count("user", distinct=True, filter=Q(**who) if who else None)


def _authorities_without_reviewer(unit: Organisation, paths: list[str], on: date) -> list[dict]:
    """Authorities of the unit (itself included) on the way of an asked unit, with no reviewer."""
    on_the_way = set()
    for path in paths:
        codes = path.rstrip("/").split("/")[:-1]
        on_the_way.update("/".join(codes[: i + 1]) + "/" for i in range(len(codes)))
    authorities = Organisation.objects.within(unit).filter(kind__in=AUTHORITIES)
    rows = _without(authorities, Role.REVIEWER, on).order_by("path")
    rows = rows.values("code", "name", "name_en", "kind", "path")
    return [row for row in rows if row["path"] in on_the_way]


def _part(unit: Organisation, path: str) -> str:
    return path[len(unit.path) :].split("/", 1)[0]


def _by_part(unit, asked, clerkless, headless, reviewerless) -> dict[str, dict]:
    parts: dict[str, dict] = {}
    for key, rows in (
        ("asked", asked),
        ("clerkless", clerkless),
        ("headless", headless),
        ("reviewerless", reviewerless),
    ):
        for row in rows:
            zero = {"asked": 0, "clerkless": 0, "headless": 0, "reviewerless": 0}
            part = parts.setdefault(_part(unit, row["path"]), zero)
            part[key] += 1
    return parts


def _lacking(clerkless: list[dict], headless: list[dict]) -> list[dict]:
    rows = {row["code"]: {**_plain(row), "clerk": True, "head": True} for row in clerkless}
    for row in clerkless:
        rows[row["code"]]["clerk"] = False
    for row in headless:
        rows.setdefault(row["code"], {**_plain(row), "clerk": True, "head": True})["head"] = False
    return [rows[code] for code in sorted(rows)]


def _plain(row: dict) -> dict:
    return {key: row[key] for key in ("code", "name", "name_en", "kind")}
