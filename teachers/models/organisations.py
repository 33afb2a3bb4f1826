"""The tree of organisations: parent = the authority that manages the staff."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teachers.enums import OrganisationKind, OrganiserKind, SchoolKind
from teachers.loading import Loaded
from teachers.set_keys import never_deleted


class OrganisationQuerySet(models.QuerySet):
    def within(self, top: "Organisation") -> "OrganisationQuerySet":
        """`top` and everything below it (one range of the path index)."""
        return self.filter(path__startswith=top.path)

    def valid_on(self, day: date) -> "OrganisationQuerySet":
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def reporting(self) -> "OrganisationQuerySet":
        """Those that have staff of their own to report: schools and universities."""
        return self.exclude(school_kind="")

    def visible_to(self, post) -> "OrganisationQuerySet":
        """What a post may see of the tree: its own organisation and all below it."""
        if post is None:
            return self.none()
        return self.within(post.organisation)


class Organisation(Loaded):
    """A node of the tree. Never deleted: an end date is set.

    `path` joins the codes from the root, each followed by a slash ("620000/622900/622926/");
    a node's subtree is the range of paths that begin with its own. `initials` ("dbzzxxx") is what a
    search goes by; the database fills it (migration 0005): an instance just saved may not know it.
    """

    code = models.CharField(_("Code"), max_length=20, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    initials = models.CharField(
        _("Pinyin initials"),
        max_length=120,
        db_default="",
        default="",
        db_collation="C",
        blank=True,
        editable=False,
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Managing authority"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.TextField(_("Path"), db_collation="C", unique=True)
    depth = models.PositiveSmallIntegerField(_("Depth"), default=0)
    area_code = models.CharField(_("Division (GB/T 2260)"), max_length=6, blank=True)
    school_kind = models.CharField(_("Form"), max_length=1, choices=SchoolKind, blank=True)
    school_type = models.CharField(_("School type (JY/T 1001)"), max_length=3, blank=True)
    organiser = models.CharField(_("Organiser (JY/T 1001)"), max_length=3, blank=True)
    organiser_kind = models.CharField(
        _("Kind of organiser"), max_length=12, choices=OrganiserKind, blank=True
    )
    urban_rural = models.CharField(_("Urban or rural (JY/T 1001)"), max_length=3, blank=True)
    ethnic_area = models.BooleanField(_("Ethnic autonomous area"), default=False)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organisation_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="only_the_province_has_no_parent",
                condition=Q(parent=None, kind="province") | Q(parent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "code"], name="organisation_children"),
            models.Index(fields=["kind", "path"], name="organisation_kind_path"),
        ]
        triggers = [never_deleted("organisations")]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def path_below(self, code: str) -> str:
        """The path of a child of this node with the given code."""
        return f"{self.path}{code}/"

    def contains(self, other: "Organisation") -> bool:
        return other.path.startswith(self.path)
