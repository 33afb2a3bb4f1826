"""What one school answers in one campaign."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from campaigns import count_triggers
from campaigns.enums import OPEN_FOR_SCHOOL, SubmissionState
from teachers.history import BulkUpdateEvent
from teachers.loading import Loaded
from teachers.models.state_fields import StateField
from teachers.policies import oversees, reports_for_own_school
from teachers.set_keys import checked_by_statement, never_deleted
from teachers.state_machines import enforce_in_database

#: Checked once a statement: a launch writes them by the thousand.
KEYS = checked_by_statement(
    "submissions",
    {"campaign_id": "campaigns_campaign", "organisation_id": "teachers_organisation"},
)
State = SubmissionState
REVIEWS = [
    State.COUNTY_REVIEW,
    State.CITY_REVIEW,
    State.AUTHORITY_REVIEW,
    State.PROVINCE_REVIEW,
]


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, post) -> "SubmissionQuerySet":
        """Own school for clerk and head; the own subtree for those who oversee; else nothing.

        Who acts for a colleague sees what the delegation reaches.
        """
        if post is not None and not post.handles("submission"):
            return self.none()
        if oversees(post):
            return self.filter(organisation__path__startswith=post.reach)
        if reports_for_own_school(post):
            return self.filter(organisation=post.organisation)
        return self.none()

    def editable_by(self, post) -> "SubmissionQuerySet":
        """Submissions whose records the post's school may change now."""
        if not reports_for_own_school(post):
            return self.none()
        return self.filter(
            organisation=post.organisation,
            state__in=OPEN_FOR_SCHOOL,
            campaign__in=_running_campaigns(),
        )


def _running_campaigns():
    from campaigns.models import Campaign

    return Campaign.objects.running()


@enforce_in_database
@pghistory.track(BulkUpdateEvent(), model_name="SubmissionEvent")
class Submission(Loaded):
    """One school's answer. `attempt` counts how often it was handed in.

    The engine moves `state` set-based; the methods below declare which moves are legal and the
    same table stands in PostgreSQL. Counters are kept by the actions that change records.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign",
        db_index=False,  # it leads one_submission_per_school_and_campaign
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Organisation"),
        db_index=False,  # submission_of_a_school
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    state = StateField(_("State"), max_length=16, choices=State, default=State.DRAFT)
    attempt = models.PositiveSmallIntegerField(_("Attempt"), default=0)
    records_count = models.PositiveIntegerField(_("Teachers"), default=0)
    errors_count = models.PositiveIntegerField(_("Errors"), default=0)
    warnings_count = models.PositiveIntegerField(_("Warnings"), default=0)
    unexplained_count = models.PositiveIntegerField(_("Warnings not explained"), default=0)
    checked_at = models.DateTimeField(_("Checked at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("Submitted at"), null=True, blank=True)
    approved_at = models.DateTimeField(_("Approved at"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                name="one_submission_per_school_and_campaign", fields=["campaign", "organisation"]
            )
        ]
        # None with the state: a submission that moves is written in its place, no index with it.
        indexes = [models.Index(fields=["organisation"], name="submission_of_a_school")]
        triggers = [*count_triggers.TRIGGERS, *KEYS, never_deleted("submissions")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.organisation_id}"

    @property
    def is_open_for_school(self) -> bool:
        return self.state in OPEN_FOR_SCHOOL

    @transition(field=state, source=[State.DRAFT, State.RETURNED], target=State.SIGNING)
    def submit(self) -> None:
        """The clerk hands it to the head."""

    @transition(
        field=state,
        source=State.SIGNING,
        target=GET_STATE(lambda _self, to: to, states=REVIEWS),
    )
    def sign(self, to: str) -> None:
        """The head signs; it goes to the first authority of its route."""

    @transition(field=state, source=State.COUNTY_REVIEW, target=State.CITY_REVIEW)
    def pass_to_city(self) -> None:
        """The county approves."""

    @transition(
        field=state,
        source=[State.COUNTY_REVIEW, State.CITY_REVIEW, State.AUTHORITY_REVIEW],
        target=State.PROVINCE_REVIEW,
    )
    def pass_to_province(self) -> None:
        """The city, the university or the department approves; or the county, after a correction,
        where the city's approval survived."""

    @transition(field=state, source=State.PROVINCE_REVIEW, target=State.APPROVED)
    def approve(self) -> None:
        """The province approves; the files are published."""

    @transition(field=state, source=[State.SIGNING, *REVIEWS], target=State.RETURNED)
    def send_back(self) -> None:
        """Back to the school."""

    @transition(field=state, source=State.CITY_REVIEW, target=State.COUNTY_REVIEW)
    def send_down_to_county(self) -> None:
        """The city returns it to the county."""

    @transition(
        field=state,
        source=State.PROVINCE_REVIEW,
        target=GET_STATE(
            lambda _self, to: to,
            states=[State.COUNTY_REVIEW, State.CITY_REVIEW, State.AUTHORITY_REVIEW],
        ),
    )
    def send_down(self, to: str) -> None:
        """The province returns it to a lower authority of its route."""

    @transition(field=state, source=[State.SIGNING, *REVIEWS], target=State.DRAFT)
    def recall(self) -> None:
        """The school takes it back before the next level has begun."""

    @transition(field=state, source=REVIEWS, target=State.SIGNING)
    def undo_signature(self) -> None:
        """The head takes the signature back before the next level has begun."""

    @transition(
        field=state,
        source=State.RETURNED,
        target=GET_STATE(lambda _self, to: to, states=[State.SIGNING, *REVIEWS]),
    )
    def undo_return(self, to: str) -> None:
        """Who returned it takes that back before the school has touched it."""

    @transition(
        field=state,
        source=[State.DRAFT, State.RETURNED, State.SIGNING, *REVIEWS],
        target=State.CANCELLED,
    )
    def cancel(self) -> None:
        """Called off with its campaign, or by the campaign manager alone."""

    @transition(
        field=state, source=[State.COUNTY_REVIEW, State.CITY_REVIEW], target=State.AUTHORITY_REVIEW
    )
    def hand_to_authority(self) -> None:
        """In mid-campaign the school has come under a university or a department."""

    @transition(field=state, source=State.AUTHORITY_REVIEW, target=State.CITY_REVIEW)
    def hand_to_city(self) -> None:
        """In mid-campaign the school has come from a university or department under a city."""

    @transition(field=state, source=[State.APPROVED, State.CANCELLED], target=State.RETURNED)
    def reopen(self) -> None:
        """The campaign manager gives it back to the school after its end, for a reason."""
