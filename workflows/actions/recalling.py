"""The school takes its answer back."""

from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.models import Submission
from teachers.models import ChangeRequest, Post, User
from teachers.policies import acts_under, reports_for_own_school
from teachers.refusals import Refusal
from teachers.retrying import whole
from workflows.actions.moving import move_cases
from workflows.enums import DocumentKind, Verdict
from workflows.models import Decision, Task
from workflows.screening import candidates

_KIND = {Submission: DocumentKind.SUBMISSION, ChangeRequest: DocumentKind.CHANGE}


class CannotRecall(Refusal):
    code = "cannot_recall"


def recallable(task: Task | None) -> bool:
    """Until the next level has begun: with the head, or with the first authority and not claimed.

    A first authority that already sent it back once, or was reached again from above, has begun.
    """
    if task is None or task.position not in {1, 2} or task.owner_id is not None:
        return False
    said = Decision.objects.filter(case=task.process_id).exclude(verdict=Verdict.REROUTE)
    newest = said.order_by("-sequence").first()
    return newest is not None and newest.verdict in {Verdict.SUBMIT, Verdict.SIGN}


@whole
def recall(
    document: Submission | ChangeRequest, *, by: User, post: Post, at: datetime, words: str = ""
) -> None:
    """Take a submission or a change request back to the school, before the next level has begun.

    Locks the document; writes a decision, closes the open task and opens the clerk's again.
    Raises CannotRecall with who has it now.
    """
    _own(document, by, post)
    task = _locked_task(document)
    if not recallable(task):
        raise CannotRecall(
            _("The next level has begun its review: ask it to return the answer instead.")
        )
    candidate = candidates([task.pk], by, at, post=post)[task.pk]
    if not candidate.accepts_work:
        raise CannotRecall(_("The campaign takes no changes now."))
    move_cases(
        [(candidate, 0)], verdict=Verdict.RECALL, by=by, post=post, at=at, reasons=[], words=words
    )
    document.refresh_from_db()


@whole
def withdraw(change: ChangeRequest, *, by: User, post: Post, at: datetime, words: str = "") -> None:
    """Give a change request up, at any time before it is approved; its fields are free again.

    Locks the change; writes a decision and ends the case. Raises CannotRecall.
    """
    _own(change, by, post)
    task = _locked_task(change)
    if task is None:
        raise CannotRecall(
            _("It has been decided: ask for the opposite change if it was a mistake.")
        )
    candidate = candidates([task.pk], by, at, post=post)[task.pk]
    words = " ".join(words.split())
    move_cases(
        [(candidate, None)],
        verdict=Verdict.CANCEL,
        by=by,
        post=post,
        at=at,
        reasons=[],
        words=words,
    )
    change.refresh_from_db()


def _own(document: Submission | ChangeRequest, by: User, post: Post) -> None:
    if (
        not reports_for_own_school(post)
        or post.organisation_id != document.organisation_id
        or not acts_under(post, by)
        or not post.handles(_KIND[type(document)])
    ):
        raise CannotRecall(_("Only the school itself may take its answer back."))


def _locked_task(document: Submission | ChangeRequest) -> Task | None:
    """The open task of a document, read under the document's lock."""
    type(document).objects.select_for_update().get(pk=document.pk)
    return Task.objects.open().filter(process=document.case).first()
