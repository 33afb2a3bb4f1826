"""Subordinate units side by side: counted in one pass, in groups, best first."""

from collections import Counter
from datetime import date

from campaigns import counts
from campaigns.enums import StageKind, SubmissionState
from campaigns.models import Campaign
from reports.counts import parts
from reports.counts.days import Moments
from reports.counts.lateness import Lateness
from reports.measures import GOAL, REACHED, add, rate, with_rates
from teachers.enums import OrganisationKind
from teachers.models import Organisation

#: Order of the groups of subordinate units in tables.
GROUPS = (
    ("city", "cities"),
    ("county", "counties"),
    ("university", "universities"),
    ("department", "departments"),
)


def levels_of(unit: Organisation) -> int:
    """How many levels below the unit are counted apart: of the province the counties, too."""
    return 2 if unit.kind == OrganisationKind.PROVINCE else 1


def counted(
    campaign: Campaign, unit: Organisation, on: date, gone: Moments, late: Lateness
) -> dict[str, dict]:
    """Measures by the codes of the units below, as many levels as `gone` and `late` were counted
    for."""
    rows = parts.by_part(campaign, unit, levels_of(unit))
    for part, row in rows.items():
        row["on_time"] = gone.on_time.get(part, 0)
        if part in late.parts:
            overdue, oldest = late.parts[part]
            row.update(overdue=overdue, days=(on - oldest).days)
    return rows


def by_child(rows: dict[str, dict]) -> dict[str, dict]:
    """The same measures by the code of the child of the unit alone."""
    together: dict[str, list[dict]] = {}
    for part, row in rows.items():
        together.setdefault(part.partition("/")[0], []).append(row)
    return {code: add(found) for code, found in together.items()}


def children_of(unit: Organisation) -> dict[str, dict]:
    rows = unit.children.values("code", "name", "name_en", "kind").order_by("code")
    return {row["code"]: row for row in rows}


def groups(children: dict[str, dict], counts: dict[str, dict], stage: str) -> list[dict]:
    """Rows of the subordinate units by kind; the schools run by the unit itself are one row."""
    found = []
    for kind, key in GROUPS:
        rows = [
            {**children[code], **with_rates(row, stage)}
            for code, row in counts.items()
            if code in children and children[code]["kind"] == kind
        ]
        if rows:
            found.append({"key": key, "rows": placed(rows), "total": with_rates(add(rows), stage)})
    own = [
        row
        for code, row in counts.items()
        if code not in children or children[code]["kind"] == OrganisationKind.SCHOOL
    ]
    if own and found:
        row = {"code": "", "name": "", "name_en": "", "kind": "school", "place": None}
        row |= with_rates(add(own), stage)
        found.append({"key": "own", "rows": [row], "total": with_rates(add(own), stage)})
    return found


def counties(unit: Organisation, counts: dict[str, dict], stage: str) -> list[dict]:
    """Every county two levels below, best first, with the city it lies in (`city`, `city_en`).

    None for a unit whose counties are its children: they are a group of their own there.
    """
    if levels_of(unit) < 2:
        return []
    below = Organisation.objects.within(unit).filter(kind=OrganisationKind.COUNTY)
    fields = ("code", "name", "name_en", "kind", "parent__name", "parent__name_en", "parent__code")
    rows = []
    for county in below.values(*fields).order_by("code"):
        city, city_en = county.pop("parent__name"), county.pop("parent__name_en")
        row = counts.get(f"{county.pop('parent__code')}/{county['code']}")
        if row:
            rows.append({**county, "city": city, "city_en": city_en, **with_rates(row, stage)})
    return placed(rows)


def placed(rows: list[dict]) -> list[dict]:
    """Best first: by the rate of the stage, then by that in time; equal rates share a place."""
    keyed = [((row["passed_rate"] or 0.0, row["on_time_rate"] or 0.0), row) for row in rows]
    keyed.sort(key=lambda pair: (-pair[0][0], -pair[0][1], pair[1]["code"]))
    return [
        {**row, "place": 1 + sum(other > rates for other, _row in keyed)} for rates, row in keyed
    ]


def rank(campaign: Campaign, stage: str, unit: Organisation) -> dict | None:
    """Place among the units of the same kind under the same authority, by the stage's rate; from
    the counts that are kept, which are exact (campaigns/counts.py)."""
    if unit.parent is None or stage == StageKind.PREPARATION:
        return None
    rates = _rates_of_peers(campaign, stage, unit)
    if unit.code not in rates or len(rates) < 2:
        return None
    better = sum(value > rates[unit.code] for value in rates.values())
    return {"place": better + 1, "of": len(rates)}


def _rates_of_peers(campaign: Campaign, stage: str, unit: Organisation) -> dict[str, float]:
    """The stage's rate by code, of the units of the same kind that are asked."""
    peers = dict(unit.parent.children.filter(kind=unit.kind).values_list("path", "code"))
    authorities = Organisation.objects.within(unit.parent).exclude(kind=OrganisationKind.SCHOOL)
    peer_of = {
        pk: code
        for pk, below in authorities.values_list("pk", "path")
        for path, code in peers.items()
        if below.startswith(path)
    }
    asked, passed = Counter(), Counter()
    for (authority, _stage, state), n in counts.now(campaign, within=unit.parent).items():
        if authority in peer_of and state != SubmissionState.CANCELLED:
            asked[peer_of[authority]] += n
            passed[peer_of[authority]] += n if state in REACHED[GOAL[stage]] else 0
    return {code: rate(passed[code], n) or 0.0 for code, n in asked.items() if n}
