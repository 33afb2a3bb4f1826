"""Files that people hand in: evidence and photos. Stored sealed, outside the web root."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teachers.enums import AttachmentKind


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, post) -> "AttachmentQuerySet":
        """Those of the own subtree, and the evidence of change requests that the post may see;
        a teacher sees what he or she has handed in. A school does not see the files of remarks that
        are none of its business.
        """
        from teachers.enums import Role
        from teachers.models.changes import ChangeRequest
        from teachers.policies import oversees, sees_files

        if post is None:
            return self.none()
        if post.role == Role.TEACHER:
            return self.filter(uploaded_by=post.user_id, organisation=post.organisation_id)
        if not sees_files(post):
            return self.none()
        changes = ChangeRequest.objects.visible_to(post)
        files = self if oversees(post) else self.exclude(remarks__for_school=False)
        return files.filter(
            Q(organisation__path__startswith=post.reach)
            | Q(
                pk__in=ChangeRequest.evidence.through.objects.filter(
                    changerequest__in=changes
                ).values("attachment")
            )
        )


class Attachment(models.Model):
    """One file. The content lies sealed under ATTACHMENTS_ROOT by `key`; the name is only shown.

    media_type is what the content was found to be, never what the sender said. size in bytes.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("Kind"), max_length=8, choices=AttachmentKind)
    name = models.CharField(_("File"), max_length=200)
    media_type = models.CharField(_("Type"), max_length=60)
    size = models.PositiveIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    organisation = models.ForeignKey(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="attachments"
    )
    uploaded_by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("Handed in at"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        triggers = [
            pgtrigger.Protect(name="attachments_are_never_edited", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.name
