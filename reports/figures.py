"""The figures of a report: one JSON object, counted in one snapshot.

    version, kind, demonstration, at, site (address of the site, for the QR code)
    campaign {code, name, name_en, state, launched_at, closed_at, run_by, run_by_en}
    stage {kind, starts_on, ends_on, act_by, …} unit {code, name, name_en, kind, parent, parent_en}
    totals {measures and rates}                 funnel [{key, count, rate}]
    groups [{key, rows, total}]                 schools [{measures, state, attempt}]
    counties [{place, city, measures}], best first (province)
    late {tasks, desks}                         desks [{code, name, step, count, days}], worst first
    waiting {days, count, desks}                returns {submissions, decisions, open, answers, …}
    rework {attempts, worst}                    daily [{day, signed, passed}]
    steps [{step, passed, returned, …}]         load {people, decisions, desks, persons}
    findings [{rule, severity, count, …}]       problems [{kind, found, settled, vanished, open}]
    draws (workflows/sampling_figures.py)       extensions, …, separation: {count, rows}
    composition {…}                             seals {of_stage, count}
    questions {asked, answered, told, …}
    readiness {…} (preparation)                 results {…} (closing)
    stages [{kind, …}] (whole campaign)         ethnic {…} (ethnic education)
    rank {place, of} or null                    previous {issue, at, totals, parts} or null

Names stand in both languages, so that the document needs nothing but this object.
"""

import hashlib
import json
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports import marks
from reports.composition import composition
from reports.counts import decisions, exceptions, people, problems, ranking, returns
from reports.counts.days import moments
from reports.counts.ethnic import ethnic
from reports.counts.lateness import lateness
from reports.counts.questions import questions
from reports.counts.readiness import readiness
from reports.counts.results import results
from reports.counts.schools import own_schools
from reports.counts.seals import seal_of, seals
from reports.counts.stages import stages_in_a_row
from reports.enums import ReportKind
from reports.issues import previous_issue
from reports.measures import DAYS_TO_ACT, GOAL, LONG_DAYS, add, rate, with_rates
from reports.snapshot import is_open, snapshot
from teachers.enums import OrganisationKind
from teachers.models import Code, Organisation
from teachers.working_days import Calendar, Calendars
from workflows.sampling_figures import draws_of

VERSION = 3
MOST_SCHOOL_DESKS = 40


def figures(
    campaign: Campaign,
    stage: str,
    organisation: Organisation,
    at: datetime,
    kind: str = ReportKind.STAGE,
) -> dict:
    """Count everything the report on the unit says, as of `at`.

    Side effect, before the snapshot: counts of teachers in submissions handed in are kept; inside
    a snapshot of the caller nothing is written.
    """
    if not is_open():
        people.keep(campaign, organisation, at)
    with snapshot():
        campaign = Campaign.objects.select_related("organisation").get(pk=campaign.pk)
        unit = Organisation.objects.select_related("parent").get(pk=organisation.pk)
        found = _count(campaign, stage, unit, at)
        return {**found, **_of_kind(campaign, stage, unit, at, kind, found)}


