"""Rehearsals of a draft version: asking for one, watching it run, reading what it found."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaigns import actions
from campaigns.enums import CampaignState, RehearsalState
from campaigns.models import Campaign, Rehearsal, RehearsalFailure
from teachers.enums import SchoolKind, VersionState
from teachers.models import IndexVersion, Indicator
from teachers.policies import keeps_index
from teachers.refusals import Refusal
from teachers.rules import RULES

PAGE = 50
UNFINISHED = {RehearsalState.QUEUED, RehearsalState.RUNNING}


@dataclass(frozen=True)
class RuleRow:
    """How many records break one rule at one place, by kind of school."""

    mark: str
    title: str
    place: str
    by_kind: list[int]
    total: int


def _version(request: HttpRequest, code: str) -> IndexVersion:
    if not keeps_index(request.post):
        raise Http404
    return get_object_or_404(IndexVersion.objects.select_related("based_on"), code=code)


def _campaigns(request: HttpRequest) -> QuerySet[Campaign]:
    """Campaigns that were answered, the newest first."""
    return (
        Campaign.objects.visible_to(request.post)
        .exclude(state__in=[CampaignState.DRAFT, CampaignState.CANCELLED])
        .order_by("-created_at", "-pk")
    )


@login_required
@require_safe
def rehearsal_list(request: HttpRequest, code: str) -> HttpResponse:
    """The rehearsals of a version, and the form to start one on a draft."""
    version = _version(request, code)
    runs = list(
        version.rehearsals.select_related("campaign", "asked_by").order_by("-asked_at", "-pk")[
            :PAGE
        ]
    )
    context = {
        "version": version,
        "runs": runs,
        "running": any(run.state in UNFINISHED for run in runs),
        "campaigns": _campaigns(request)[:20],
        "is_draft": version.state == VersionState.DRAFT,
    }
    template = "_rehearsals.html" if request.htmx else "rehearsals.html"
    return render(request, f"campaigns/{template}", context)


@login_required
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Start a rehearsal on a campaign's records."""
    version = _version(request, code)
    campaign = get_object_or_404(_campaigns(request), code=request.POST.get("campaign", ""))
    try:
        rehearsal = actions.rehearse(
            version=version,
            campaign=campaign,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("campaigns:rehearsals", code=code)
    return redirect("campaigns:rehearsal", pk=rehearsal.pk)


@login_required
@require_safe
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """What a rehearsal found so far: figures by rule and kind, and the records, paged by key."""
    found = get_object_or_404(
        Rehearsal.objects.visible_to(request.post).select_related(
            "version__based_on", "campaign", "asked_by"
        ),
        pk=pk,
    )
    figures = found.figures or {}
    kinds = [kind for kind in SchoolKind if kind in figures.get("checked", {})]
    names = _names(found)
    chosen = {"rule": request.GET.get("rule", ""), "kind": request.GET.get("kind", "")}
    failures = _failures(found, chosen, request.GET.get("after", ""))
    context = {
        "rehearsal": found,
        "running": found.state in UNFINISHED,
        "stale": found.version.state == VersionState.DRAFT
        and found.version.changed_at != found.draft_as_of,
        "kinds": kinds,
        "by_kind": [
            (kind, figures["checked"][kind], figures.get("failing", {}).get(kind, 0))
            for kind in kinds
        ],
        "rules": _rules(figures, kinds, names),
        "chosen": chosen,
        "failures": [(one, _reasons(one, names)) for one in failures[:PAGE]],
        "next": failures[PAGE - 1].pk if len(failures) > PAGE else None,
    }
    template = "_rehearsal.html" if request.htmx else "rehearsal.html"
    return render(request, f"campaigns/{template}", context)


def _failures(found: Rehearsal, chosen: dict, after: str) -> list[RehearsalFailure]:
    """Failing records by key, one more than a page. Plan: the key's index, then primary keys."""
    rows = found.failures.select_related("record", "organisation").order_by("pk")
    if chosen["rule"]:
        rows = rows.filter(rules__contains=[chosen["rule"].replace("\0", "")])
    if chosen["kind"] in SchoolKind.values:
        rows = rows.filter(school_kind=chosen["kind"])
    if after.isascii() and after.isdigit() and len(after) < 18:
        rows = rows.filter(pk__gt=int(after))
    rows = rows.defer("record__data", "record__identity_sealed")
    return list(rows[: PAGE + 1])


def _names(found: Rehearsal) -> dict[tuple[str, str], str]:
    """Names of sub-sets and indicators of the draft and of what it is based on, by place."""
    names: dict[tuple[str, str], str] = {}
    versions = [found.version.based_on_id, found.version_id]
    rows = Indicator.objects.filter(indicator_set__version__in=versions)
    for row in rows.select_related("indicator_set").order_by("indicator_set__version_id"):
        own = row.indicator_set
        names[own.key, ""] = str(own)
        names[own.key, row.key] = f"{own} · {row}"
    return names


def _rules(figures: dict, kinds: list[SchoolKind], names: dict) -> list[RuleRow]:
    """The counted rules, the most frequent first."""
    counted: dict[tuple[str, str, str], dict[str, int]] = {}
    for rule, set_key, key, kind, n in figures.get("rules", []):
        counted.setdefault((rule, set_key, key), {})[kind] = n
    rows = [
        RuleRow(
            mark=":".join(place),
            title=_title(place[0]),
            place=names.get(place[1:], place[2] or place[1]),
            by_kind=[by_kind.get(kind, 0) for kind in kinds],
            total=sum(by_kind.values()),
        )
        for place, by_kind in counted.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.mark))


def _reasons(one: RehearsalFailure, names: dict) -> list[tuple[str, str, int | None]]:
    """(rule, place, number of the row) of each error: no value of the record is shown."""
    return [
        (
            _title(issue["rule"]),
            names.get((issue["set"], issue["key"]), issue["key"]),
            None if issue["row"] is None else issue["row"] + 1,
        )
        for issue in one.issues
    ]


def _title(rule: str) -> str:
    return str(RULES[rule].title) if rule in RULES else rule
