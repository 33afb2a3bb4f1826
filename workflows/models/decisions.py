"""Who decided what: the ledger's rows."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from teachers.set_keys import checked_by_statement
from workflows.enums import Verdict

#: Checked once a statement: a batch writes them by the thousand. Persons and posts may be deleted
#: as long as they have decided nothing (migration 0004).
KEYS = checked_by_statement(
    "decisions",
    {"task_id": "workflows_task", "by_id": "teachers_user", "post_id": "teachers_post"},
    held=["by_id", "post_id"],
)


class Decision(models.Model):
    """One decision, never edited; chained by hash within its case (see ledger.py).

    `from_position` and `to_position` are stops of the case's route (REROUTE: of the one before and
    of the one after); `to_position` is empty when the case ended. `reasons` holds codes of the list
    "return_reason". `delegation` says that `by` acted for the holder of `post`.
    """

    case = models.ForeignKey(
        "workflows.Case",
        db_index=False,  # it leads one_decision_per_number_and_case
        db_constraint=False,  # a copy of the task's
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    task = models.ForeignKey(
        "workflows.Task",
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    sequence = models.PositiveIntegerField(_("Number"))
    verdict = models.CharField(_("Verdict"), max_length=8, choices=Verdict)
    step = models.CharField(_("Step"), max_length=30)
    from_position = models.PositiveSmallIntegerField()
    to_position = models.PositiveSmallIntegerField(null=True)
    attempt = models.PositiveSmallIntegerField(_("Attempt"))
    organisation = models.ForeignKey(
        "teachers.Organisation",
        db_index=False,  # it leads decisions_of_a_desk
        db_constraint=False,  # a copy of the task's
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        "teachers.User",
        db_index=False,  # it leads decisions_of_a_person
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    post = models.ForeignKey(
        "teachers.Post",
        db_index=False,  # decisions_of_a_desk, decisions_of_a_person
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    delegation = models.ForeignKey(
        "teachers.Delegation",
        null=True,
        db_index=False,  # decisions_under_a_delegation
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    at = models.DateTimeField(_("At"))
    reasons = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("Reasons"))
    words = models.CharField(_("Words"), max_length=1000, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                name="one_decision_per_number_and_case", fields=["case", "sequence"]
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "at"], name="decisions_of_a_desk"),
            models.Index(fields=["by", "at"], name="decisions_of_a_person"),
            models.Index(
                fields=["delegation"],
                name="decisions_under_a_delegation",
                condition=models.Q(delegation__isnull=False),
            ),
            models.Index(
                fields=["case"], name="returns_of_cases", condition=models.Q(verdict=Verdict.RETURN)
            ),
        ]
        triggers = [
            *KEYS,
            pgtrigger.Protect(
                name="decisions_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.case_id}/{self.sequence}"

    @property
    def acting_for(self):
        """The holder of the post, if a colleague decided; read it with `post__user`."""
        return self.post.user if self.delegation_id else None

    @property
    def who(self) -> str:
        """Who decided it, and for whom, in words."""
        if self.acting_for is None:
            return str(self.by)
        words = {"who": self.by, "holder": self.acting_for}
        return gettext("%(who)s (acting for %(holder)s)") % words
