"""Running processes and the route each of them follows."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess

from teachers.loading import Loaded
from teachers.set_keys import checked_by_statement, never_deleted
from workflows.enums import DocumentKind

#: Checked once a statement: a launch writes them by the thousand.
KEYS = checked_by_statement(
    "cases",
    {
        "submission_id": "campaigns_submission",
        "organisation_id": "teachers_organisation",
        "route_id": "workflows_route",
    },
)


class Route(models.Model):
    """A frozen list of stops. Schools with the same authorities share one; never edited.

    `key` is "<flow>:<step>@<organisation id>,..." and makes finding an existing route one look-up.
    """

    key = models.CharField(max_length=300, unique=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        triggers = [
            pgtrigger.Protect(
                name="routes_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.key


class RouteStop(models.Model):
    """One stop: the step of the flow and who does it; no organisation means the case's own."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=30)
    organisation = models.ForeignKey(
        "teachers.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("route stop")
        verbose_name_plural = _("route stops")
        constraints = [
            models.UniqueConstraint(name="one_stop_per_position", fields=["route", "position"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="stops_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.step}"


class Case(Loaded, AbstractProcess):
    """One document on its way: a submission, a change request or a case of problem data.

    `position` is the stop of the route where it stands now; `campaign` is that of a submission.

    `resume_at` is the stop at which it goes on after a correction, where the campaign lets the
    approvals of the levels before it survive. The clock of its due dates stands still while it is
    back with the school: since `stopped_on`, and for `stopped_days` working days before that.

    `ledger_head` is the hash of the newest decision (hex, "" before the first) and
    `decisions_count` its number; both change only together with an inserted Decision.
    """

    submission = models.OneToOneField(
        "campaigns.Submission",
        null=True,
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="case",
    )
    change = models.OneToOneField(
        "teachers.ChangeRequest", null=True, on_delete=models.PROTECT, related_name="case"
    )
    problem = models.OneToOneField(
        "campaigns.Problem", null=True, on_delete=models.PROTECT, related_name="case"
    )
    organisation = models.ForeignKey(
        "teachers.Organisation",
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="cases",
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        db_index=False,  # it leads cases_of_a_campaign
        db_constraint=False,  # a copy of the submission's
        on_delete=models.PROTECT,
        related_name="cases",
    )
    route = models.ForeignKey(
        Route,
        db_index=False,  # nobody asks for the cases of a route
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="cases",
    )
    position = models.PositiveSmallIntegerField(_("Stop"), default=0)
    resume_at = models.PositiveSmallIntegerField(null=True)
    stopped_on = models.DateField(_("Clock stopped on"), null=True)
    stopped_days = models.PositiveSmallIntegerField(
        _("Working days stopped"), default=0, db_default=0
    )
    decisions_count = models.PositiveIntegerField(default=0)
    ledger_head = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                name="a_case_moves_one_document",
                condition=(
                    Q(submission__isnull=False, change=None, problem=None)
                    | Q(submission=None, change__isnull=False, problem=None)
                    | Q(submission=None, change=None, problem__isnull=False)
                ),
            )
        ]
        indexes = [models.Index(fields=["campaign", "organisation"], name="cases_of_a_campaign")]
        triggers = [*KEYS, never_deleted("cases")]

    def __str__(self) -> str:
        return f"Case {self.pk}"

    @property
    def kind(self) -> DocumentKind:
        """What this case moves."""
        if self.submission_id is not None:
            return DocumentKind.SUBMISSION
        return DocumentKind.CHANGE if self.change_id is not None else DocumentKind.PROBLEM
