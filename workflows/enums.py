"""Values on which code of the engine branches."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Verdict(models.TextChoices):
    SUBMIT = "submit", _("Submitted")
    SIGN = "sign", _("Signed")
    APPROVE = "approve", _("Approved")
    RETURN = "return", _("Returned")
    RECALL = "recall", _("Recalled")
    CANCEL = "cancel", _("Cancelled")
    REFUSE = "refuse", _("Refused")
    SETTLE = "settle", _("Settled")
    UNDO = "undo", _("Taken back")
    REOPEN = "reopen", _("Opened again")
    REROUTE = "reroute", _("Re-routed")


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
    OWN_WORK = "own_work", _("You had a part in this one before")
    HAS_ERRORS = "has_errors", _("Errors are open")
    UNEXPLAINED = "unexplained", _("Warnings are not explained")
    EMPTY = "empty", _("No teacher is recorded")
    CAMPAIGN_CLOSED = "campaign_closed", _("The campaign takes no decisions now")
    AWAITING_ANSWERS = "awaiting_answers", _("The schools may still answer")
    WRONG_TARGET = "wrong_target", _("It cannot be returned there")
    CLAIMED = "claimed", _("A colleague has claimed it")
    CHANGED = "changed", _("It changed since you looked")
    LATER_LEVEL = "later_level", _("A later level has acted already")
    TOUCHED = "touched", _("The school has begun to correct it")
    ENDED = "ended", _("It has come to its end and cannot be taken back")
    FAILED = "failed", _("Something went wrong: it was left as it was")
    NOT_CLAIMED = "not_claimed", _("Nobody has claimed it")
    NOT_COLLEAGUE = "not_colleague", _("The colleague does not work at the desk that has it")
    NOT_SAMPLED = "not_sampled", _("The sampling desk is not done with it")
    SAMPLE_FAILED = "sample_failed", _("The sample has too many errors")
    OUT_OF_SCOPE = "out_of_scope", _("The colleague's delegation does not reach it")


class HoldingKind(models.TextChoices):
    """How a task came into somebody's hands, or out of them."""

    CLAIM = "claim", _("Claimed")
    RELEASE = "release", _("Released")
    ASSIGN = "assign", _("Assigned")
    HAND_OVER = "hand_over", _("Handed over")
    SWEEP = "sweep", _("Released: the holder has left the desk")


class CorrectionAnswer(models.TextChoices):
    """What the school says to a line of its list."""

    CORRECTED = "corrected", _("Corrected")
    EXPLAINED = "explained", _("Explained")


class CorrectionState(models.TextChoices):
    """What the desk that asked makes of the answer."""

    OPEN = "open", pgettext_lazy("correction", "Open")
    CLOSED = "closed", pgettext_lazy("correction", "In order")
    AGAIN = "again", pgettext_lazy("correction", "Asked again")


class SampleVerdict(models.TextChoices):
    RIGHT = "right", pgettext_lazy("sampled record", "Right")
    WRONG = "wrong", pgettext_lazy("sampled record", "Wrong")


class ActState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Broken off")


class ReminderKind(models.TextChoices):
    """What was said of a task that is due."""

    SOON = "soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    ESCALATED = "escalated", _("Told to the superior")


class MessageKind(models.TextChoices):
    DIGEST = "digest", _("What is due")
    ESCALATION = "escalation", _("What is late below")
    ASSIGNED = "assigned", _("Assigned to you")
    DELEGATED = "delegated", _("You act for a colleague")
    RETURNED = "returned", _("Returned")
    ACT = "act", _("Finished in the background")
    EXTENDED = "extended", _("More time")
    REROUTED = "rerouted", _("Desk changed")


class ReorganisationKind(models.TextChoices):
    MERGE = "merge", _("Merger")
    SPLIT = "split", _("Division")
    CLOSE = "close", _("Closure")
    MOVE = "move", _("Move to another authority")
