"""What a clerk has typed and not yet saved: kept, read again, thrown away. Never data."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns import policies
from campaigns.actions.editing import NotOpenForSchool, NotYourSchool
from campaigns.models import Record, RecordDraft, Submission
from teachers import identity
from teachers.models import Post, User
from teachers.policies import acts_under
from teachers.refusals import Refusal

#: More than any form of the index system takes, in characters.
MOST = 400_000
Fields = Mapping[str, Sequence[str]]


class DraftMeanwhile(Refusal):
    code = "draft_meanwhile"


class DraftTooLarge(Refusal):
    code = "draft_too_large"


def keep_draft(
    *,
    submission: Submission,
    record: Record | None,
    fields: Fields,
    based_on: datetime | None,
    following: datetime | None,
    by: User,
    post: Post,
    at: datetime,
) -> RecordDraft:
    """Keep the fields of a form (name → values) as this person's draft of the record.

    `based_on` is when the record shown in the form had been saved; `following` is the `saved_at`
    of the draft that this one goes on from, None for a first one. Raises NotYourSchool,
    NotOpenForSchool, DraftTooLarge, and DraftMeanwhile when another window of the same person has
    kept a draft since.
    """
    _refuse(submission, by=by, post=post)
    content = identity.seal(_packed(fields))
    with transaction.atomic():
        own = drafts_of(submission, record, by).select_for_update().first()
        if (own.saved_at if own else None) != following:
            raise _meanwhile()
        if own is None:
            own = RecordDraft(submission=submission, record=record, by=by)
        own.content, own.saved_at = content, at
        own.based_on = (based_on or record.entered_at) if record else None
        try:
            with transaction.atomic():
                own.save()
        except IntegrityError as error:
            raise _meanwhile() from error
    return own


def drafts_of(submission: Submission, record: Record | None, by: User):
    """The draft that this person has of this record (None: of a new one), as a query."""
    return RecordDraft.objects.filter(submission=submission, record=record, by=by)


def content_of(draft: RecordDraft) -> dict[str, list[str]]:
    """The fields of the form as they were left."""
    return json.loads(identity.unseal(draft.content))


def end_draft(*, submission: Submission, record: Record | None, by: User) -> None:
    """The record is saved, or its author throws the draft away. Harmless without one."""
    drafts_of(submission, record, by).delete()


def end_old_drafts(*, before: datetime) -> int:
    """Throw away what nobody has gone on with since; returns how many."""
    return RecordDraft.objects.filter(saved_at__lt=before).delete()[0]


def _refuse(submission: Submission, *, by: User, post: Post) -> None:
    if not policies.may_fill(post, submission) or not acts_under(post, by):
        raise NotYourSchool(
            _("Only the clerk of the school may change its records. Switch to that post first.")
        )
    if not policies.can_edit(post, submission):
        raise NotOpenForSchool(
            _(
                "The submission is “%(state)s” and can no longer be changed here."
                " Recall it, or wait until it is returned."
            )
            % {"state": submission.get_state_display()}
        )


def _packed(fields: Fields) -> str:
    packed = json.dumps({name: list(values) for name, values in fields.items()}, ensure_ascii=False)
    if len(packed) > MOST:
        raise DraftTooLarge(
            _("This is too long for a draft: at most %(most)s characters in all.") % {"most": MOST}
        )
    return packed


def _meanwhile() -> DraftMeanwhile:
    return DraftMeanwhile(
        _(
            "You have kept another draft of this record in a second window. Save here, or open"
            " the record again to see that draft."
        )
    )
