"""The figures of a stage report: one JSON object, counted in one snapshot.

    version, demonstration, at, site (address of the site, for the QR code)
    campaign {code, name, name_en, state, launched_at, closed_at, run_by, run_by_en}
    stage {kind, starts_on, ends_on, goal}      unit {code, name, name_en, kind, parent, parent_en}
    totals {measures and rates}                 funnel [{key, count, rate}]
    groups [{key, rows, total}]                 schools [{measures, state}]
    late {tasks, desks}                         desks [{code, name, step, count, days}], worst first
    returns {submissions, decisions, open, …}
    daily [{day, signed, passed}]               steps [{step, passed, returned, median_hours}]
    findings [{rule, severity, count, …}]       composition {…}
    readiness {…} (preparation)                 results {…} (closing)
    rank {place, of} or null                    previous {issue, at, rates} or null

Names stand in both languages, so that the document needs nothing but this object.
"""

import hashlib
import json
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports import counts, marks
from reports.composition import composition
from reports.enums import ReportState
from reports.measures import GOAL, GOAL_STEPS, add, empty, rate, with_rates
from reports.models import Report
from reports.readiness import readiness
from reports.results import results
from reports.snapshot import snapshot
from teachers.enums import OrganisationKind
from teachers.models import Code, Organisation

VERSION = 1
MOST_SCHOOL_DESKS = 40
#: Order of the groups of subordinate units in tables.
GROUPS = (
    ("city", "cities"),
    ("county", "counties"),
    ("university", "universities"),
    ("department", "departments"),
)


def figures(campaign: Campaign, stage: str, organisation: Organisation, at: datetime) -> dict:
    """Count everything the stage's report on the unit says, as of `at`. Reads only."""
    with snapshot():
        campaign = Campaign.objects.select_related("organisation").get(pk=campaign.pk)
        unit = Organisation.objects.select_related("parent").get(pk=organisation.pk)
        return _count(campaign, stage, unit, at)


def fingerprint(content: dict) -> str:
    """Twelve hexadecimal digits of the SHA-256 of the figures, as printed on every page."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digits = hashlib.sha256(text.encode()).hexdigest()[:12].upper()
    return "-".join(digits[i : i + 4] for i in range(0, 12, 4))


def _count(campaign: Campaign, stage: str, unit: Organisation, at: datetime) -> dict:
    on = timezone.localdate(at)
    parts = counts.by_part(campaign, unit, on)
    children = _children(unit)
    desks = counts.late_desks(campaign, unit, on)
    schools = [with_rates(row, stage) for row in counts.own_schools(campaign, unit, on)]
    totals = with_rates(add(list(parts.values())), stage)
    return {
        "version": VERSION,
        "demonstration": settings.DEMONSTRATION,
        "at": at.isoformat(),
        "site": marks.site(),
        "campaign": _campaign(campaign),
        "stage": _stage(campaign, stage),
        "unit": _unit(unit),
        "totals": totals,
        "funnel": _funnel(unit, totals),
        "groups": _groups(parts, children, stage),
        "schools": schools,
        "late": {"tasks": totals["overdue"], "desks": len(desks)},
        "desks": _named_desks(desks),
        "returns": _returns(campaign, unit, totals),
        "daily": counts.daily(campaign, unit, GOAL_STEPS.get(stage, []), at),
        "steps": counts.decisions_by_step(campaign, unit),
        "findings": counts.findings_by_rule(campaign, unit),
        "composition": composition(campaign, unit),
        "readiness": _readiness(campaign, stage, unit, children, on),
        "results": results(campaign, unit) if stage == StageKind.CLOSING else None,
        "rank": _rank(campaign, stage, unit, on),
        "previous": _previous(campaign, stage, unit, at),
    }


def _campaign(campaign: Campaign) -> dict:
    def moment(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "code": campaign.code,
        "name": campaign.name,
        "name_en": campaign.name_en,
        "state": campaign.state,
        "launched_at": moment(campaign.launched_at),
        "closed_at": moment(campaign.closed_at),
        "run_by": campaign.organisation.name,
        "run_by_en": campaign.organisation.name_en,
    }


def _stage(campaign: Campaign, stage: str) -> dict:
    days = campaign.stages.filter(kind=stage).first()
    return {
        "kind": str(stage),
        "starts_on": days.starts_on.isoformat() if days else None,
        "ends_on": days.ends_on.isoformat() if days else None,
        "goal": GOAL[stage],
    }


def _unit(unit: Organisation) -> dict:
    return {
        "code": unit.code,
        "name": unit.name,
        "name_en": unit.name_en,
        "kind": unit.kind,
        "parent": unit.parent.name if unit.parent else "",
        "parent_en": unit.parent.name_en if unit.parent else "",
    }


def _children(unit: Organisation) -> dict[str, dict]:
    rows = unit.children.values("code", "name", "name_en", "kind").order_by("code")
    return {row["code"]: row for row in rows}


def _groups(parts: dict[str, dict], children: dict[str, dict], stage: str) -> list[dict]:
    """Rows of the subordinate units by kind; the schools run by the unit itself are one row."""
    groups = []
    for kind, key in GROUPS:
        rows = [
            {**children[code], **with_rates(row, stage)}
            for code, row in parts.items()
            if code in children and children[code]["kind"] == kind
        ]
        if rows:
            groups.append({"key": key, "rows": rows, "total": with_rates(add(rows), stage)})
    own = [
        row
        for code, row in parts.items()
        if code not in children or children[code]["kind"] == OrganisationKind.SCHOOL
    ]
    if own and groups:
        row = {"code": "", "name": "", "name_en": "", "kind": "school"}
        row |= with_rates(add(own), stage)
        groups.append({"key": "own", "rows": [row], "total": with_rates(add(own), stage)})
    return groups


def _named_desks(desks: list[dict]) -> list[dict]:
    """Every reviewing desk, and of the schools' desks the worst; they may be thousands."""
    schools = [desk for desk in desks if not desk["step"].endswith("_review")]
    kept = {(desk["code"], desk["step"]) for desk in schools[:MOST_SCHOOL_DESKS]}
    return [
        desk
        for desk in desks
        if desk["step"].endswith("_review") or (desk["code"], desk["step"]) in kept
    ]


