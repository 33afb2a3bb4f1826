"""What levels write to each other about a case, and the views that people keep of their inbox."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class RemarkQuerySet(models.QuerySet):
    def readable_by(self, post) -> "RemarkQuerySet":
        """All of them for those who oversee; a school reads those that are meant for it."""
        from teachers.policies import oversees

        return self if oversees(post) else self.filter(for_school=True)

    def of_submission(self, submission) -> "RemarkQuerySet":
        return self.filter(case__submission=submission)


class Remark(models.Model):
    """One remark on a case, never edited. `for_school` says that the school may read it, too;
    what a school writes is always for both. Files lie with the school: who sees it sees them."""

    case = models.ForeignKey("workflows.Case", on_delete=models.PROTECT, related_name="remarks")
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("teachers.Post", on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(
        "teachers.Delegation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("At"))
    words = models.CharField(_("Words"), max_length=1000)
    for_school = models.BooleanField(_("The school may read it"), default=False)
    files = models.ManyToManyField("teachers.Attachment", related_name="remarks")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        triggers = [
            pgtrigger.Protect(
                name="remarks_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.words[:40]


class SavedView(models.Model):
    """A view of the inbox under a name: `query` is what its address asks for."""

    user = models.ForeignKey("teachers.User", on_delete=models.CASCADE, related_name="saved_views")
    role = models.CharField(_("Role"), max_length=15)
    name = models.CharField(_("Name"), max_length=40)
    query = models.CharField(_("View"), max_length=500)
    saved_at = models.DateTimeField(_("Saved at"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(name="one_saved_view_per_name", fields=["user", "role", "name"])
        ]

    def __str__(self) -> str:
        return self.name
