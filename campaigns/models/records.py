"""One teacher's data inside a submission, and what the rules found in it."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import Severity
from teachers.fields import SealedDocumentField, nothing_plain

_IDENTITY = ("identity_type", "identity_hash", "identity_sealed", "identity_mask")
#: The columns of what the school has said. Whose file it is found to be is none of them.
SAID = ("submission_id", "name", *_IDENTITY, "data", "entered_by_id", "entered_at")


@pghistory.track(
    # Finding out whose file it is keeps no history. The columns are named, because the comparison
    # unpacks both documents: publication would do that to a hundred thousand rows for nothing.
    # An event holds the row as it was before: with the row as it is, that is every version of it,
    # the first one included.
    pghistory.UpdateEvent(
        trigger_name="what_was_said_changes",
        row="OLD",
        operation=pgtrigger.UpdateOf(*SAID),
        condition=pghistory.AnyChange(exclude=["teacher"]),
    ),
    pghistory.DeleteEvent(),
    model_name="RecordEvent",
)
class Record(models.Model):
    """`data` has the shape of DossierRevision.data; the identity number is sealed beside it.

    `teacher` is set when the register knows the person already.
    """

    submission = models.ForeignKey(
        "campaigns.Submission",
        db_index=False,  # it leads one_record_per_person_and_submission
        on_delete=models.PROTECT,
        related_name="records",
    )
    teacher = models.ForeignKey(
        "teachers.Teacher", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("Name"), max_length=36)
    identity_type = models.CharField(_("Identity document"), max_length=1, default="1")
    identity_hash = models.CharField(max_length=64)
    identity_sealed = models.TextField()
    identity_mask = models.CharField(_("Identity number"), max_length=24)
    data = SealedDocumentField()
    entered_by = models.ForeignKey(
        "teachers.User",
        db_index=False,  # who_entered_records
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField(_("Entered at"))

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints = [
            models.UniqueConstraint(
                name="one_record_per_person_and_submission", fields=["submission", "identity_hash"]
            ),
            nothing_plain("health_and_pay_are_sealed_in_records"),
        ]
        indexes = [
            models.Index(fields=["identity_hash"], name="record_identity"),
            models.Index(fields=["name"], name="records_by_name"),
            # Small, for the few who enter a school's: separation of duties, over a whole province.
            models.Index(fields=["submission", "entered_by"], name="who_entered_records"),
        ]

    def __str__(self) -> str:
        return self.name


class FindingQuerySet(models.QuerySet):
    def errors(self) -> "FindingQuerySet":
        return self.filter(severity=Severity.ERROR)

    def unexplained(self) -> "FindingQuerySet":
        return self.filter(severity=Severity.WARNING, explanation="")


class Finding(models.Model):
    """What a rule found. `rule` is its code (campaigns/rules.py); `params` fills its text.

    `record` is empty for a finding about the whole submission. `row` counts the rows of a repeating
    sub-set from 0. An explanation belongs to (record, rule, place, value) and survives a re-check.
    """

    submission = models.ForeignKey(
        "campaigns.Submission", on_delete=models.CASCADE, related_name="findings"
    )
    record = models.ForeignKey(
        "campaigns.Record", null=True, on_delete=models.CASCADE, related_name="findings"
    )
    rule = models.CharField(_("Rule"), max_length=40)
    severity = models.CharField(_("Severity"), max_length=8, choices=Severity)
    set_key = models.CharField(max_length=20, blank=True)
    row = models.PositiveSmallIntegerField(null=True)
    indicator_key = models.CharField(max_length=30, blank=True)
    params = models.JSONField(default=dict)
    explanation = models.CharField(_("Explanation"), max_length=500, blank=True)
    explained_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    explained_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(
                name="an_explanation_names_its_author",
                condition=Q(explanation="") | Q(explained_by__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["submission", "severity"], name="findings_of_a_submission")]

    def __str__(self) -> str:
        return self.rule
