"""Decisions on many items at once, as something that lasts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflows.enums import ActState, OutcomeKind, Verdict


class ActQuerySet(models.QuerySet):
    def visible_to(self, post) -> "ActQuerySet":
        """Acts of the post's own desk."""
        if post is None:
            return self.none()
        return self.filter(post__organisation=post.organisation_id, post__role=post.role)


class Act(models.Model):
    """One press of a button over many tasks: who asked, for what, and how far it has come.

    `key` makes it safe to ask twice: the same key is the same act. `filters` is the view it was
    asked from; for a list of ids how many were `asked` and their `digest`. `seen_at` is when the
    person looked: what changed later is refused. Each task has its `ActItem` from the beginning;
    its outcome is filled in with its decision, in the same transaction, so an act that was broken
    off goes on where it stopped.
    """

    key = models.UUIDField(_("Key"), unique=True)
    verdict = models.CharField(_("Verdict"), max_length=8, choices=Verdict)
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="acts")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="acts")
    delegation = models.ForeignKey(
        "teachers.Delegation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reasons = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("Reasons"))
    words = models.CharField(_("Words"), max_length=1000, blank=True)
    return_to = models.CharField(_("Returned to"), max_length=30, blank=True)
    filters = models.JSONField(_("Filters"), default=dict)
    state = models.CharField(_("State"), max_length=7, choices=ActState, default=ActState.QUEUED)
    asked_at = models.DateTimeField(_("Asked at"))
    seen_at = models.DateTimeField(_("Seen at"), null=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    items_count = models.PositiveIntegerField(_("Items"), default=0)
    handled_count = models.PositiveIntegerField(_("Handled"), default=0)
    done_count = models.PositiveIntegerField(_("Done"), default=0)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    error = models.CharField(_("Error"), max_length=300, blank=True)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        constraints = [
            models.CheckConstraint(
                name="an_act_counts_its_items",
                condition=Q(
                    done_count__lte=F("handled_count"), handled_count__lte=F("items_count")
                ),
            )
        ]
        indexes = [
            models.Index(fields=["post", "-asked_at"], name="acts_of_a_post"),
            models.Index(
                fields=["asked_at"],
                name="acts_not_finished",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} · {self.items_count}"


class ActItem(models.Model):
    """One task of an act and what became of it (`outcome` is empty until it was handled).

    `decision` is the ledger's row if it was done; else that of who was quicker, where one is known.
    `before` is what the case remembered before it was moved (`resume_at`, `stopped_on`,
    `stopped_days`, `records`): an undo puts it back.
    """

    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    task = models.ForeignKey("workflows.Task", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("Outcome"), max_length=16, choices=OutcomeKind, blank=True)
    decision = models.ForeignKey(
        "workflows.Decision", null=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.JSONField(null=True)

    class Meta:
        verbose_name = _("item of an act")
        verbose_name_plural = _("items of an act")
        constraints = [
            models.UniqueConstraint(name="one_item_per_task_and_act", fields=["act", "task"])
        ]
        indexes = [
            models.Index(
                fields=["act", "position"], name="items_to_be_handled", condition=Q(outcome="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.act_id}/{self.position}"
