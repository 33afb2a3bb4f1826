"""Subordinate units side by side: counted in one pass, in groups, best first."""

from datetime import date

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports.counts import parts
from reports.counts.days import Moments
from reports.measures import add, empty, with_rates
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


def counted(campaign: Campaign, unit: Organisation, on: date, gone: Moments) -> dict[str, dict]:
    """Measures by the codes of the units below, as many levels as `gone` was counted for."""
    rows = parts.by_part(campaign, unit, on, levels_of(unit))
    for part, row in rows.items():
        row["on_time"] = gone.on_time.get(part, 0)
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


def rank(campaign: Campaign, stage: str, unit: Organisation, on: date) -> dict | None:
    """Place among the units of the same kind under the same authority, by the stage's rate."""
    if unit.parent is None or stage == StageKind.PREPARATION:
        return None
    peers = {
        code
        for code, row in children_of(unit.parent).items()
        if row["kind"] == unit.kind and row["kind"] != OrganisationKind.SCHOOL
    }
    rows = {
        code: with_rates({**empty(), **row}, stage)["passed_rate"] or 0.0
        for code, row in parts.by_part(campaign, unit.parent, on).items()
        if code in peers and row["asked"]
    }
    if unit.code not in rows or len(rows) < 2:
        return None
    better = sum(value > rows[unit.code] for value in rows.values())
    return {"place": better + 1, "of": len(rows)}
