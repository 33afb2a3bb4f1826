"""The campaigns a post oversees: list, progress by unit, preview, and drawing one up."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import actions, policies, queries, schedule
from campaigns.campaign_forms import CampaignForm
from campaigns.enums import CampaignState, SubmissionState
from campaigns.models import Campaign, Submission
from teachers.enums import OrganisationKind, SchoolKind
from teachers.models import IndexVersion, Organisation, Post
from teachers.policies import oversees
from teachers.refusals import Refusal
from teachers.schema import current_version

#: The order of the units in a table: by kind as the enum lists them.
KINDS = OrganisationKind.values
ORDERS = ("submitted", "approved", "returned", "overdue", "asked")


def overseen(post: Post | None) -> QuerySet[Campaign]:
    """Campaigns on a post's pages: for those who oversee; drafts only where they are drawn up."""
    if not oversees(post):
        raise Http404
    return Campaign.objects.visible_to(post).filter(
        ~Q(state=CampaignState.DRAFT) | Q(organisation=post.organisation)
    )


@login_required
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Every campaign overseen, the newest first, with how far the own subtree is."""
    campaigns = list(
        overseen(request.post)
        .select_related("organisation")
        .prefetch_related("stages")
        .order_by("-created_at", "-id")
    )
    figures = _figures(campaigns, request.post)
    today = timezone.localdate()
    context = {
        "rows": [
            (c, figures.get(c.pk, {}), schedule.current_stage(c, today), today) for c in campaigns
        ],
        "may_create": policies.may_create_campaign(request.post, request.post.organisation),
    }
    return render(request, "campaigns/list.html", context)


def _figures(campaigns: list[Campaign], post: Post) -> dict[int, dict]:
    counted = (
        Submission.objects.visible_to(post)
        .filter(campaign__in=campaigns)
        .exclude(state=SubmissionState.CANCELLED)
        .values("campaign_id")
        .annotate(
            asked=Count("id"),
            approved=Count("id", filter=Q(state=SubmissionState.APPROVED)),
            with_school=Count("id", filter=Q(state__in=queries.WITH_SCHOOL)),
        )
        .order_by("campaign_id")
    )
    return {row["campaign_id"]: row for row in counted}


@login_required
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far a campaign is, by unit; `?unit=` opens one of those below the own organisation."""
    campaign = get_object_or_404(
        overseen(request.post).select_related("organisation").prefetch_related("stages"), code=code
    )
    unit = _unit(request)
    today = timezone.localdate()
    found = queries.progress(campaign, unit, today)
    submissions = _of_schools(campaign, found.rows, unit)
    order = request.GET.get("order", "")
    context = {
        "campaign": campaign,
        "unit": unit,
        "trail": _trail(unit, request.post),
        "total": found.total,
        "rows": _ordered(found.rows, order),
        "order": order if order in ORDERS else "",
        "submissions": submissions,
        "schools_only": len(submissions) == len(found.rows),
        "stages": schedule.timetable(campaign, today),
        "moves": _moves(campaign, request.post),
    }
    return render(request, "campaigns/progress.html", context)


def _unit(request: HttpRequest) -> Organisation:
    code = request.GET.get("unit", "").replace("\0", "")
    if not code:
        return request.post.organisation
    return get_object_or_404(Organisation.objects.visible_to(request.post), code=code)


def _trail(unit: Organisation, post: Post) -> list[Organisation]:
    """The units from the post's own down to the shown one."""
    own = post.organisation.path
    paths = [unit.path[: i + 1] for i, letter in enumerate(unit.path) if letter == "/"]
    above = [path for path in paths if path.startswith(own)]
    return list(Organisation.objects.filter(path__in=above).order_by("path"))


def _ordered(rows: list, order: str) -> list:
    """By the share behind a heading, the most urgent first; otherwise authorities, then schools."""
    if order not in ORDERS:
        return sorted(rows, key=lambda row: (KINDS.index(row.unit.kind), row.unit.path))
    falling = order in {"returned", "overdue", "asked"}

    def key(row) -> float:
        return getattr(row, order) if falling else getattr(row, f"{order}_share")

    return sorted(rows, key=key, reverse=falling)


def _of_schools(campaign: Campaign, rows: list, unit: Organisation) -> dict[int, Submission]:
    """The submissions of those rows that are single schools (or the unit's own staff)."""
    single = [
        row.unit.pk
        for row in rows
        if row.unit.kind == OrganisationKind.SCHOOL or row.unit.pk == unit.pk
    ]
    found = Submission.objects.filter(campaign=campaign, organisation__in=single)
    return {submission.organisation_id: submission for submission in found}


def _moves(campaign: Campaign, post: Post) -> list[str]:
    """Names of the transitions the post may make now."""
    if not policies.may_create_campaign(post, campaign.organisation):
        return []
    return [move.name for move in campaign.get_available_state_transitions()]


@login_required
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What each authority will be asked for, and what stands in the way of it."""
    campaigns = overseen(request.post).select_related("organisation", "index_version")
    campaign = get_object_or_404(campaigns, code=code)
    if not policies.may_preview(request.post, campaign.organisation):
        raise Http404
    moves = _moves(campaign, request.post)
    asked = queries.preview(campaign, timezone.localdate())
    context = {
        "campaign": campaign,
        "scope": list(campaign.scope.order_by("path")),
        "kinds": [SchoolKind(kind).label for kind in campaign.school_kinds],
        "preview": asked,
        "rows": sorted(asked.rows, key=lambda row: not row.problems),
        "may_launch": "launch" in moves or ("begin_collection" in moves),
        "moves": moves,
    }
    return render(request, "campaigns/preview.html", context)


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Draw up a campaign; it stays a draft until it is launched."""
    post = request.post
    if post is None or not policies.may_create_campaign(post, post.organisation):
        raise Http404
    try:
        version = current_version()
    except IndexVersion.DoesNotExist:
        messages.error(
            request,
            _("No index version is published yet: load the reference data or publish one first."),
        )
        return redirect("campaigns:list")
    form = CampaignForm(
        request.POST or None, post=post, version=version, today=timezone.localdate()
    )
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            campaign = _create(form, post, version)
        except Refusal as refusal:
            problem = str(refusal.message)
        else:
            return redirect("campaigns:preview", code=campaign.code)
    context = {"form": form, "problem": problem, "kinds": SchoolKind.choices, "version": version}
    status = 422 if problem or form.errors else 200
    return render(request, "campaigns/create.html", context, status=status)


def _create(form: CampaignForm, post: Post, version) -> Campaign:
    data = form.cleaned_data
    plain = ("code", "name", "name_en", "school_kinds", "organiser_kinds", "post_categories")
    return actions.create_campaign(
        **{name: data[name] for name in plain},
        organisation=post.organisation,
        index_version=version,
        scope=data["scope"],
        asked=form.questions(),
        stages=form.stages(),
        counts_contract_staff=data["counts_contract_staff"],
        return_days=data["return_days"],
        **form.sampling(),
        by=post.user,
        post=post,
        at=timezone.now(),
    )
