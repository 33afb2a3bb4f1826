"""What a school answers to a case of problem data."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns.enums import PartyAnswer, ProblemState
from campaigns.models import Problem, ProblemParty
from teachers import attachments
from teachers.enums import AttachmentKind
from teachers.models import Post, User
from teachers.policies import acts_under, reports_for_own_school
from teachers.refusals import NotAllowed, Refusal
from teachers.upload_forms import Upload

WORDS_LENGTH = 1000


class NotYourCase(NotAllowed):
    code = "not_your_case"


class CannotAnswer(Refusal):
    code = "cannot_answer"


class AnsweredMeanwhile(Refusal):
    code = "answered_meanwhile"


class EvidenceMissing(Refusal):
    code = "evidence_missing"


def may_answer(post: Post | None, party: ProblemParty) -> bool:
    """Clerk or head of the school that the party stands for."""
    return (
        reports_for_own_school(post)
        and post.organisation_id == party.organisation_id
        and post.handles("problem")
    )


def is_answerable(problem: Problem, at: datetime) -> bool:
    """Open, and the last day for answers has not passed."""
    return problem.state == ProblemState.OPEN and timezone.localdate(at) <= problem.answer_by


@transaction.atomic
def answer(
    party: ProblemParty,
    *,
    answer: str,
    words: str,
    evidence: Iterable[Upload],
    seen_at: datetime | None,
    by: User,
    post: Post,
    at: datetime,
) -> ProblemParty:
    """Say what the school knows about the person, with at least one piece of evidence.

    Until the last day the answer may be given anew; evidence is added to what is there. `seen_at`
    is the moment of the answer that was on the screen (None: there was none): if a colleague
    answered since, AnsweredMeanwhile names who and when. Locks the case. Raises NotYourCase,
    CannotAnswer, EvidenceMissing and what `attachments.take` raises.
    """
    words = " ".join(words.split())[:WORDS_LENGTH]
    if not may_answer(post, party) or not acts_under(post, by):
        raise NotYourCase(_("Only the school itself answers. Switch to that post first."))
    problem = Problem.objects.select_for_update().get(pk=party.problem_id)
    now = ProblemParty.objects.select_related("answered_by", "organisation").get(pk=party.pk)
    _refuse(problem, now, answer, words, seen_at, at)
    files = [
        attachments.take(
            name=upload.name,
            content=upload.content,
            kind=AttachmentKind.EVIDENCE,
            organisation=now.organisation,
            by=by,
            post=post,
            at=at,
        )
        for upload in evidence
    ]
    if not files and not now.evidence.exists():
        raise EvidenceMissing(
            _("Add at least one file that shows it: a contract, a transfer order.")
        )
    now.evidence.add(*files)
    now.answer, now.words, now.answered_by, now.answered_at = PartyAnswer(answer), words, by, at
    now.save(update_fields=["answer", "words", "answered_by", "answered_at"])
    return now


def _refuse(
    problem: Problem,
    party: ProblemParty,
    answer: str,
    words: str,
    seen_at: datetime | None,
    at: datetime,
) -> None:
    if problem.state != ProblemState.OPEN:
        raise CannotAnswer(_("This case is not open any more: look at what became of it."))
    if not is_answerable(problem, at):
        raise CannotAnswer(
            _("Answers were taken until %(day)s. The authority above decides now.")
            % {"day": date_format(problem.answer_by, "Y-m-d")}
        )
    if party.answered_at != seen_at:
        raise AnsweredMeanwhile(
            _("%(who)s answered for your school at %(when)s. Open the case again to change it.")
            % {
                "who": party.answered_by,
                "when": date_format(localtime(party.answered_at), "Y-m-d H:i:s"),
            }
        )
    if answer not in PartyAnswer.values or not words:
        raise CannotAnswer(_("Choose an answer and say in words how you know."))
