"""Values on which code of the campaigns branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
#: From these nothing more happens.
FINAL = (SubmissionState.APPROVED, SubmissionState.CANCELLED)


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")


class ImportState(models.TextChoices):
    TAKEN = "taken", _("Taken over")
    PARTLY = "partly", _("Sound rows taken over")
    REFUSED = "refused", _("Nothing taken over")
