"""A collection round: whom it asks, for what, and until when."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from campaigns.enums import CampaignState, KeptApprovals, StageKind
from teachers.enums import OrganiserKind, SchoolKind
from teachers.models.state_fields import StateField
from teachers.set_keys import never_deleted
from teachers.state_machines import enforce_in_database


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, post) -> "CampaignQuerySet":
        """Campaigns that touch the post's organisation: run by it, above it or below it."""
        if post is None:
            return self.none()
        above = [
            post.organisation.path[: i + 1]
            for i, c in enumerate(post.organisation.path)
            if c == "/"
        ]
        return self.filter(
            Q(organisation__path__in=above)
            | Q(organisation__path__startswith=post.organisation.path)
        )

    def running(self) -> "CampaignQuerySet":
        return self.filter(state__in=[CampaignState.COLLECTING, CampaignState.IN_REVIEW])


@enforce_in_database
@pghistory.track(pghistory.UpdateEvent(), model_name="CampaignEvent")
class Campaign(models.Model):
    """One round. `asked` maps a form letter to the sub-set keys asked of it, in order.

    Scope: schools and universities below one of `scope`, of one of `school_kinds`, run by one of
    `organiser_kinds`, valid on the launch day.
    """

    code = models.CharField(_("Code"), max_length=20, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Run by"),
        on_delete=models.PROTECT,
        related_name="campaigns",
    )
    index_version = models.ForeignKey(
        "teachers.IndexVersion", verbose_name=_("Index version"), on_delete=models.PROTECT
    )
    state = StateField(
        _("State"),
        max_length=12,
        choices=CampaignState,
        default=CampaignState.DRAFT,
    )
    scope = models.ManyToManyField(
        "teachers.Organisation", verbose_name=_("Organisations"), related_name="+"
    )
    school_kinds = ArrayField(
        models.CharField(max_length=1, choices=SchoolKind), verbose_name=_("Forms")
    )
    organiser_kinds = ArrayField(
        models.CharField(max_length=12, choices=OrganiserKind), verbose_name=_("Organisers")
    )
    asked = models.JSONField(_("Information asked"))
    counts_contract_staff = models.BooleanField(
        _("Counts staff under a contract of more than one year"), default=True
    )
    post_categories = ArrayField(
        models.CharField(max_length=1),
        verbose_name=_("Post categories that count as teachers"),
        help_text=_("1 teaching, 2 other technical, 3 management, 4 workers"),
    )
    return_days = models.PositiveSmallIntegerField(_("Working days to answer a return"), default=5)
    kept_approvals = models.CharField(
        _("After a correction"),
        max_length=5,
        choices=KeptApprovals,
        default=KeptApprovals.NONE,
        db_default=KeptApprovals.NONE,
    )
    sampling_share = models.PositiveSmallIntegerField(
        _("Share of submissions drawn for a look"),
        default=0,
        db_default=0,
        help_text=_(
            "In percent; 0: nothing is drawn and nothing is asked before approving in bulk."
        ),
    )
    sampling_least = models.PositiveSmallIntegerField(
        _("Submissions drawn at least"), default=5, db_default=5
    )
    sampling_limit = models.PositiveSmallIntegerField(
        _("Highest error rate of a draw"),
        default=5,
        db_default=5,
        help_text=_("In percent; above it nothing may be approved in bulk."),
    )
    created_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("Created at"))
    launched_at = models.DateTimeField(_("Launched at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                name="shares_of_a_draw_are_percent",
                condition=Q(sampling_share__lte=100, sampling_limit__lte=100),
            )
        ]
        triggers = [never_deleted("campaigns")]

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def accepts_work(self) -> bool:
        """Schools may submit and reviewers decide only while collecting or in review."""
        return self.state in {CampaignState.COLLECTING, CampaignState.IN_REVIEW}

    @transition(field=state, source=CampaignState.DRAFT, target=CampaignState.LAUNCHED)
    def launch(self) -> None:
        """The scope is fixed; cases are being opened."""

    @transition(field=state, source=CampaignState.LAUNCHED, target=CampaignState.COLLECTING)
    def begin_collection(self) -> None:
        """Every case is open; schools may fill and submit."""

    @transition(field=state, source=CampaignState.COLLECTING, target=CampaignState.IN_REVIEW)
    def begin_review(self) -> None:
        """Collection days are over; late and returned schools may still submit."""

    @transition(field=state, source=CampaignState.IN_REVIEW, target=CampaignState.CLOSED)
    def close(self) -> None:
        """Every submission has reached an end."""

    @transition(field=state, source=CampaignState.CLOSED, target=CampaignState.IN_REVIEW)
    def reopen(self) -> None:
        """Late corrections are needed; the submissions that wait for them are opened with it."""

    @transition(field=state, source=CampaignState.CLOSED, target=CampaignState.ARCHIVED)
    def archive(self) -> None:
        """Kept for reading only."""

    @transition(
        field=state,
        source=[
            CampaignState.DRAFT,
            CampaignState.LAUNCHED,
            CampaignState.COLLECTING,
            CampaignState.IN_REVIEW,
        ],
        target=CampaignState.CANCELLED,
    )
    def cancel(self) -> None:
        """Called off, with all submissions that have not been approved."""


class CampaignStage(models.Model):
    """The days of one stage; `ends_on` is the last day on which work counts as on time."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(_("Stage"), max_length=15, choices=StageKind)
    position = models.PositiveSmallIntegerField(_("Position"))
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(
                name="one_stage_of_a_kind_per_campaign", fields=["campaign", "kind"]
            ),
            models.CheckConstraint(
                name="stage_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