def _funnel(unit: Organisation, totals: dict) -> list[dict]:
    """From asked to approved; a university or department has one review of its own."""
    keys = ["asked", "filled", "signed", "first", "second", "approved"]
    if unit.kind in {OrganisationKind.UNIVERSITY, OrganisationKind.DEPARTMENT}:
        keys.remove("second")
    return [
        {"key": key, "count": totals[key], "rate": rate(totals[key], totals["asked"])}
        for key in keys
    ]


def _returns(campaign: Campaign, unit: Organisation, totals: dict) -> dict:
    reasons = counts.return_reasons(campaign, unit)
    names = {
        code.code: code
        for code in Code.objects.filter(
            code_list__key="return_reason", code__in=[code for code, _count in reasons]
        )
    }
    answered, days = counts.answer_days(campaign, unit)
    return {
        "submissions": totals["returned"],
        "decisions": totals["returns"],
        "open": totals["open_returns"],
        "answered": answered,
        "answer_days": days,
        "reasons": [
            {
                "code": code,
                "name": names[code].name if code in names else code,
                "name_en": names[code].name_en if code in names else "",
                "count": count,
            }
            for code, count in reasons
        ],
    }


def _readiness(
    campaign: Campaign, stage: str, unit: Organisation, children: dict[str, dict], on: date
) -> dict | None:
    if stage != StageKind.PREPARATION:
        return None
    ready = readiness(campaign, unit, on)
    parts = ready.pop("parts")
    zero = {"asked": 0, "clerkless": 0, "headless": 0, "reviewerless": 0}
    groups = []
    for kind, key in (*GROUPS, (OrganisationKind.SCHOOL, "own")):
        codes = [c for c in parts if c in children and children[c]["kind"] == kind]
        rows = [{**children[code], **parts[code]} for code in codes]
        if key == "own" and rows:
            total = {name: sum(row[name] for row in rows) for name in zero}
            rows = [{"code": "", "name": "", "name_en": "", "kind": kind, **total}]
        if rows:
            total = {name: sum(row[name] for row in rows) for name in zero}
            groups.append({"key": key, "rows": rows, "total": total})
    return {**ready, "groups": groups}


def _rank(campaign: Campaign, stage: str, unit: Organisation, on: date) -> dict | None:
    """Place among the units of the same kind under the same authority, by the stage's rate."""
    if unit.parent is None or stage == StageKind.PREPARATION:
        return None
    peers = {
        code
        for code, row in _children(unit.parent).items()
        if row["kind"] == unit.kind and row["kind"] != OrganisationKind.SCHOOL
    }
    rows = {
        code: with_rates({**empty(), **row}, stage)["passed_rate"] or 0.0
        for code, row in counts.by_part(campaign, unit.parent, on).items()
        if code in peers and row["asked"]
    }
    if unit.code not in rows or len(rows) < 2:
        return None
    better = sum(value > rows[unit.code] for value in rows.values())
    return {"place": better + 1, "of": len(rows)}


def _previous(campaign: Campaign, stage: str, unit: Organisation, at: datetime) -> dict | None:
    """The last finished issue of the same report, for comparison."""
    report = (
        Report.objects.filter(
            campaign=campaign,
            stage=stage,
            organisation=unit,
            state=ReportState.DONE,
            frozen_at__lt=at,
        )
        .order_by("-issue")
        .first()
    )
    if report is None:
        return None
    totals = report.figures["totals"]
    return {
        "issue": report.issue,
        "at": report.frozen_at.isoformat(),
        "signed_rate": totals["signed_rate"],
        "passed_rate": totals["passed_rate"],
        "approved_rate": totals["approved_rate"],
    }
