"""The school takes its answer back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Submission
from teachers.models import Post, User
from teachers.policies import reports_for_own_school
from teachers.refusals import Refusal
from workflows.actions.deciding import move_cases
from workflows.enums import Verdict
from workflows.models import Decision, Task
from workflows.screening import WORKING, candidates


class CannotRecall(Refusal):
    code = "cannot_recall"


def recallable(task: Task | None) -> bool:
    """Until the next level has begun: with the head, or with the first authority and not claimed.

    A first authority that already sent it back once, or was reached again from above, has begun.
    """
    if task is None or task.position not in {1, 2} or task.owner_id is not None:
        return False
    newest = Decision.objects.filter(case=task.process_id).order_by("-sequence").first()
    return newest is not None and newest.verdict in {Verdict.SUBMIT, Verdict.SIGN}


@transaction.atomic
def recall(submission: Submission, *, by: User, post: Post, at: datetime, words: str = "") -> None:
    """Take an answer back to the school, before the next level has begun.

    Locks the submission; writes a decision, closes the open task and opens the clerk's again.
    Raises CannotRecall with who has it now.
    """
    if (
        not reports_for_own_school(post)
        or post.organisation_id != submission.organisation_id
        or post.user_id != by.pk
    ):
        raise CannotRecall(_("Only the school itself may take its answer back."))
    Submission.objects.select_for_update().get(pk=submission.pk)
    task = Task.objects.open().filter(process__submission=submission).first()
    if not recallable(task):
        raise CannotRecall(
            _("The next level has begun its review: ask it to return the answer instead.")
        )
    candidate = candidates([task.pk], by)[task.pk]
    if candidate.campaign_state not in WORKING:
        raise CannotRecall(_("The campaign takes no changes now."))
    move_cases(
        [(candidate, 0)], verdict=Verdict.RECALL, by=by, post=post, at=at, reasons=[], words=words
    )
    submission.refresh_from_db()
