"""Locking a submission before its records change, and the refusals all such actions share."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns import policies
from campaigns.models import Record, Submission
from teachers.models import Post, User
from teachers.policies import acts_under
from teachers.refusals import NotAllowed, Refusal

#: Persons of one campaign are guarded in this many groups (a power of 16).
GROUPS = 16**4
#: Who writes more persons than this keeps everybody else out of the campaign meanwhile: each lock
#: takes a place in a table of some thousands that all connections share.
MANY = 200
# These keep our advisory locks apart from all others: "CAMP" and "PERS".
_CAMPAIGN, _PERSON = 0x43414D50, 0x50455253


class NotYourSchool(NotAllowed):
    code = "not_your_school"


class NotOpenForSchool(Refusal):
    code = "not_open_for_school"


class CampaignNotRunning(Refusal):
    code = "campaign_not_running"


class ChangedMeanwhile(Refusal):
    code = "changed_meanwhile"


class RecordGone(Refusal):
    code = "record_gone"


def lock_for_editing(
    submission: Submission, *, by: User, post: Post, persons: Iterable[str] | None
) -> Submission:
    """Lock and re-read the submission, and make sure this clerk may change its records now.

    `persons` are the identity hashes about to be written or removed; None means anybody. First
    they are locked, then, in id order, this submission and every other one of the
    campaign that holds one of them: its findings about double entry change too. So two schools
    that enter the same person at once cannot overlook each other, nor wait in a ring.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Lock inside a transaction.")
    if not policies.may_fill(post, submission) or not acts_under(post, by):
        raise NotYourSchool(
            _("Only the clerk of the school may change its records. Switch to that post first.")
        )
    hashes = None if persons is None else sorted(set(persons))
    lock_persons(submission.campaign_id, hashes)
    locked = lock_sharing([submission.pk], submission.campaign_id, hashes)[submission.pk]
    if not locked.campaign.accepts_work:
        raise CampaignNotRunning(
            _("The campaign “%(campaign)s” is not open for entries (%(state)s).")
            % {"campaign": locked.campaign, "state": locked.campaign.get_state_display()}
        )
    if not locked.is_open_for_school:
        raise NotOpenForSchool(
            _(
                "The submission is “%(state)s” and can no longer be changed here."
                " Recall it, or wait until it is returned."
            )
            % {"state": locked.get_state_display()}
        )
    return locked


def lock_persons(campaign_id: int, hashes: list[str] | None) -> None:
    """Hold these persons (None: all) in this campaign until the transaction ends.

    A few: the campaign together with others, and the persons' groups alone; so clerks of different
    schools seldom wait for each other. Many, or all: the campaign alone. One statement.
    """
    if hashes is not None and not hashes:
        return
    if hashes is None or len(hashes) > MANY:
        statement, values = "SELECT pg_advisory_xact_lock(%s, %s)", [_CAMPAIGN, campaign_id]
    else:
        groups = {int(text[:4], 16) for text in hashes}
        keys = sorted((campaign_id * GROUPS + group) % 2**31 for group in groups)
        values = [_CAMPAIGN, campaign_id, _PERSON, keys]
        statement = """
            WITH campaign AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%s, %s))
            SELECT pg_advisory_xact_lock(%s, key)
            FROM campaign, unnest(%s::int[]) WITH ORDINALITY AS k(key, n) ORDER BY n
        """
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def lock_sharing(
    ids: Iterable[int], campaign_id: int, hashes: list[str] | None
) -> dict[int, Submission]:
    """Lock, in id order, these submissions and those of the campaign that hold the same persons."""
    ids = list(ids)
    sharing = []
    if hashes:
        sharing = Record.objects.filter(
            identity_hash__any_of=hashes, submission__campaign_id=campaign_id
        ).values_list("submission_id", flat=True)
    found = (
        Submission.objects.filter(pk__in={*ids, *sharing})
        .select_for_update(of=("self",), no_key=True)
        .select_related("campaign", "organisation")
        .order_by("pk")
    )
    return {submission.pk: submission for submission in found}


def reread(record: Record, submission: Submission, seen_at=None) -> Record:
    """The record as it stands now; refuses when a colleague changed it after `seen_at`."""
    now = (
        Record.objects.filter(pk=record.pk, submission=submission)
        .select_related("entered_by")
        .first()
    )
    if now is None:
        raise RecordGone(
            _("The record of %(name)s has been removed meanwhile.") % {"name": record.name}
        )
    changed = seen_at is not None and now.entered_at != seen_at
    if changed or now.identity_hash != record.identity_hash:
        raise ChangedMeanwhile(
            _(
                "%(who)s changed the record of %(name)s at %(when)s. Open it again and"
                " repeat your change."
            )
            % {
                "who": now.entered_by,
                "name": now.name,
                "when": date_format(localtime(now.entered_at), "Y-m-d H:i:s"),
            }
        )
    return now
