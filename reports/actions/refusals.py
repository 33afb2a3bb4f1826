"""Why a report or a pack was not asked for, called off or tried again."""

from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign
from reports import policies
from reports.enums import ReportKind
from teachers.models import Organisation, Post
from teachers.refusals import NotAllowed, Refusal


class NotYourUnit(NotAllowed):
    code = "not_your_unit"


class NotLaunched(Refusal):
    code = "campaign_not_launched"


class NothingBelow(Refusal):
    code = "nothing_below"


class NotEthnic(Refusal):
    code = "not_ethnic"


class NothingToRetry(Refusal):
    code = "nothing_to_retry"


class NothingToCancel(Refusal):
    code = "nothing_to_cancel"


def refuse_unless_allowed(post: Post, organisation: Organisation) -> None:
    if not policies.may_ask(post, organisation):
        raise NotYourUnit(
            _("Reports on %(unit)s are made for its own supervisors and those above it.")
            % {"unit": organisation}
        )


def refuse_before_launch(campaign: Campaign, stage: str) -> None:
    if campaign.state == CampaignState.DRAFT and stage != StageKind.PREPARATION:
        raise NotLaunched(
            _(
                "%(campaign)s has not been launched yet: only the report on its preparation can be "
                "made."
            )
            % {"campaign": campaign}
        )


def refuse_unless_ethnic(kind: str, organisation: Organisation) -> None:
    if kind == ReportKind.ETHNIC and not policies.has_ethnic_report(organisation):
        raise NotEthnic(
            _(
                "The report on ethnic education is made for the province and its autonomous "
                "prefectures; choose one of these."
            )
        )


def refuse_without_authorities_below(organisation: Organisation) -> None:
    if not policies.has_pack(organisation):
        raise NothingBelow(
            _("%(unit)s has no authority below it: ask for its report instead of a pack.")
            % {"unit": organisation}
        )
