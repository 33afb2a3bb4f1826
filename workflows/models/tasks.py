"""What one organisation has to do next for a case."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractTask
from viewflow.workflow.status import STATUS

from teachers.enums import Role, SchoolKind
from teachers.loading import Loaded
from teachers.set_keys import checked_by_statement, never_deleted
from workflows import count_triggers
from workflows.enums import DocumentKind

#: Checked once a statement: launches and decisions write them by the thousand.
KEYS = checked_by_statement(
    "tasks", {"process_id": "workflows_case", "organisation_id": "teachers_organisation"}
)
#: What no act decides unread: a submission in which the rules found something, one that comes
#: again after a return, and everything that is no submission.
NEEDS_EYES = (
    Q(is_clean=False) | Q(is_again=True) | Q(is_sent_down=True) | ~Q(kind=DocumentKind.SUBMISSION)
)


class TaskQuerySet(models.QuerySet):
    def open(self) -> "TaskQuerySet":
        return self.filter(finished=None)

    def for_post(self, post) -> "TaskQuerySet":
        """Tasks on the desk of a post: its organisation and its role.

        Who acts for a colleague has those that the delegation reaches.
        """
        if post is None:
            return self.none()
        desk = self.filter(organisation_id=post.organisation_id, role=post.role)
        given = post.delegation
        if given and given.kinds:
            desk = desk.filter(kind__in=given.kinds)
        if given and given.within:
            desk = desk.filter(process__organisation__path__startswith=given.within.path)
        return desk

    def overdue(self, on: date) -> "TaskQuerySet":
        """Due before the day."""
        return self.filter(due_date__lt=on)

    def on_submissions(self) -> "TaskQuerySet":
        return self.filter(kind=DocumentKind.SUBMISSION)

    def on_other_documents(self) -> "TaskQuerySet":
        """Change requests and problem data (partial index other_open_tasks_of_a_desk)."""
        return self.exclude(kind=DocumentKind.SUBMISSION)

    def needing_eyes(self) -> "TaskQuerySet":
        """Those that nobody should pass unread (partial index open_tasks_to_look_at)."""
        return self.filter(NEEDS_EYES)

    def visible_to(self, post) -> "TaskQuerySet":
        """Tasks of submissions, change requests and problem data that the post may see."""
        from campaigns.models import Problem, Submission
        from teachers.models import ChangeRequest

        return self.filter(
            Q(process__submission__in=Submission.objects.visible_to(post))
            | Q(process__change__in=ChangeRequest.objects.visible_to(post))
            | Q(process__problem__in=Problem.objects.visible_to(post))
        )


class Task(Loaded, AbstractTask):
    """One task. `process` is the case (viewflow's name); open means not finished.

    The generic foreign key, timer and external id of viewflow's task are left out: permission
    comes from organisation and role, deadlines from `due_date`. `campaign` and `kind` are those of
    the case, repeated here so that the inbox need not join for its filters and counts; so are
    `place` (the authority that manages the school's staff; a university is its own), `school_kind`,
    `is_again` (the document was handed in before), `is_sent_down` (a higher level has returned it
    to this one) and `is_clean` (the rules found nothing in it).
    Triggers keep `is_clean` and `place` true, and count the open tasks (count_triggers.py).

    `counted_days` says that the due date was made by counting working days: from the day on which
    the task was opened (problem data: from the schools' last day to answer). Empty where the last
    day of a stage alone made it.
    """

    scheduled = None
    external_task_id = None
    owner_permission = None
    owner_permission_content_type = None
    owner_permission_obj_pk = None
    previous = None

    # Closing a task writes to each index anew, so there are only those that somebody reads.
    status = models.CharField(
        _("Status"), max_length=50, choices=STATUS.choices, default=STATUS.NEW
    )
    created = models.DateTimeField(_("Created"), default=timezone.now)
    process = models.ForeignKey(
        "workflows.Case",
        db_index=False,  # it leads tasks_of_a_case
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    organisation = models.ForeignKey(
        "teachers.Organisation",
        db_index=False,  # open_tasks_of_a_desk
        db_constraint=False,  # KEYS
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        db_index=False,  # open_tasks_of_a_campaign
        db_constraint=False,  # a copy of the case's
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=DocumentKind)
    step = models.CharField(_("Step"), max_length=30)
    role = models.CharField(_("Role"), max_length=15, choices=Role)
    position = models.PositiveSmallIntegerField(_("Stop"))
    place = models.ForeignKey(
        "teachers.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    school_kind = models.CharField(max_length=1, choices=SchoolKind, blank=True, default="")
    is_again = models.BooleanField(default=False)
    is_sent_down = models.BooleanField(default=False, db_default=False)
    is_clean = models.BooleanField(default=False)
    due_date = models.DateField(_("Due"))
    counted_days = models.PositiveSmallIntegerField(_("Working days given"), null=True)
    owner = models.ForeignKey(
        "teachers.User",
        verbose_name=_("Claimed by"),
        null=True,
        blank=True,
        db_index=False,  # claimed_tasks
        on_delete=models.PROTECT,
        related_name="tasks",
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(
                name="one_open_task_per_case", fields=["process"], condition=Q(finished=None)
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "role", "due_date", "id"],
                name="open_tasks_of_a_desk",
                condition=Q(finished=None),
            ),
            models.Index(
                fields=["organisation", "role", "due_date", "id"],
                name="open_tasks_to_look_at",
                condition=Q(finished=None) & NEEDS_EYES,
            ),
            models.Index(
                fields=["organisation", "role", "due_date", "id"],
                name="other_open_tasks_of_a_desk",
                condition=Q(finished=None) & ~Q(kind=DocumentKind.SUBMISSION),
            ),
            models.Index(
                fields=["campaign"], name="open_tasks_of_a_campaign", condition=Q(finished=None)
            ),
            models.Index(fields=["process", "id"], name="tasks_of_a_case"),
            models.Index(
                fields=["owner"],
                name="claimed_tasks",
                condition=Q(finished=None, owner__isnull=False),
            ),
        ]
        triggers = [*count_triggers.TRIGGERS, *KEYS, never_deleted("tasks")]

    def __str__(self) -> str:
        return f"{self.step} #{self.pk}"

    @property
    def needs_eyes(self) -> bool:
        """As NEEDS_EYES says it of a row."""
        on_submission = self.kind == DocumentKind.SUBMISSION
        return not self.is_clean or self.is_again or self.is_sent_down or not on_submission

    def is_overdue(self, on: date) -> bool:
        return self.finished is None and self.due_date < on


# A generic foreign key cannot be switched off with None like a field; take it out of the model.
Task._meta.private_fields[:] = [
    field for field in Task._meta.private_fields if field.name != "owner_permission_obj"
]
del Task.owner_permission_obj
