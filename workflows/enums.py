"""Values on which code of the engine branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    SUBMIT = "submit", _("Submitted")
    SIGN = "sign", _("Signed")
    APPROVE = "approve", _("Approved")
    RETURN = "return", _("Returned")
    RECALL = "recall", _("Recalled")
    CANCEL = "cancel", _("Cancelled")
    REFUSE = "refuse", _("Refused")
    SETTLE = "settle", _("Settled")


class DocumentKind(models.TextChoices):
    """What a case moves."""

    SUBMISSION = "submission", _("Submission")
    CHANGE = "change", _("Change request")
    PROBLEM = "problem", _("Problem data")


class OutcomeKind(models.TextChoices):
    """What became of one item of a decision."""

    DONE = "done", _("Done")
    ALREADY_DECIDED = "already_decided", _("Already decided")
    NOT_YOURS = "not_yours", _("Not on your desk")
    OWN_WORK = "own_work", _("You filled in or signed this one")
    HAS_ERRORS = "has_errors", _("Errors are open")
    UNEXPLAINED = "unexplained", _("Warnings are not explained")
    EMPTY = "empty", _("No teacher is recorded")
    CAMPAIGN_CLOSED = "campaign_closed", _("The campaign takes no decisions now")
    AWAITING_ANSWERS = "awaiting_answers", _("The schools may still answer")
    WRONG_TARGET = "wrong_target", _("It cannot be returned there")
