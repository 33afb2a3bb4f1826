"""Teachers, their numbers for life, and their official electronic files."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Right
from django.utils.translation import gettext_lazy as _

from teachers.enums import FileStatus
from teachers.fields import SealedDocumentField, nothing_plain

#: The ethnic group (GB/T 3304) of nine teachers out of ten: an index by it would lead nowhere.
HAN = "01"


class TeacherQuerySet(models.QuerySet):
    def visible_to(self, post) -> "TeacherQuerySet":
        """Teachers whose school lies in the subtree that the post reaches."""
        from teachers.policies import sees_files

        if post is None or not sees_files(post):
            return self.none()
        return self.filter(organisation__path__startswith=post.reach)


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), model_name="TeacherEvent")
class Teacher(models.Model):
    """A person on the register. The identity number is sealed; the hash finds and compares it.

    `number` stays empty until the province has accepted the first file. A person found to be the
    same as another keeps the row and the number and points to the other (`merged_into`).

    `pinyin` ("maxiaolan"), `initials` ("mxl") and `branch` (what lies right below the province on
    the way to the school: a city, a university, a department) serve the search. The database fills
    them, whoever writes the row (migration 0003), so an instance just saved may not know them.
    """

    number = models.CharField(
        _("Teacher number"), max_length=12, null=True, blank=True, unique=True
    )
    name = models.CharField(_("Name"), max_length=36)
    sex = models.CharField(_("Sex"), max_length=1)
    birth_date = models.DateField(_("Birth date"))
    ethnic = models.CharField(_("Ethnic group"), max_length=2, blank=True)
    identity_type = models.CharField(_("Identity document"), max_length=1, default="1")
    identity_hash = models.CharField(max_length=64)
    identity_sealed = models.TextField()
    identity_mask = models.CharField(_("Identity number"), max_length=24)
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("School"),
        db_index=False,  # it leads teachers_of_a_school
        on_delete=models.PROTECT,
        related_name="teachers",
    )
    status = models.CharField(
        _("Status"), max_length=10, choices=FileStatus, default=FileStatus.ACTIVE
    )
    pinyin = models.CharField(
        _("Pinyin"), max_length=220, db_default="", default="", db_collation="C", blank=True
    )
    initials = models.CharField(
        _("Pinyin initials"), max_length=36, db_default="", default="", db_collation="C", blank=True
    )
    branch = models.ForeignKey(
        "teachers.Organisation",
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        db_constraint=False,  # the trigger takes it from the tree, whose nodes are never deleted
        on_delete=models.PROTECT,
        related_name="+",
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        db_index=False,  # merged_teachers
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    registered_at = models.DateTimeField(_("Registered at"))

    objects = TeacherQuerySet.as_manager()

    class Meta:
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")
        constraints = [
            models.UniqueConstraint(name="one_teacher_per_identity", fields=["identity_hash"]),
            models.CheckConstraint(
                name="a_merged_file_points_to_the_other",
                condition=Q(status=FileStatus.MERGED, merged_into__isnull=False)
                | (~Q(status=FileStatus.MERGED) & Q(merged_into=None)),
            ),
        ]
        indexes = [
            # The look for problem data asks for namesakes at every save (campaigns/problems).
            models.Index(fields=["name", "birth_date"], name="teachers_by_name_and_birth"),
            # The search reads the next four without touching the table (teachers/search).
            models.Index(
                fields=["organisation", "pinyin", "id"],
                name="teachers_of_a_school",
                include=["name", "initials", "number", "status", "ethnic"],
            ),
            models.Index(
                fields=["pinyin", "id"],
                name="teachers_by_pinyin",
                include=["name", "initials", "number", "branch", "status", "ethnic"],
            ),
            models.Index(
                fields=["ethnic", "pinyin", "id"],
                name="teachers_of_minorities",
                include=["name", "initials", "branch", "status"],
                condition=~Q(ethnic=HAN),
            ),
            models.Index(
                fields=["status", "pinyin", "id"],
                name="teachers_not_in_service",
                include=["name", "initials", "branch", "ethnic"],
                condition=~Q(status=FileStatus.ACTIVE),
            ),
            models.Index(fields=["initials"], name="teachers_by_initials"),
            models.Index(
                fields=["merged_into"],
                name="merged_teachers",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(Left("identity_mask", 6), "pinyin", "id", name="teachers_by_first_six"),
            models.Index(Right("identity_mask", 4), name="teachers_by_last_four"),
        ]

    def __str__(self) -> str:
        return self.name


class TeacherNumber(models.Model):
    """A number that was issued: once, for life, never reused.

    The number of a merged person is no longer live and points to the live one.
    """

    number = models.CharField(_("Number"), max_length=12, primary_key=True)
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="numbers")
    issued_at = models.DateTimeField(_("Issued at"))
    is_live = models.BooleanField(_("In use"), default=True)
    points_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        db_index=False,  # numbers_of_merged_teachers
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("teacher number")
        verbose_name_plural = _("teacher numbers")
        constraints = [
            models.UniqueConstraint(
                name="one_live_number_per_teacher", fields=["teacher"], condition=Q(is_live=True)
            ),
            models.CheckConstraint(
                name="a_dead_number_points_to_the_live_one",
                condition=Q(is_live=True, points_to=None)
                | Q(is_live=False, points_to__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["points_to"],
                name="numbers_of_merged_teachers",
                condition=Q(points_to__isnull=False),
            )
        ]
        triggers = [pgtrigger.Protect(name="numbers_are_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


class Dossier(models.Model):
    """The official electronic file of one teacher: which revision is in force."""

    teacher = models.OneToOneField(
        Teacher, primary_key=True, on_delete=models.PROTECT, related_name="dossier"
    )
    revision = models.ForeignKey(
        "teachers.DossierRevision",
        null=True,
        db_index=False,  # a revision leads to its file by the teacher, and is never deleted
        on_delete=models.PROTECT,
        related_name="+",
    )
    revisions = models.PositiveIntegerField(_("Revisions"), default=0)

    class Meta:
        verbose_name = _("electronic file")
        verbose_name_plural = _("electronic files")

    def __str__(self) -> str:
        return f"Dossier {self.pk}"


class DossierRevision(models.Model):
    """One state of a file, never edited.

    `data` maps each sub-set key to an object (single) or to a list of objects (repeating), keyed by
    indicator key; the identity number is not in it (see Teacher). `source` names what it came
    from, e.g. "campaign/2026/2162002318", "change/17" or "baseline"; `effective_on` is the day from
    which the file reads like this. Nobody asks for the revisions under one version of the index, or
    of who wrote them, and a publication adds a hundred thousand: no index by those.
    """

    teacher = models.ForeignKey(
        Teacher,
        db_index=False,  # it leads one_revision_per_sequence
        on_delete=models.PROTECT,
        related_name="revisions",
    )
    sequence = models.PositiveIntegerField(_("Revision"))
    index_version = models.ForeignKey(
        "teachers.IndexVersion", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "teachers.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    data = SealedDocumentField()
    source = models.CharField(_("Source"), max_length=120)
    entered_by = models.ForeignKey(
        "teachers.User", null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    accepted_by = models.ForeignKey(
        "teachers.User", null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(_("Accepted at"))
    effective_on = models.DateField(_("In force from"))

    class Meta:
        verbose_name = _("file revision")
        verbose_name_plural = _("file revisions")
        constraints = [
            models.UniqueConstraint(
                name="one_revision_per_sequence", fields=["teacher", "sequence"]
            ),
            nothing_plain("health_and_pay_are_sealed_in_revisions"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="revisions_are_never_edited", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.teacher_id}/{self.sequence}"


class FormerIdentity(models.Model):
    """A document number that a teacher had before: it keeps finding the person, and no other."""

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="former_identities")
    identity_type = models.CharField(_("Identity document"), max_length=1)
    identity_hash = models.CharField(max_length=64)
    identity_sealed = models.TextField()
    identity_mask = models.CharField(_("Identity number"), max_length=24)
    change = models.ForeignKey(
        "teachers.ChangeRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )
    replaced_at = models.DateTimeField(_("Replaced at"))

    class Meta:
        verbose_name = _("former identity")
        verbose_name_plural = _("former identities")
        constraints = [
            models.UniqueConstraint(name="one_person_per_former_identity", fields=["identity_hash"])
        ]

    def __str__(self) -> str:
        return self.identity_mask


class FileConfirmation(models.Model):
    """The teacher has read a revision of the own file and found it right."""

    revision = models.OneToOneField(
        DossierRevision, primary_key=True, on_delete=models.PROTECT, related_name="confirmation"
    )
    by = models.ForeignKey("teachers.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Confirmed at"))

    class Meta:
        verbose_name = _("confirmation of a file")
        verbose_name_plural = _("confirmations of files")

    def __str__(self) -> str:
        return f"{self.revision_id}"