def fingerprint(content: dict) -> str:
    """Twelve hexadecimal digits of the SHA-256 of the figures, as printed on every page."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digits = hashlib.sha256(text.encode()).hexdigest()[:12].upper()
    return "-".join(digits[i : i + 4] for i in range(0, 12, 4))


def _count(campaign: Campaign, stage: str, unit: Organisation, at: datetime) -> dict:
    on, calendars = timezone.localdate(at), Calendars.read()
    levels = ranking.levels_of(unit)
    gone = moments(campaign, unit, stage, at, levels)
    late = lateness(campaign, unit, on, calendars, levels)
    counts = ranking.counted(campaign, unit, on, gone, late)
    by_child, children = ranking.by_child(counts), ranking.children_of(unit)
    schools = own_schools(campaign, unit, on, gone.on_time, late)
    totals = with_rates(add(list(by_child.values())), stage)
    done = decisions.work(campaign, unit, at)
    return {
        "version": VERSION,
        "demonstration": settings.DEMONSTRATION,
        "at": at.isoformat(),
        "site": marks.site(),
        "campaign": _campaign(campaign),
        "stage": _stage(campaign, stage, calendars.of(unit.path), on),
        "unit": _unit(unit),
        "totals": totals,
        "funnel": _funnel(unit, totals),
        "groups": ranking.groups(children, by_child, stage),
        "counties": ranking.counties(unit, counts, stage),
        "schools": [with_rates(row, stage) for row in schools],
        "late": {"tasks": totals["overdue"], "desks": len(late.desks)},
        "desks": _named_desks(late.desks),
        "waiting": {
            "days": LONG_DAYS,
            "count": sum(desk["count"] for desk in late.waiting),
            "desks": late.waiting,
        },
        "returns": _returns(campaign, unit, totals)
        | returns.answers(campaign, unit, at, on, calendars),
        "rework": returns.rework(campaign, unit),
        "daily": gone.days,
        "steps": done.steps,
        "load": done.load,
        "questions": questions(campaign, unit, at),
        "draws": draws_of(campaign, within=unit),
        "findings": problems.findings_by_rule(campaign, unit),
        "problems": problems.problems_by_kind(campaign, unit),
        "extensions": exceptions.extensions(campaign, unit, at),
        "exemptions": exceptions.exemptions(campaign, unit, at),
        "delegations": exceptions.delegations(campaign, unit, at),
        "separation": exceptions.separation(campaign, unit),
        "readiness": _readiness(campaign, stage, unit, children, on),
        "results": results(campaign, unit) if stage == StageKind.CLOSING else None,
        "rank": ranking.rank(campaign, stage, unit),
    }


def _of_kind(
    campaign: Campaign, stage: str, unit: Organisation, at: datetime, kind: str, found: dict
) -> dict:
    """What needs the totals, and what only reports of one kind say."""
    on, sealed = timezone.localdate(at), seals(campaign, at)
    by_child = people.people(campaign, unit)
    whole = people.together(by_child.values())
    row = kind == ReportKind.CAMPAIGN
    about = kind == ReportKind.ETHNIC
    return {
        "kind": str(kind),
        "composition": composition(whole, on),
        "seals": {"of_stage": seal_of(sealed, stage), "count": len(sealed)},
        "stages": stages_in_a_row(campaign, unit, found["totals"], sealed, at) if row else None,
        "ethnic": ethnic(campaign, unit, by_child, GOAL[stage]) if about else None,
        "previous": previous_issue(campaign, kind, stage, unit, at),
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


def _stage(campaign: Campaign, stage: str, calendar: Calendar, on: date) -> dict:
    days = campaign.stages.filter(kind=stage).first()
    act_by = days.ends_on if days and days.ends_on >= on else calendar.after(on, DAYS_TO_ACT)
    return {
        "kind": str(stage),
        "starts_on": days.starts_on.isoformat() if days else None,
        "ends_on": days.ends_on.isoformat() if days else None,
        "act_by": act_by.isoformat(),
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
    reasons = returns.return_reasons(campaign, unit)
    names = {
        code.code: code
        for code in Code.objects.filter(
            code_list__key="return_reason", code__in=[code for code, _count in reasons]
        )
    }
    return {
        "submissions": totals["returned"],
        "decisions": totals["returns"],
        "open": totals["open_returns"],
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
    by_child = ready.pop("parts")
    zero = {"asked": 0, "clerkless": 0, "headless": 0, "reviewerless": 0}
    groups = []
    for kind, key in (*ranking.GROUPS, (OrganisationKind.SCHOOL, "own")):
        codes = [c for c in by_child if c in children and children[c]["kind"] == kind]
        rows = [{**children[code], **by_child[code]} for code in codes]
        if key == "own" and rows:
            total = {name: sum(row[name] for row in rows) for name in zero}
            rows = [{"code": "", "name": "", "name_en": "", "kind": kind, **total}]
        if rows:
            total = {name: sum(row[name] for row in rows) for name in zero}
            groups.append({"key": key, "rows": rows, "total": total})
    return {**ready, "groups": groups}
