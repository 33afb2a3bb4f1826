"""Lists of corrections: a desk marks and sends, the school answers, the desk looks again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import asked
from campaigns.actions.editing import lock_for_editing
from campaigns.models import Record, Submission
from teachers.models import Code, Post, User
from teachers.policies import acts_under
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows import correction_statements
from workflows.enums import CorrectionAnswer, CorrectionState, Verdict
from workflows.flows import step
from workflows.models import Correction, Task

LONGEST = 500


class NotAtYourDesk(NotAllowed):
    code = "not_at_your_desk"


class CannotMark(Refusal):
    code = "cannot_mark"


class AlreadyMarked(Refusal):
    code = "already_marked"


class LineGone(Refusal):
    code = "line_gone"


class CannotAnswer(Refusal):
    code = "cannot_answer"


class Unanswered(Refusal):
    code = "unanswered_corrections"


@dataclass(frozen=True)
class Place:
    """What a line is about. No keys: the record as a whole. `row` counts from 0; single sub-sets
    have none."""

    set_key: str = ""
    row: int | None = None
    indicator_key: str = ""


WHOLE = Place()


# --- The basket of a desk --------------------------------------------------------------------
@whole
def mark(
    submission: Submission,
    *,
    reason: str,
    words: str = "",
    by: User,
    post: Post,
    at: datetime,
    record: Record | None = None,
    place: Place = WHOLE,
    again: Correction | None = None,
) -> Correction:
    """Put a line into the basket of the desk that has the submission.

    reason: a code of the list "return_reason". again: the line that is asked once more; it is over
    then, and points to the new one. Locks the submission, so a return at the same moment takes the
    line along or comes first. Raises NotAtYourDesk, CannotMark, AlreadyMarked, LineGone.
    """
    submission = _locked(submission)
    _refuse_elsewhere(submission, by=by, post=post)
    words = _clean(reason, words)
    if record is not None:
        record = submission.records.filter(pk=record.pk).first()
        if record is None:
            raise CannotMark(_("This record has been removed: mark the submission instead."))
    _refuse_place(submission, record, place)
    line = Correction(
        submission=submission,
        organisation_id=post.organisation_id,
        role=post.role,
        record=record,
        name=record.name if record else "",
        identity_mask=record.identity_mask if record else "",
        set_key=place.set_key,
        row=place.row,
        indicator_key=place.indicator_key,
        reason=reason,
        words=words,
        marked_by=by,
        marked_at=at,
    )
    _refuse_twice(line, post)
    line.save()
    if again is not None:
        _succeed(again, line, by=by, post=post, at=at)
    return line


@whole
def change_line(
    line: Correction, *, reason: str, words: str, by: User, post: Post, at: datetime
) -> Correction:
    """Give a line in the own basket another reason or other words. Raises LineGone, CannotMark."""
    _locked(line.submission)
    line = _in_basket(line, by=by, post=post)
    line.words = _clean(reason, words)
    line.reason, line.marked_by, line.marked_at = reason, by, at
    line.save(update_fields=["reason", "words", "marked_by", "marked_at"])
    return line


@whole
def remove_line(line: Correction, *, by: User, post: Post) -> None:
    """Take a line out of the own basket; a line it asked again is open once more. Raises LineGone.

    What was never sent leaves no trace: the school has not seen it.
    """
    _locked(line.submission)
    line = _in_basket(line, by=by, post=post)
    Correction.objects.filter(again=line).update(
        state=CorrectionState.OPEN, again=None, looked_at_by=None, looked_at=None
    )
    line.delete()


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
    _refuse_length(words, CannotAnswer)
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
    submission = _locked(submission)
    _refuse_elsewhere(submission, by=by, post=post)
    mine = Correction.objects.to_look_at(post).filter(submission=submission, pk__in=list(lines))
    return mine.update(state=CorrectionState.CLOSED, looked_at_by=by, looked_at=at)


def _succeed(before: Correction, line: Correction, *, by: User, post: Post, at: datetime) -> None:
    asked_again = (
        Correction.objects.to_look_at(post)
        .filter(pk=before.pk, submission=line.submission)
        .update(state=CorrectionState.AGAIN, again=line, looked_at_by=by, looked_at=at)
    )
    if not asked_again:
        raise LineGone(_("A colleague has looked at this line meanwhile: load the page again."))


# --- What stands against it ------------------------------------------------------------------
def _locked(submission: Submission) -> Submission:
    return (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("campaign", "organisation")
        .get(pk=submission.pk)
    )


def _refuse_elsewhere(submission: Submission, *, by: User, post: Post) -> None:
    """Lists are made where the submission lies, by a desk that may return it."""
    tasks = Task.objects.open().for_post(post).filter(process__submission=submission)
    task = tasks.first()
    here = task is not None and step(task.step).is_review and acts_under(post, by)
    if not here or Verdict.RETURN not in step(task.step).verdicts:
        raise NotAtYourDesk(
            _("The submission does not lie on your desk any more: load the page again.")
        )


def _clean(reason: str, words: str) -> str:
    if not Code.objects.filter(code_list__key="return_reason", code=reason).exists():
        raise CannotMark(_("Choose one reason from the list."))
    words = " ".join(words.split())
    _refuse_length(words, CannotMark)
    return words


def _refuse_length(words: str, refusal: type[Refusal]) -> None:
    if len(words) > LONGEST:
        raise refusal(_("Say it in at most %(most)d characters.") % {"most": LONGEST})


def _refuse_place(submission: Submission, record: Record | None, place: Place) -> None:
    """A place that the form does not have, or a row that the record does not have."""
    if place == WHOLE:
        return
    subset = asked.form_of(submission).by_key.get(place.set_key)
    known = subset is not None and place.indicator_key in ("", *subset.by_key)
    if record is None or not known:
        raise CannotMark(_("There is no such field in this record: load the page again."))
    rows = record.data.get(place.set_key) if subset.repeating else None
    if (place.row is not None) != subset.repeating and place.indicator_key:
        raise CannotMark(_("There is no such field in this record: load the page again."))
    if place.row is not None and place.row >= len(rows or ()):
        raise CannotMark(_("There is no such row in this record: load the page again."))


def _refuse_twice(line: Correction, post: Post) -> None:
    there = (
        Correction.objects.in_basket_of(post)
        .filter(
            submission=line.submission,
            record=line.record,
            set_key=line.set_key,
            row=line.row,
            indicator_key=line.indicator_key,
        )
        .select_related("marked_by")
        .first()
    )
    if there is not None:
        raise AlreadyMarked(
            _("%(who)s has marked this already, at %(when)s: change that line instead.")
            % {
                "who": there.marked_by,
                "when": date_format(localtime(there.marked_at), "Y-m-d H:i"),
            }
        )


def _in_basket(line: Correction, *, by: User, post: Post) -> Correction:
    if not acts_under(post, by):
        raise NotAtYourDesk(_("Only the desk that marked a line changes it."))
    found = Correction.objects.in_basket_of(post).filter(pk=line.pk).first()
    if found is None:
        raise LineGone(
            _("This line is no longer in your basket: it was sent or removed meanwhile.")
        )
    return found


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
