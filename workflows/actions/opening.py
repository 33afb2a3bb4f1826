"""Launching a campaign: one case for every school in scope, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign
from campaigns.scope import units_in_scope
from teachers.models import Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.reorganising import hold_tree
from teachers.retrying import whole
from workflows import opening_statements, routes
from workflows.flows import Standing, SubmissionFlow
from workflows.policies import may_manage

#: Schools opened in one transaction; a killed launch goes on behind the last whole chunk.
CHUNK = 2000


class NotForManager(NotAllowed):
    code = "not_for_manager"


class CannotLaunch(Refusal):
    code = "cannot_launch"


@dataclass(frozen=True)
class Launched:
    """How many cases this call opened, and how many were there before."""

    opened: int
    existing: int


def launch(campaign: Campaign, *, by: User, post: Post, at: datetime) -> Launched:
    """Open a case with its frozen route and first task for every school in scope.

    Safe to run twice, at once or after a crash: each chunk is one transaction that locks the
    campaign, and a school that has its case is left alone. The campaign becomes LAUNCHED with the
    first chunk. Raises NotForManager, CannotLaunch.
    """
    if not may_manage(post, campaign.organisation) or post.user_id != by.pk:
        raise NotForManager(_("Only a campaign manager of this organisation may do this."))
    opened = total = 0
    for chunk in _chunks(campaign, at):
        opened += _open(campaign.pk, chunk, at)
        total += len(chunk)
    if total == 0:
        raise CannotLaunch(
            _("No school is in the scope of “%(campaign)s”: widen it before launching.")
            % {"campaign": campaign}
        )
    campaign.refresh_from_db()
    return Launched(opened=opened, existing=total - opened)


def _chunks(campaign: Campaign, at: datetime) -> Iterator[list[int]]:
    asked = units_in_scope(campaign, timezone.localdate(at)).order_by("path")
    units = list(asked.values_list("pk", flat=True))
    for start in range(0, len(units), CHUNK):
        yield units[start : start + CHUNK]


@whole
def _open(campaign_id: int, asked: list[int], at: datetime) -> int:
    hold_tree(shared=True)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    units = list(
        Organisation.objects.filter(pk__in=asked)
        .order_by("path")
        .values_list("pk", "path", named=True)
    )
    if campaign.state == CampaignState.DRAFT:
        campaign.launch()
        campaign.launched_at = at
        campaign.save(update_fields=["state", "launched_at"])
    elif campaign.state != CampaignState.LAUNCHED:
        raise CannotLaunch(
            _("“%(campaign)s” is %(state)s; only a draft or an unfinished launch can be launched.")
            % {"campaign": campaign, "state": campaign.get_state_display()}
        )
    return opening_statements.open_cases(
        campaign_id=campaign.pk,
        organisations=[unit.pk for unit in units],
        routes=_routes(units),
        due_date=campaign.stages.get(kind=StageKind.COLLECTION).ends_on,
        at=at,
    )


def _routes(units: list) -> list[int]:
    """The route of each unit (its pk and path); worked out once for each managing authority."""
    by_path, two_steps = routes.units_above(units), routes.two_step_desks()
    found: dict[str, int] = {}
    for unit in units:
        parent = unit.path.rstrip("/").rpartition("/")[0] + "/"
        if parent not in found:
            standing = Standing(own=routes.authorities_above(unit, by_path), two_steps=two_steps)
            stops = routes.trace(SubmissionFlow, standing)
            found[parent] = routes.frozen(SubmissionFlow, stops).pk
    return [found[unit.path.rstrip("/").rpartition("/")[0] + "/"] for unit in units]
