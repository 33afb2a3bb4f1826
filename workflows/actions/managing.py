"""What the manager of a campaign does to single submissions: cancel one, open one again."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.enums import FINAL, CampaignState, SubmissionState
from campaigns.models import Campaign, Submission
from teachers.models import Post, User
from teachers.refusals import Refusal
from teachers.reorganising import hold_tree
from teachers.retrying import whole
from workflows import routes, statements
from workflows.actions.claiming import WhyMissing
from workflows.actions.moving import move_cases
from workflows.actions.opening import NotForManager
from workflows.enums import Verdict
from workflows.flows import SubmissionFlow
from workflows.models import Case, Task
from workflows.policies import may_manage
from workflows.rerouting import Tree, schools_of, way_of_submission
from workflows.screening import WORKING, candidates


class CannotCancel(Refusal):
    code = "cannot_cancel"


class CannotReopen(Refusal):
    code = "cannot_reopen"


@whole
def cancel_submission(
    submission: Submission, *, words: str, by: User, post: Post, at: datetime
) -> None:
    """Ask nothing more of one school: it has closed, or is exempted. Any time before its approval.

    Locks the submission; writes a decision CANCEL with the words, closes the open task. Raises
    NotForManager, WhyMissing, CannotCancel.
    """
    words = _managed(submission.campaign, words, by=by, post=post)
    submission = Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    task = Task.objects.open().filter(process__submission=submission).first()
    if task is None:
        raise CannotCancel(
            _("It is %(state)s: only what has not come to its end can be cancelled.")
            % {"state": submission.get_state_display()}
        )
    found = candidates([task.pk], by, at, post=post)
    _decide([(found[task.pk], None)], Verdict.CANCEL, words, by=by, post=post, at=at)


@whole
def reopen_submission(
    submission: Submission, *, words: str, by: User, post: Post, at: datetime
) -> None:
    """Give an approved or cancelled submission back to its school, while the campaign works.

    Locks the campaign, so that it is not closed meanwhile, and the submission. The case lives
    again from its first stop; every level decides anew, and publication adds the next revision to
    each file. Raises NotForManager, WhyMissing, CannotReopen.
    """
    words = _managed(submission.campaign, words, by=by, post=post)
    hold_tree(shared=True)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=submission.campaign_id)
    if campaign.state not in WORKING:
        raise CannotReopen(
            _("“%(campaign)s” is %(state)s and takes no corrections.")
            % {"campaign": campaign, "state": campaign.get_state_display()}
        )
    _reopen(campaign, [submission.pk], words, by=by, post=post, at=at)


@whole
def reopen_campaign(
    campaign: Campaign,
    *,
    submissions: Iterable[int],
    words: str,
    by: User,
    post: Post,
    at: datetime,
) -> Campaign:
    """Take a closed campaign back into review for the sake of late corrections to submissions.

    It is never opened for nothing: who asked for it and why stands in the ledger of each of the
    submissions (ids), which are opened again with it. Raises NotForManager, WhyMissing,
    CannotReopen.
    """
    words = _managed(campaign, words, by=by, post=post)
    hold_tree(shared=True)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.state != CampaignState.CLOSED:
        raise CannotReopen(
            _("“%(campaign)s” is %(state)s: only a closed campaign can be opened again.")
            % {"campaign": campaign, "state": campaign.get_state_display()}
        )
    asked = list(submissions)
    if not asked:
        raise CannotReopen(_("Name the submissions that have to be corrected."))
    campaign.reopen()
    campaign.closed_at = None
    campaign.save(update_fields=["state", "closed_at"])
    _reopen(campaign, asked, words, by=by, post=post, at=at)
    return campaign


def _managed(campaign: Campaign, words: str, *, by: User, post: Post) -> str:
    """The words, tidied, if the post may manage the campaign and they say something."""
    if not may_manage(post, campaign.organisation) or post.user_id != by.pk:
        raise NotForManager(_("Only a campaign manager of this organisation may do this."))
    words = " ".join(words.split())
    if not words:
        raise WhyMissing(_("Say in words why: the school and the authorities read it."))
    return words


def _reopen(
    campaign: Campaign, ids: list[int], words: str, *, by: User, post: Post, at: datetime
) -> None:
    """Put ended cases on the manager's desk and decide them there: one task and one decision each,
    as for every other move. Needs the campaign's lock."""
    locked = Submission.objects.filter(campaign=campaign, pk__in=ids).order_by("pk")
    states = {one.pk: one.state for one in locked.select_for_update(no_key=True)}
    wrong = [SubmissionState(state) for state in states.values() if state not in FINAL]
    if wrong or len(states) != len(set(ids)):
        raise CannotReopen(
            _("It is %(state)s: only what was approved or cancelled can be opened again.")
            % {"state": wrong[0].label if wrong else "—"}
        )
    _go_by_the_tree_of_today(sorted(states), at)
    tasks = statements.open_manager_tasks(
        sorted(states), organisation_id=campaign.organisation_id, at=at
    )
    found = candidates(tasks, by, at, post=post)
    _decide([(found[task], 0) for task in tasks], Verdict.REOPEN, words, by=by, post=post, at=at)


def _go_by_the_tree_of_today(ids: list[int], at: datetime) -> None:
    """The route was frozen for a case that has ended; who lives again goes the way of now."""
    cases = list(
        Case.objects.filter(submission__in=ids).select_related("organisation").order_by("pk")
    )
    today = timezone.localdate(at)
    for case in cases:
        if case.organisation.valid_to is not None and case.organisation.valid_to <= today:
            raise CannotReopen(
                _("%(unit)s exists no more since %(day)s: nobody could correct it.")
                % {"unit": case.organisation, "day": case.organisation.valid_to}
            )
    tree, two_steps = Tree(schools_of(cases)), routes.two_step_desks()
    ways = [way_of_submission(case.organisation_id, tree, two_steps) for case in cases]
    known = {
        way: routes.frozen(SubmissionFlow, list(way)).pk for way in {tuple(way) for way in ways}
    }
    statements.reroute_cases(
        [case.pk for case in cases],
        [known[tuple(way)] for way in ways],
        [case.organisation_id for case in cases],
    )


def _decide(accepted, verdict: Verdict, words: str, *, by: User, post: Post, at: datetime) -> None:
    move_cases(accepted, verdict=verdict, by=by, post=post, at=at, reasons=[], words=words)
