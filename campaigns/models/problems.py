"""Problem data (问题数据): two claims to one person, or a claim that cannot be true."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from campaigns.enums import PartyAnswer, ProblemKind, ProblemOutcome, ProblemState
from teachers.models.state_fields import StateField
from teachers.state_machines import enforce_in_database

State = ProblemState


class ProblemQuerySet(models.QuerySet):
    def visible_to(self, post) -> "ProblemQuerySet":
        """Those settled in the own subtree for who oversees; for a school those it is party to.

        Who acts for a colleague sees what the delegation reaches.
        """
        from teachers.policies import oversees, reports_for_own_school

        if post is not None and not post.handles("problem"):
            return self.none()
        if oversees(post):
            path = post.reach
            inside = ProblemParty.objects.filter(organisation__path__startswith=path)
            return self.filter(
                Q(organisation__path__startswith=path) | Q(pk__in=inside.values("problem"))
            )
        if reports_for_own_school(post):
            own = ProblemParty.objects.filter(organisation=post.organisation)
            return self.filter(pk__in=own.values("problem"))
        return self.none()

    def open(self) -> "ProblemQuerySet":
        return self.filter(state=State.OPEN)


@enforce_in_database
@pghistory.track(pghistory.UpdateEvent(), model_name="ProblemEvent")
class Problem(models.Model):
    """One case of problem data, on the desk of the lowest common superior of its parties.

    fingerprint: a keyed hash of kind and persons; it keeps a settled case from being raised again.
    details: what the rule saw, as facts for the screen, without any identity number.
    """

    kind = models.CharField(_("Kind"), max_length=20, choices=ProblemKind)
    state = StateField(_("State"), max_length=10, choices=State, default=State.OPEN)
    fingerprint = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Settled by"),
        on_delete=models.PROTECT,
        related_name="problems",
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="problems",
    )
    details = models.JSONField(default=dict)
    raised_from = models.CharField(_("Found on"), max_length=10)
    raised_at = models.DateTimeField(_("Found at"))
    answer_by = models.DateField(_("Answers until"))
    outcome = models.CharField(_("Outcome"), max_length=10, choices=ProblemOutcome, blank=True)
    keeps = models.ForeignKey(
        "campaigns.ProblemParty", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.CharField(_("Words"), max_length=1000, blank=True)
    settled_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(_("Settled at"), null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem case")
        verbose_name_plural = _("problem data")
        constraints = [
            models.CheckConstraint(
                name="a_settled_problem_names_its_outcome",
                condition=Q(state=State.SETTLED, settled_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=State.SETTLED) & Q(outcome=""),
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "id"], name="problems_of_a_desk")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @transition(field=state, source=State.OPEN, target=State.SETTLED)
    def settle(self) -> None:
        """The superior has decided."""

    @transition(field=state, source=State.OPEN, target=State.VANISHED)
    def vanish(self) -> None:
        """The claims have been corrected; there is nothing left to decide."""


class ProblemParty(models.Model):
    """One claim: a school's record in a campaign, or a file on the register, with its answer.

    identity_hash: whose claim it was when found. blocks: its record is kept out of publication.
    """

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="parties")
    position = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    record = models.ForeignKey(
        "campaigns.Record", null=True, blank=True, on_delete=models.SET_NULL, related_name="claims"
    )
    teacher = models.ForeignKey(
        "teachers.Teacher", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("Name"), max_length=36)
    identity_mask = models.CharField(_("Identity number"), max_length=24)
    identity_hash = models.CharField(max_length=64)
    blocks = models.BooleanField(_("Kept out of publication"), default=False)
    answer = models.CharField(_("Answer"), max_length=12, choices=PartyAnswer, blank=True)
    words = models.CharField(_("Words"), max_length=1000, blank=True)
    evidence = models.ManyToManyField(
        "teachers.Attachment", verbose_name=_("Evidence"), related_name="+", blank=True
    )
    answered_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("party of a problem case")
        verbose_name_plural = _("parties of problem cases")
        constraints = [
            models.UniqueConstraint(name="one_party_per_position", fields=["problem", "position"])
        ]
        indexes = [
            models.Index(fields=["organisation", "problem"], name="problems_of_a_school"),
            models.Index(fields=["record"], name="records_kept_out", condition=Q(blocks=True)),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id}/{self.position}"


class IdentityTrace(models.Model):
    """What the search for problem data remembers of an identity number, one row a number.

    neighbours: keyed hashes of the number with one character left out (problems/near.py); two
    numbers that share one are nearly the same. birth_date and sex: what a resident card says;
    empty for other documents and for numbers that cannot be read. Follows from the number alone,
    so a row never changes; the table may be emptied and fills again.
    """

    identity_hash = models.CharField(max_length=64, primary_key=True)
    neighbours = ArrayField(models.BigIntegerField())
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)

    class Meta:
        verbose_name = _("trace of an identity number")
        verbose_name_plural = _("traces of identity numbers")

    def __str__(self) -> str:
        return self.identity_hash[:8]
