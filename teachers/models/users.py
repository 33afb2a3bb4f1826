"""People who sign in, and the posts they hold."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from teachers.enums import Role


class User(AbstractUser):
    """A person who signs in. What the person may do comes from posts, not from groups."""

    first_name = None
    last_name = None
    name = models.CharField(_("Name"), max_length=60)
    phone = models.CharField(_("Telephone"), max_length=20, blank=True)
    teacher = models.OneToOneField(
        "teachers.Teacher",
        verbose_name=_("Own file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="user",
    )
    notice_version = models.CharField(
        _("Privacy notice read"), max_length=10, blank=True, default="", db_default=""
    )
    notice_read_at = models.DateTimeField(_("Privacy notice read at"), null=True, blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet):
    def current(self, on: date) -> "PostQuerySet":
        """Posts in force on a day (the period is half-open: the end day is out)."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))

    def acted_under(self, user: User, on: date) -> "PostQuerySet":
        """The user's own posts in force on a day, and those under which the user acts for others.

        Those of others have `given`, the delegation. One statement: the posts by their user and by
        their delegations to the user, then each by its key.
        """
        from teachers.models.delegations import Delegation

        own = self.model.objects.filter(user=user).values("pk")
        passed_on = Delegation.objects.in_force(on).filter(to=user).values("post")
        in_force = Q(
            delegations__to=user,
            delegations__valid_from__lte=on,
            delegations__valid_to__gt=on,
            delegations__ended_at=None,
        )
        return (
            self.current(on)
            .filter(pk__in=own.union(passed_on, all=True))
            .annotate(given=FilteredRelation("delegations", condition=in_force))
            .select_related("organisation", "user", "given__within")
        )

    def with_organisation(self) -> "PostQuerySet":
        return self.select_related("organisation", "user")


class Post(models.Model):
    """A user's role at one organisation, from a date to a date.

    `delegation` is set on the copy under which a colleague acts for the holder (never stored); it
    narrows what is seen and done to its scope.
    """

    delegation = None

    user = models.ForeignKey(
        User, verbose_name=_("User"), on_delete=models.PROTECT, related_name="posts"
    )
    organisation = models.ForeignKey(
        "teachers.Organisation",
        verbose_name=_("Organisation"),
        on_delete=models.PROTECT,
        related_name="posts",
    )
    role = models.CharField(_("Role"), max_length=15, choices=Role)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                name="one_running_post_per_user_role_and_organisation",
                fields=["user", "organisation", "role"],
                condition=Q(valid_to=None),
            ),
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="post_desk")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.organisation}"

    @property
    def key(self) -> str:
        """What names it where one is chosen: "17", or "17:5" under its delegation 5."""
        return f"{self.pk}:{self.delegation.pk}" if self.delegation else str(self.pk)

    @property
    def top(self):
        """The organisation in whose subtree it acts: its own, or the delegation's part."""
        return self.delegation and self.delegation.within or self.organisation

    @property
    def reach(self) -> str:
        """Path of that subtree."""
        return self.top.path

    def handles(self, kind: str) -> bool:
        """Whether documents of this kind are its business: all are, but under a delegation."""
        return not self.delegation or not self.delegation.kinds or kind in self.delegation.kinds
