"""Ethnic education: units in autonomous areas, teachers of ethnic groups, teachers who speak and
teach a language of an ethnic group."""

from collections import Counter

from django.db.models import Count, Q, Sum

from campaigns.models import Campaign
from reports.composition import hide_small
from reports.counts.parts import asked_submissions
from reports.counts.people import People
from reports.measures import REACHED, SMALL, rate
from teachers.models import Organisation

HAN = "01"
#: Of whom nothing can be said: no ethnic group stated, or a foreigner.
UNKNOWN = ("", "97", "98")


def ethnic(campaign: Campaign, unit: Organisation, parts: dict[str, People], goal: str) -> dict:
    """The figures of the report on ethnic education.

    area: units asked in ethnic autonomous areas and how far they are, against all others; rows: by
    child of the unit the teachers of ethnic groups other than Han and the bilingual ones, with
    small numbers left out (None); total: their sums.
    """
    rows = [_row(code, people) for code, people in sorted(parts.items()) if people.number]
    whole = {
        "people": sum(row["people"] for row in rows),
        "minority": sum(row["minority"] for row in rows),
        "bilingual": sum(row["bilingual"] for row in rows),
    }
    named = _named(unit, rows)
    for key in ("minority", "bilingual"):
        _hide(named, whole, key)
    return {
        "area": _areas(campaign, unit, goal),
        "total": _with_rates(whole),
        "rows": [_with_rates(row) for row in named],
    }


def _row(code: str, people: People) -> dict:
    groups = people.of("ethnic")
    minority = sum(n for group, n in groups.items() if group != HAN and group not in UNKNOWN)
    speaking = people.of("bilingual")["yes"]
    return {"code": code, "people": people.number, "minority": minority, "bilingual": speaking}


def _hide(rows: list[dict], whole: dict, key: str) -> None:
    """Leave small numbers out, and one more where a single one could be told from the total."""
    counts = Counter({row["code"]: row[key] for row in rows if row[key]})
    shown = dict(hide_small(counts)[0])
    for row in rows:
        if row[key] and row["code"] not in shown:
            row[key] = None
    if 0 < whole[key] < SMALL:
        whole[key] = None


def _with_rates(row: dict) -> dict:
    shares = {
        f"{key}_rate": None if row[key] is None else rate(row[key], row["people"])
        for key in ("minority", "bilingual")
    }
    return {**row, **shares}


def _named(unit: Organisation, rows: list[dict]) -> list[dict]:
    """Rows of authorities by name; the schools that the unit runs itself are one row."""
    children = {
        row["code"]: row
        for row in unit.children.exclude(kind="school").values("code", "name", "name_en", "kind")
    }
    own = [row for row in rows if row["code"] not in children]
    named = [{**children[row["code"]], **row} for row in rows if row["code"] in children]
    if own:
        together = {"code": "", "name": "", "name_en": "", "kind": "school"}
        sums = {key: sum(row[key] for row in own) for key in ("people", "minority", "bilingual")}
        named.append({**together, **sums})
    return named


def _areas(campaign: Campaign, unit: Organisation, goal: str) -> list[dict]:
    """[inside autonomous areas, outside]: units asked, handed in, at the goal, teachers."""
    states = REACHED.get(goal, [])
    found = {
        row.pop("organisation__ethnic_area"): row
        for row in asked_submissions(campaign, unit)
        .values("organisation__ethnic_area")
        .annotate(
            asked=Count("id"),
            signed=Count("id", filter=Q(state__in=REACHED["signed"])),
            passed=Count("id", filter=Q(state__in=states)),
            records=Sum("records_count"),
        )
        .order_by()
    }
    zero = {"asked": 0, "signed": 0, "passed": 0, "records": 0}
    return [
        {"key": key, **row, "passed_rate": rate(row["passed"], row["asked"])}
        for key, row in (("inside", found.get(True, zero)), ("outside", found.get(False, zero)))
    ]
