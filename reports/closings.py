"""When a stage closes, its reports make themselves: the pack of the authority that runs it."""

from contextlib import suppress
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from campaigns.enums import CampaignState, StageKind
from campaigns.models import CampaignStage
from reports import actions, kinds, packs, policies
from reports.enums import ReportKind
from reports.models import Pack, Report
from teachers.enums import Role
from teachers.models import Organisation, Post
from teachers.refusals import Refusal
from workflows.models import Seal

#: What closed longer ago is asked for by hand: a site that is set up anew does not print the past.
RECENT = timedelta(days=7)
RUNS = (Role.MANAGER, Role.SUPERVISOR)
OVER = (CampaignState.DRAFT, CampaignState.CANCELLED, CampaignState.ARCHIVED)


def ask_for_closed(*, at: datetime) -> list[Pack | Report]:
    """Ask, in the name of who runs the campaign, for what was not asked for since a stage closed.

    Safe to run twice and on two machines: what is in the making is not asked for again, and what
    was asked for after the closing is enough. Returns what is being made now.
    """
    asked = []
    for stage, closed_at in closed(at=at):
        post = _in_whose_name(stage.campaign.organisation, at)
        if post is not None:
            asked += _ask(stage, closed_at, post, at)
    return asked


def closed(*, at: datetime) -> list[tuple[CampaignStage, datetime]]:
    """Stages that closed lately, with the moment: their seal, or the end of their last day."""
    today, since = timezone.localdate(at), at - RECENT
    seals = {
        (seal.campaign_id, seal.stage): seal.at
        for seal in Seal.objects.filter(at__gt=since, at__lte=at).order_by("-pk")
    }
    ended = Q(ends_on__lt=today, ends_on__gte=timezone.localdate(since))
    stages = CampaignStage.objects.filter(
        ended | Q(campaign__in={campaign for campaign, _stage in seals})
    ).exclude(campaign__state__in=OVER)
    found = []
    for stage in stages.select_related("campaign__organisation").order_by("campaign", "position"):
        sealed_at = seals.get((stage.campaign_id, stage.kind))
        if sealed_at or stage.ends_on < today:
            found.append((stage, sealed_at or _end_of(stage)))
    return [(stage, moment) for stage, moment in found if moment > since]


def _end_of(stage: CampaignStage) -> datetime:
    day_after = stage.ends_on + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day_after, time()))


def _in_whose_name(organisation: Organisation, at: datetime) -> Post | None:
    posts = Post.objects.current(timezone.localdate(at)).with_organisation()
    return posts.filter(organisation=organisation, role__in=RUNS).order_by("role", "pk").first()


def _ask(stage: CampaignStage, closed_at: datetime, post: Post, at: datetime) -> list:
    """The stage's pack, or its report where no authority is below; at the closing other kinds."""
    same = {"campaign": stage.campaign, "organisation": stage.campaign.organisation}
    since = {**same, "asked_at__gte": closed_at}
    by = {**same, "stage": stage.kind, "by": post.user, "post": post, "at": at}
    asked = []
    if policies.has_pack(stage.campaign.organisation):
        if not Pack.objects.filter(**since, stage=stage.kind).exists():
            asked.append(actions.ask_pack(**by))
    elif not _has_report(since, ReportKind.STAGE, stage.kind):
        asked.append(actions.ask(**by))
    if stage.kind == StageKind.CLOSING:
        asked += _ask_other_kinds(since, by)
    return asked


def _ask_other_kinds(since: dict, by: dict) -> list[Report]:
    """The kinds that look at a whole campaign, for each authority with others below it that has
    a report of that kind: the action knows which."""
    asked = []
    for unit in filter(policies.has_pack, packs.authorities(by["organisation"])):
        for kind in kinds.COUNTED_BY.keys() - {ReportKind.STAGE}:
            if _has_report({**since, "organisation": unit}, kind, StageKind.CLOSING):
                continue
            with suppress(Refusal):
                asked.append(actions.ask(**{**by, "organisation": unit}, kind=kind))
    return asked


def _has_report(since: dict, kind: str, stage: str) -> bool:
    return Report.objects.filter(**since, kind=kind, stage=stage).exists()
