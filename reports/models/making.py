"""What reports and packs have in common: somebody asks for them, a worker makes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from reports.enums import UNFINISHED, ReportState
from teachers.models.state_fields import StateField


class MadeQuerySet(models.QuerySet):
    def visible_to(self, post) -> "MadeQuerySet":
        """Those of the post's organisation and of those below it, for those who oversee."""
        from teachers.policies import oversees

        if not oversees(post):
            return self.none()
        return self.filter(organisation__path__startswith=post.organisation.path)


class Made(models.Model):
    """In the language asked for. `attempts` counts the workers that began it; `error` says why it
    failed."""

    language = models.CharField(_("Language"), max_length=7, default="zh-hans")
    state = StateField(_("State"), max_length=9, choices=ReportState, default=ReportState.QUEUED)
    asked_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("Asked at"))
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("Error"), max_length=500, blank=True)

    objects = MadeQuerySet.as_manager()

    class Meta:
        abstract = True

    @transition(field=state, source=list(UNFINISHED), target=ReportState.RUNNING)
    def start(self) -> None:
        """A worker has taken it (again, when the one before died)."""

    @transition(field=state, source=ReportState.RUNNING, target=ReportState.DONE)
    def finish(self) -> None:
        """Its file or files are there."""

    @transition(field=state, source=list(UNFINISHED), target=ReportState.FAILED)
    def fail(self) -> None:
        """It could not be made; `error` says why."""

    @transition(field=state, source=list(UNFINISHED), target=ReportState.CANCELLED)
    def cancel(self) -> None:
        """Called off by somebody who may ask for it."""

    @transition(
        field=state,
        source=[ReportState.FAILED, ReportState.CANCELLED],
        target=ReportState.QUEUED,
    )
    def retry(self) -> None:
        """Asked for again."""
