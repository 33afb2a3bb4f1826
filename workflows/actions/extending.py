"""More time for one unit in one stage of a campaign."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, StageKind
from campaigns.models import Campaign, Submission
from teachers import working_days
from teachers.models import Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows import messages
from workflows.due_statements import move_due_dates
from workflows.enums import MessageKind
from workflows.flows import SubmissionFlow, steps
from workflows.models import Extension, Task
from workflows.policies import may_extend, may_manage

WORKING = {CampaignState.COLLECTING, CampaignState.IN_REVIEW}


class NotYourUnit(NotAllowed):
    code = "not_your_unit"


class CannotExtend(Refusal):
    code = "cannot_extend"


@dataclass(frozen=True)
class Extended:
    """The extension, and how many open tasks got more time by it."""

    extension: Extension
    moved: int


@whole
def extend(
    campaign: Campaign,
    *,
    stage: StageKind,
    organisation: Organisation,
    until: date,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
) -> Extended:
    """Give a unit, and all below it, until a day for a stage; earlier extensions stay as they are.

    Moves the due dates of the stage's open tasks there that would be due before; tasks opened later
    get the day too (due_dates.py); those who work there are told. The campaign's manager gives it
    to any unit up to the campaign's last day; a reviewer or chief to units below the own authority,
    up to the last day of the own review. Locks the unit's submissions, so a decision at the same
    moment sees it or is seen, then holds the calendar, which may not change meanwhile.
    Raises NotYourUnit, CannotExtend.
    """
    reason = " ".join(reason.split())
    if not may_extend(post, campaign, organisation, by=by):
        raise NotYourUnit(
            _("More time is given by the campaign's manager, or by the authority above the unit.")
        )
    if not reason:
        raise CannotExtend(_("Say why this unit gets more time."))
    _refuse_idle(campaign, StageKind(stage), organisation)
    below = Submission.objects.filter(
        campaign=campaign, organisation__path__startswith=organisation.path
    )
    if not list(below.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)):
        raise CannotExtend(_("The campaign asks nothing of %(unit)s.") % {"unit": organisation})
    working_days.hold()
    _refuse_day(campaign, StageKind(stage), organisation, until, post=post, at=at)
    extension = Extension.objects.create(
        campaign=campaign,
        stage=stage,
        organisation=organisation,
        until=until,
        reason=reason,
        by=by,
        post=post,
        at=at,
    )
    earlier = open_tasks(campaign, StageKind(stage), organisation).filter(due_date__lt=until)
    moved = move_due_dates(dict.fromkeys(earlier.values_list("pk", flat=True), until))
    _tell(extension, at=at)
    return Extended(extension, moved)


def _tell(extension: Extension, *, at: datetime) -> None:
    """Tell those who do the stage's work there that they have more time."""
    messages.tell(
        those_who_work(extension, on=timezone.localdate(at)),
        kind=MessageKind.EXTENDED,
        key=f"extended:{extension.pk}",
        facts={
            "campaign": messages.named(extension.campaign),
            "unit": messages.named(extension.organisation),
            "stage": extension.stage,
            "until": extension.until.isoformat(),
            "reason": extension.reason,
            "by": messages.named(extension.post.organisation),
        },
        at=at,
    )


def those_who_work(extension: Extension, *, on: date):
    """Ids of the people whose posts do the stage's work at the unit and below it on a day."""
    nodes = steps_of(StageKind(extension.stage))
    kinds = {kind for node in nodes for kind in node.done_by}
    posts = Post.objects.current(on).filter(
        organisation__path__startswith=extension.organisation.path,
        role__in={node.role for node in nodes},
    )
    if all(node.done_by for node in nodes):
        posts = posts.filter(organisation__kind__in=kinds)
    else:
        posts = posts.filter(organisation__submissions__campaign=extension.campaign)
    return posts.values_list("user_id", flat=True)


def open_tasks(campaign: Campaign, stage: StageKind, unit: Organisation):
    """Open tasks of a stage at the unit's desk and all desks below it."""
    return Task.objects.open().filter(
        campaign=campaign,
        step__in=[node.name for node in steps_of(stage)],
        organisation__path__startswith=unit.path,
    )


def steps_of(stage: StageKind) -> list:
    """The steps whose last day is that of the stage."""
    return [node for node in steps(SubmissionFlow) if node.stage == stage]


def does_work(unit: Organisation, stage: StageKind) -> bool:
    """Whether the unit or one below it has anything to do in a stage."""
    nodes = steps_of(stage)
    if any(not node.done_by for node in nodes):
        return Organisation.objects.within(unit).reporting().exists()
    kinds = {kind for node in nodes for kind in node.done_by}
    return bool(kinds) and Organisation.objects.within(unit).filter(kind__in=kinds).exists()


def longest(campaign: Campaign, post: Post) -> date | None:
    """The last day that a post can give: the manager's is that of the campaign, an authority's that
    of its own review with the extensions that it got itself."""
    last_days = dict(campaign.stages.values_list("kind", "ends_on"))
    if may_manage(post, campaign.organisation):
        return max(last_days.values(), default=None)
    kind = post.organisation.kind
    stage = next((n.stage for n in steps(SubmissionFlow) if kind in n.done_by), None)
    if stage not in last_days:
        return None
    given = extensions_over(campaign, post.organisation.path).filter(stage=stage)
    return max([last_days[stage], *given.values_list("until", flat=True)])


def extensions_over(campaign: Campaign, path: str):
    """The campaign's extensions that hold for the unit with this path."""
    above = [path[: i + 1] for i, letter in enumerate(path) if letter == "/"]
    return Extension.objects.filter(campaign=campaign, organisation__path__in=above)


def time_until(campaign: Campaign, stage: StageKind, unit: Organisation) -> date:
    """Until when a unit has time for a stage by now."""
    days = [campaign.stages.get(kind=stage).ends_on]
    given = extensions_over(campaign, unit.path).filter(stage=stage)
    return max([*days, *given.values_list("until", flat=True)])


def _refuse_idle(campaign: Campaign, stage: StageKind, unit: Organisation) -> None:
    if campaign.state not in WORKING:
        raise CannotExtend(
            _("“%(campaign)s” does not run: there is nothing to extend.") % {"campaign": campaign}
        )
    if not does_work(unit, stage):
        raise CannotExtend(
            _("%(unit)s has nothing to do in the stage “%(stage)s”: choose another stage.")
            % {"unit": unit, "stage": stage.label}
        )


def _refuse_day(
    campaign: Campaign,
    stage: StageKind,
    unit: Organisation,
    until: date,
    *,
    post: Post,
    at: datetime,
) -> None:
    now = time_until(campaign, stage, unit)
    earliest = max(now, timezone.localdate(at))
    if until < timezone.localdate(at) or until <= now:
        raise CannotExtend(
            _("%(unit)s has time until %(now)s: choose a day after %(earliest)s.")
            % {"unit": unit, "now": _day(now), "earliest": _day(earliest)}
        )
    last = longest(campaign, post)
    if last is None or until > last:
        raise CannotExtend(
            _("You can give time until %(last)s at most: ask the level above for more.")
            % {"last": _day(last) if last else "—"}
        )


def _day(day: date) -> str:
    return date_format(day, "Y-m-d")
