"""The index system as data: versions, sub-sets, indicators (17 sub-sets, 180 indicators)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teachers.enums import SchoolKind, ValueType, VersionState

#: Refuses any change to a row that belongs to a published version; `{versions}` finds its version.
_OF_A_PUBLISHED_VERSION = """
    IF EXISTS (SELECT 1 FROM {versions} AND version.state = 'published') THEN
        RAISE EXCEPTION 'A published index version never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""
_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


class IndexVersionQuerySet(models.QuerySet):
    def visible_to(self, post) -> "IndexVersionQuerySet":
        """Published versions for every post; drafts only for those who keep the index system."""
        from teachers.policies import keeps_index

        if post is None:
            return self.none()
        return self if keeps_index(post) else self.filter(state=VersionState.PUBLISHED)


class IndexVersion(models.Model):
    """One edition of the index system. A published one never changes.

    `changed_at` moves with every edit of a draft: a page that was opened before refuses to save,
    and a rehearsal knows whether the draft is still the one it was run on.
    """

    code = models.CharField(_("Code"), max_length=20, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    state = models.CharField(
        _("State"), max_length=10, choices=VersionState, default=VersionState.DRAFT
    )
    published_at = models.DateTimeField(_("Published at"), null=True, blank=True)
    based_on = models.ForeignKey(
        "self",
        verbose_name=_("Based on"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.ForeignKey(
        "teachers.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("Created at"), null=True, blank=True)
    changed_by = models.ForeignKey(
        "teachers.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(_("Changed at"), null=True, blank=True)
    published_by = models.ForeignKey(
        "teachers.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = IndexVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("index version")
        verbose_name_plural = _("index versions")
        constraints = [
            models.CheckConstraint(
                name="a_published_version_says_when",
                condition=Q(state=VersionState.DRAFT) | Q(published_at__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_versions_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorSet(models.Model):
    """A sub-set (信息子集): basic data, learning history, ..."""

    version = models.ForeignKey(IndexVersion, on_delete=models.PROTECT, related_name="sets")
    key = models.CharField(_("Key"), max_length=20)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("Position"))
    repeating = models.BooleanField(_("Several rows a person"))
    school_kinds = ArrayField(
        models.CharField(max_length=1, choices=SchoolKind), verbose_name=_("Forms")
    )

    class Meta:
        verbose_name = _("indicator sub-set")
        verbose_name_plural = _("indicator sub-sets")
        constraints = [
            models.UniqueConstraint(name="one_set_key_per_version", fields=["version", "key"])
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_sets_never_change",
                when=pgtrigger.Before,
                operation=_CHANGE,
                func=_OF_A_PUBLISHED_VERSION.format(
                    versions="teachers_indexversion AS version"
                    " WHERE version.id IN (OLD.version_id, NEW.version_id)"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Indicator(models.Model):
    """One field of a sub-set. `needs` says per form of school how strongly it is asked.

    `needs` maps a form letter to a `Need` letter, e.g. {"K": "R", "P": "O"}; a form that is
    missing there is not asked at all.
    """

    indicator_set = models.ForeignKey(
        IndicatorSet, on_delete=models.PROTECT, related_name="indicators"
    )
    key = models.CharField(_("Key"), max_length=30)
    name = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("Position"))
    value_type = models.CharField(_("Type"), max_length=2, choices=ValueType)
    length = models.PositiveSmallIntegerField(_("Length"), null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(_("Decimals"), default=0)
    code_list = models.ForeignKey(
        "teachers.CodeList", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    needs = models.JSONField(_("Asked how"))
    default = models.CharField(_("Default"), max_length=40, blank=True)
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(
                name="one_indicator_key_per_set", fields=["indicator_set", "key"]
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_indicators_never_change",
                when=pgtrigger.Before,
                operation=_CHANGE,
                func=_OF_A_PUBLISHED_VERSION.format(
                    versions="teachers_indexversion AS version"
                    " JOIN teachers_indicatorset AS own ON own.version_id = version.id"
                    " WHERE own.id IN (OLD.indicator_set_id, NEW.indicator_set_id)"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name
