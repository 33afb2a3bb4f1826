"""The basket of a desk: what a reviewer marks for the list of corrections."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns import asked
from campaigns.models import Record, Submission
from teachers.models import Code, Post, User
from teachers.policies import acts_under
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows.enums import CorrectionState, Verdict
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


@dataclass(frozen=True)
class Place:
    """What a line is about. No keys: the record as a whole. `row` counts from 0; single sub-sets
    have none."""

    set_key: str = ""
    row: int | None = None
    indicator_key: str = ""


WHOLE = Place()


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
    submission = locked(submission)
    refuse_elsewhere(submission, by=by, post=post)
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
    locked(line.submission)
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
    locked(line.submission)
    line = _in_basket(line, by=by, post=post)
    Correction.objects.filter(again=line).update(
        state=CorrectionState.OPEN, again=None, looked_at_by=None, looked_at=None
    )
    line.delete()


def _succeed(before: Correction, line: Correction, *, by: User, post: Post, at: datetime) -> None:
    asked_again = (
        Correction.objects.to_look_at(post)
        .filter(pk=before.pk, submission=line.submission)
        .update(state=CorrectionState.AGAIN, again=line, looked_at_by=by, looked_at=at)
    )
    if not asked_again:
        raise LineGone(_("A colleague has looked at this line meanwhile: load the page again."))


# --- What stands against it ------------------------------------------------------------------
def locked(submission: Submission) -> Submission:
    return (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("campaign", "organisation")
        .get(pk=submission.pk)
    )


def refuse_elsewhere(submission: Submission, *, by: User, post: Post) -> None:
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
    refuse_length(words, CannotMark)
    return words


def refuse_length(words: str, refusal: type[Refusal]) -> None:
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
