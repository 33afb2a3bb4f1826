"""More time for one unit, and what was sent about what is due."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import StageKind
from workflows.enums import MessageKind, ReminderKind


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, post) -> "ExtensionQuerySet":
        """Those of units in the post's subtree, and those of authorities above, which hold too."""
        if post is None:
            return self.none()
        path = post.organisation.path
        above = [path[: i + 1] for i, letter in enumerate(path) if letter == "/"]
        return self.filter(Q(organisation__path__startswith=path) | Q(organisation__path__in=above))


class Extension(models.Model):
    """More time for one unit in one stage of a campaign. Never edited; the latest day counts.

    It holds for every task of the stage whose desk is the unit or lies below it.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="extensions"
    )
    stage = models.CharField(_("Stage"), max_length=15, choices=StageKind)
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Unit"),
        on_delete=models.PROTECT,
        related_name="extensions",
    )
    until = models.DateField(_("Until"))
    reason = models.CharField(_("Reason"), max_length=300)
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        indexes = [
            models.Index(fields=["campaign", "organisation", "stage"], name="extensions_of_a_unit")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.until}"


class CalendarChange(models.Model):
    """A change of the working-day calendar as it was carried out; never edited.

    Without an organisation it was the country's calendar. `is_working` is empty where the days
    became ordinary ones again. `moved_count` is how many open tasks got another due date by it.
    """

    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Holds for"),
        null=True,
        on_delete=models.PROTECT,
        related_name="calendar_changes",
    )
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))
    is_working = models.BooleanField(_("Working day"), null=True)
    name = models.CharField(_("Name"), max_length=60, blank=True)
    reason = models.CharField(_("Reason"), max_length=300)
    moved_count = models.PositiveIntegerField(_("Tasks moved"))
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))

    class Meta:
        verbose_name = _("change of the calendar")
        verbose_name_plural = _("changes of the calendar")
        indexes = [models.Index(fields=["-at"], name="calendar_changes_by_time")]

    def __str__(self) -> str:
        return f"{self.first_day} {self.name}"


class Reminder(models.Model):
    """A task was spoken of in a message: once for each kind."""

    task = models.ForeignKey("workflows.Task", on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(_("Kind"), max_length=9, choices=ReminderKind)
    on = models.DateField(_("Day"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(name="one_reminder_of_a_kind_per_task", fields=["task", "kind"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.task_id}"


class MessageQuerySet(models.QuerySet):
    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)


class Message(models.Model):
    """Something a person is told: on screen, and by e-mail where an address is known.

    `facts` holds what the text is made from, so that each reader gets it in the own language.
    `key` names what it is about; a person is told once for each key.
    """

    user = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(_("Kind"), max_length=10, choices=MessageKind)
    key = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(_("At"))
    read_at = models.DateTimeField(_("Read at"), null=True)
    mailed_at = models.DateTimeField(_("Sent by e-mail at"), null=True)
    mail_error = models.CharField(_("Why it was not sent"), max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(name="told_once_of_each_thing", fields=["user", "key"])
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="messages_of_a_person"),
            models.Index(fields=["at"], name="messages_to_be_mailed", condition=Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
