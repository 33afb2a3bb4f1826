"""Lists of corrections that were sent: the school answers, the desk that asked looks again."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.actions.editing import lock_for_editing
from campaigns.models import Submission
from teachers.models import Post, User
from teachers.refusals import Refusal
from teachers.retrying import whole
from workflows import correction_statements
from workflows.actions.marking import LineGone, locked, refuse_elsewhere, refuse_length
from workflows.enums import CorrectionAnswer, CorrectionState
from workflows.models import Correction


class CannotAnswer(Refusal):
    code = "cannot_answer"


class Unanswered(Refusal):
    code = "unanswered_corrections"


# --- The answer of the school ----------------------------------------------------------------
@whole
def answer(
    line: Correction,
    *,
    answer: str,
    words: str = "",
    by: User,
    post: Post,
    at: datetime,
    seen: datetime | None = None,
) -> Correction:
    """Say of a line that it is corrected, or explain why the value is right (that needs words).

    The clerk may change the answer until the submission is handed in. seen: when the answer was
    given that the page showed; a colleague's later one is not overwritten. Raises CannotAnswer,
    LineGone and the refusals of every edit (campaigns/actions/editing.py).
    """
    words = " ".join(words.split())
    if answer not in CorrectionAnswer.values:
        raise CannotAnswer(_("Say of the line that it is corrected, or explain it."))
    if answer == CorrectionAnswer.EXPLAINED and len(words) < 2:
        raise CannotAnswer(_("Say in a few words why the value is right as it is."))
    refuse_length(words, CannotAnswer)
    submission = lock_for_editing(line.submission, by=by, post=post, persons=[])
    line = _sent(line, submission)
    if line.state != CorrectionState.OPEN:
        raise CannotAnswer(_("This line needs no answer any more: the authority has looked at it."))
    if line.answer and line.answered_at != seen:
        raise CannotAnswer(
            _("%(who)s answered this line at %(when)s. Look at that answer before you change it.")
            % {
                "who": line.answered_by,
                "when": date_format(localtime(line.answered_at), "Y-m-d H:i:s"),
            }
        )
    line.answer, line.answer_words = answer, words
    line.answered_by, line.answered_at = by, at
    line.save(update_fields=["answer", "answer_words", "answered_by", "answered_at"])
    return line


def refuse_unanswered(task_ids: Iterable[int], *, post: Post) -> None:
    """Of tasks of the own desk: nothing is handed in while a line of its list has no answer (one
    query). Raises Unanswered.

    Under the documents' lock this holds until the transaction ends: answers take the same lock.
    """
    owed = correction_statements.read_unanswered(
        list(task_ids), organisation_id=post.organisation_id, role=post.role
    )
    if not owed:
        return
    school, count = owed[0]
    text = ngettext(
        "%(count)d line of the list of corrections of %(school)s has no answer yet: say that it is"
        " corrected, or explain it, then hand in.",
        "%(count)d lines of the list of corrections of %(school)s have no answer yet: say of each"
        " that it is corrected, or explain it, then hand in.",
        count,
    )
    raise Unanswered(text % {"count": count, "school": school})


# --- The next look of the desk ---------------------------------------------------------------
@whole
def close_lines(
    submission: Submission, lines: Iterable[int], *, by: User, post: Post, at: datetime
) -> int:
    """Say of lines that the own desk has asked that they are in order; returns how many.

    Lines that are over already stay as they are. Raises NotAtYourDesk.
    """
    submission = locked(submission)
    refuse_elsewhere(submission, by=by, post=post)
    mine = Correction.objects.to_look_at(post).filter(submission=submission, pk__in=list(lines))
    return mine.update(state=CorrectionState.CLOSED, looked_at_by=by, looked_at=at)


def _sent(line: Correction, submission: Submission) -> Correction:
    found = (
        Correction.objects.sent()
        .filter(pk=line.pk, submission=submission)
        .select_related("answered_by")
        .first()
    )
    if found is None:
        raise LineGone(_("The authority has taken this line back: load the page again."))
    return found
