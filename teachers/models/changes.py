"""Change requests: how a file is kept true between campaigns."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from teachers.enums import ChangeKind, ChangeState, Reach, Role
from teachers.fields import SealedDocumentField, nothing_plain
from teachers.models.state_fields import StateField
from teachers.state_machines import enforce_in_database

State = ChangeState
#: In these the school may edit it.
OPEN_FOR_SCHOOL = (State.DRAFT, State.RETURNED)
REVIEWS = (
    State.COUNTY_REVIEW,
    State.CITY_REVIEW,
    State.AUTHORITY_REVIEW,
    State.PROVINCE_REVIEW,
    State.RELEASING,
    State.RELEASING_REVIEW,
    State.SUPERIOR_REVIEW,
)
#: From these nothing more happens.
FINAL = (State.IN_FORCE, State.REFUSED, State.WITHDRAWN)


class ChangePolicy(models.Model):
    """What a kind of change needs. Data: loaded with the reference data, changed by administrators.

    reach: how far it goes up the asking school's line. releasing: the other school and its
    authority must let go. superior: the lowest common superior of both decides at the end.
    evidence_needed: at least one attachment. days: working days that each desk has.
    """

    kind = models.CharField(_("Kind"), max_length=20, choices=ChangeKind, unique=True)
    reach = models.CharField(_("Goes up to"), max_length=8, choices=Reach)
    releasing = models.BooleanField(_("The other school must release"), default=False)
    superior = models.BooleanField(_("The common superior decides"), default=False)
    evidence_needed = models.BooleanField(_("Evidence needed"), default=False)
    evidence = models.CharField(_("What evidence"), max_length=200, blank=True)
    evidence_en = models.CharField(_("What evidence (English)"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(_("Working days a desk has"))

    class Meta:
        verbose_name = _("change policy")
        verbose_name_plural = _("change policies")

    def __str__(self) -> str:
        return self.get_kind_display()


class ChangeRequestQuerySet(models.QuerySet):
    def visible_to(self, post) -> "ChangeRequestQuerySet":
        """Own school's for clerk and head, the subtree's for those who oversee: either side.

        A teacher sees those about the own file, who acts for a colleague what is within the scope.
        """
        from teachers.policies import oversees, reports_for_own_school

        if post is not None and not post.handles("change"):
            return self.none()
        if oversees(post):
            path = post.reach
            return self.filter(
                Q(organisation__path__startswith=path) | Q(counterpart__path__startswith=path)
            )
        if reports_for_own_school(post):
            return self.filter(Q(organisation=post.organisation) | Q(counterpart=post.organisation))
        if post is not None and post.role == Role.TEACHER and post.user.teacher_id is not None:
            return self.filter(teacher=post.user.teacher_id)
        return self.none()

    def on_the_way(self) -> "ChangeRequestQuerySet":
        """Neither in force nor given up."""
        return self.exclude(state__in=FINAL)


@enforce_in_database
@pghistory.track(pghistory.UpdateEvent(), model_name="ChangeRequestEvent")
class ChangeRequest(models.Model):
    """One change asked for by a school; it moves through the engine like a submission.

    organisation: the school that asks (for a transfer the receiving one, for a secondment the one
    that lends). counterpart: the other school (releasing; host). outside: a place that is not in
    the tree. teacher is empty until a hire is in force.
    values: a document (DossierRevision.data) of the changed sub-sets only; of a single sub-set
    only the changed indicators, of a repeating one all rows. A changed identity is sealed in
    identity_*, never in values. fields: what it changes ("basic.name", "learning", "employment",
    "status"), held by FieldLock while it is on its way. ended_at: when a secondment, rotation or
    leave in force was over, on its last day or by an earlier return.
    """

    kind = models.CharField(_("Kind"), max_length=20, choices=ChangeKind)
    state = StateField(_("State"), max_length=16, choices=State, default=State.DRAFT)
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("School"),
        on_delete=models.PROTECT,
        related_name="change_requests",
    )
    counterpart = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Other school"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outside = models.CharField(_("Place outside the province"), max_length=120, blank=True)
    teacher = models.ForeignKey(
        "teachers.Teacher",
        verbose_name=_("Teacher"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="change_requests",
    )
    name = models.CharField(_("Name"), max_length=36)
    identity_type = models.CharField(_("Identity document"), max_length=1, blank=True)
    identity_hash = models.CharField(max_length=64, blank=True)
    identity_sealed = models.TextField(blank=True)
    identity_mask = models.CharField(_("Identity number"), max_length=24, blank=True)
    values = SealedDocumentField(default=dict)
    fields = ArrayField(models.CharField(max_length=52), default=list)
    base_revision = models.ForeignKey(
        "teachers.DossierRevision", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    effective_date = models.DateField(_("In force from"))
    until_date = models.DateField(_("Until"), null=True, blank=True)
    evidence = models.ManyToManyField(
        "teachers.Attachment", verbose_name=_("Evidence"), related_name="+", blank=True
    )
    attempt = models.PositiveSmallIntegerField(_("Attempt"), default=0)
    errors = models.JSONField(default=list)
    entered_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("Entered at"))
    submitted_at = models.DateTimeField(_("Submitted at"), null=True, blank=True)
    approved_at = models.DateTimeField(_("Approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "teachers.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.ForeignKey(
        "teachers.DossierRevision", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("Ended at"), null=True, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        constraints = [
            models.UniqueConstraint(
                name="one_open_hire_per_identity",
                fields=["identity_hash"],
                condition=Q(kind__in=[ChangeKind.HIRE, ChangeKind.TRANSFER_IN])
                & ~Q(state__in=FINAL)
                & ~Q(identity_hash=""),
            ),
            models.CheckConstraint(
                name="change_ends_after_it_begins",
                condition=Q(until_date=None) | Q(until_date__gt=F("effective_date")),
            ),
            nothing_plain("health_and_pay_are_sealed_in_changes", column="values"),
        ]
        indexes = [
            models.Index(fields=["organisation", "id"], name="changes_of_a_school"),
            models.Index(fields=["counterpart", "id"], name="changes_of_the_other_school"),
            models.Index(fields=["teacher", "id"], name="changes_of_a_teacher"),
            models.Index(
                fields=["effective_date"],
                name="changes_that_wait_for_a_day",
                condition=Q(state=State.APPROVED),
            ),
            models.Index(
                fields=["until_date"],
                name="changes_that_run_out",
                condition=Q(state=State.IN_FORCE, until_date__isnull=False, ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.name}"

    @transition(field=state, source=[State.DRAFT, State.RETURNED], target=State.SIGNING)
    def submit(self) -> None:
        """The clerk hands it to the head."""

    @transition(
        field=state,
        source=State.SIGNING,
        target=GET_STATE(lambda _self, to: to, states=[*REVIEWS, State.APPROVED]),
    )
    def sign(self, to: str) -> None:
        """The head signs; it goes to the first desk of its route, or is approved."""

    @transition(
        field=state,
        source=[
            State.COUNTY_REVIEW,
            State.CITY_REVIEW,
            State.AUTHORITY_REVIEW,
            State.PROVINCE_REVIEW,
        ],
        target=GET_STATE(
            lambda _self, to: to,
            states=[
                State.CITY_REVIEW,
                State.PROVINCE_REVIEW,
                State.RELEASING,
                State.SUPERIOR_REVIEW,
                State.APPROVED,
            ],
        ),
    )
    def pass_on(self, to: str) -> None:
        """An authority of the asking school approves."""

    @transition(
        field=state,
        source=State.RELEASING,
        target=GET_STATE(
            lambda _self, to: to,
            states=[State.RELEASING_REVIEW, State.SUPERIOR_REVIEW, State.APPROVED],
        ),
    )
    def release(self, to: str) -> None:
        """The releasing school lets go."""

    @transition(
        field=state,
        source=State.RELEASING_REVIEW,
        target=GET_STATE(lambda _self, to: to, states=[State.SUPERIOR_REVIEW, State.APPROVED]),
    )
    def release_by_authority(self, to: str) -> None:
        """The releasing school's authority lets go."""

    @transition(field=state, source=State.SUPERIOR_REVIEW, target=State.APPROVED)
    def settle(self) -> None:
        """The common superior decides in favour."""

    @transition(field=state, source=[State.SIGNING, *REVIEWS], target=State.RETURNED)
    def send_back(self) -> None:
        """Back to the school that asks, to be corrected."""

    @transition(field=state, source=[State.SIGNING, *REVIEWS], target=State.DRAFT)
    def recall(self) -> None:
        """The school takes it back before the next desk has begun."""

    @transition(field=state, source=list(REVIEWS), target=State.SIGNING)
    def undo_signature(self) -> None:
        """The head takes the signature back before the next desk has begun."""

    @transition(field=state, source=State.CITY_REVIEW, target=State.COUNTY_REVIEW)
    def undo_county(self) -> None:
        """The county takes its approval back before the city has begun."""

    @transition(
        field=state,
        source=[State.PROVINCE_REVIEW, State.RELEASING, State.SUPERIOR_REVIEW],
        target=GET_STATE(
            lambda _self, to: to,
            states=[State.COUNTY_REVIEW, State.CITY_REVIEW, State.AUTHORITY_REVIEW],
        ),
    )
    def undo_approval(self, to: str) -> None:
        """An authority of the asking school takes its approval back."""

    @transition(
        field=state,
        source=[State.RELEASING, State.SUPERIOR_REVIEW],
        target=State.PROVINCE_REVIEW,
    )
    def undo_province(self) -> None:
        """The province takes its approval back."""

    @transition(
        field=state,
        source=[State.RELEASING_REVIEW, State.SUPERIOR_REVIEW],
        target=State.RELEASING,
    )
    def undo_release(self) -> None:
        """The releasing school takes its consent back."""

    @transition(field=state, source=State.SUPERIOR_REVIEW, target=State.RELEASING_REVIEW)
    def undo_release_by_authority(self) -> None:
        """The releasing school's authority takes its consent back."""

    @transition(
        field=state,
        source=State.RETURNED,
        target=GET_STATE(lambda _self, to: to, states=[State.SIGNING, *REVIEWS]),
    )
    def undo_return(self, to: str) -> None:
        """Who returned it takes that back before the school has touched it."""

    @transition(
        field=state, source=[State.COUNTY_REVIEW, State.CITY_REVIEW], target=State.AUTHORITY_REVIEW
    )
    def hand_to_authority(self) -> None:
        """The school has come under a university or a department meanwhile."""

    @transition(field=state, source=list(REVIEWS), target=State.REFUSED)
    def refuse(self) -> None:
        """It will not be done; nothing changes."""

    @transition(
        field=state,
        source=[State.DRAFT, State.RETURNED, State.SIGNING, State.APPROVED, *REVIEWS],
        target=State.WITHDRAWN,
    )
    def withdraw(self) -> None:
        """The school gives it up; or it has lapsed, because it can no longer be carried out."""

    @transition(field=state, source=State.APPROVED, target=State.IN_FORCE)
    def enforce(self) -> None:
        """Its day has come: the file is changed."""


class FieldLock(models.Model):
    """A field of a file that a change request on its way holds; gone when that has ended."""

    teacher = models.ForeignKey("teachers.Teacher", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=52)
    change = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="locks")

    class Meta:
        verbose_name = _("held field")
        verbose_name_plural = _("held fields")
        constraints = [
            models.UniqueConstraint(name="one_open_change_per_field", fields=["teacher", "field"])
        ]

    def __str__(self) -> str:
        return f"{self.teacher_id} {self.field}"
