"""Values on which code of the campaigns branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LAUNCHED = "launched", _("Launched")
    COLLECTING = "collecting", _("Collecting")
    IN_REVIEW = "in_review", _("In review")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")


class StageKind(models.TextChoices):
    PREPARATION = "preparation", _("Preparation")
    COLLECTION = "collection", _("Collection")
    COUNTY_REVIEW = "county_review", _("County review")
    CITY_REVIEW = "city_review", _("City review")
    PROVINCE_REVIEW = "province_review", _("Province review")
    CLOSING = "closing", _("Closing")


class SubmissionState(models.TextChoices):
    DRAFT = "draft", _("Not submitted")
    SIGNING = "signing", _("Waiting for the head")
    COUNTY_REVIEW = "county_review", _("In county review")
    CITY_REVIEW = "city_review", _("In city review")
    AUTHORITY_REVIEW = "authority_review", _("In university or department review")
    PROVINCE_REVIEW = "province_review", _("In province review")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


#: In these the school may change its records.
OPEN_FOR_SCHOOL = (SubmissionState.DRAFT, SubmissionState.RETURNED)
#: From these only the campaign's manager opens it again.
FINAL = (SubmissionState.APPROVED, SubmissionState.CANCELLED)


class KeptApprovals(models.TextChoices):
    """What a return from a higher level does to the approvals of the levels below it."""

    NONE = "none", _("Every level approves again")
    LOWER = "lower", _("Levels that approved keep their approval")


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    NOTICE = "notice", _("Notice")


class ImportState(models.TextChoices):
    TAKEN = "taken", _("Taken over")
    PARTLY = "partly", _("Sound rows taken over")
    REFUSED = "refused", _("Nothing taken over")


class ProblemKind(models.TextChoices):
    """Problem data (standards.md, section 2)."""

    SAME_IDENTITY = "same_identity", _("One identity in two schools")
    SAME_PERSON = "same_person", _("Same name, birth date and sex, other number")
    NEAR_IDENTITY = "near_identity", _("Identity numbers one edit apart")
    IDENTITY_MISMATCH = "identity_mismatch", _("Identity number against birth date or sex")
    ACTIVE_AND_LEFT = "active_and_left", _("In service here, retired or left there")


class ProblemState(models.TextChoices):
    OPEN = "open", _("Open")
    SETTLED = "settled", _("Settled")
    VANISHED = "vanished", _("Gone by itself")


class ProblemOutcome(models.TextChoices):
    CORRECT = "correct", _("To be corrected")
    TRANSFER = "transfer", _("Belongs to one school")
    MERGE = "merge", _("One person: files merged")
    NOT_SAME = "not_same", _("Not the same person")


class PartyAnswer(models.TextChoices):
    OURS = "ours", _("Works with us")
    NOT_OURS = "not_ours", _("No longer works with us")
    WRONG = "wrong", _("Our entry is wrong")
    OTHER = "other", _("They are two persons")


class RehearsalState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("rehearsal", "Waiting")
    RUNNING = "running", pgettext_lazy("rehearsal", "Running")
    DONE = "done", pgettext_lazy("rehearsal", "Finished")
    FAILED = "failed", pgettext_lazy("rehearsal", "Failed")
