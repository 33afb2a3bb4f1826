"""Code lists of the national and trade standards, each value with its period of validity."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class CodeList(models.Model):
    """One list, such as GB/T 3304 (ethnic groups); `key` is its name in the index system."""

    key = models.CharField(_("Key"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("code list")
        verbose_name_plural = _("code lists")

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class CodeQuerySet(models.QuerySet):
    def usable_on(self, day: date) -> "CodeQuerySet":
        """Values that may be chosen on a day; retired ones stay readable."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(
            Q(valid_to=None) | Q(valid_to__gt=day)
        )


class Code(models.Model):
    """One value of a list, usable from `valid_from` until the day before `valid_to`.

    A value is never deleted and its code never means anything else: old files must stay readable.
    `changed_by` is set when an administrator added or ended it on screen; loading the shipped
    files leaves such a row alone.
    """

    code_list = models.ForeignKey(CodeList, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(_("Code"), max_length=12)
    name = models.CharField(_("Name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("Position"))
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    changed_by = models.ForeignKey(
        "teachers.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(_("Changed at"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = [
            models.UniqueConstraint(name="one_code_per_list", fields=["code_list", "code"]),
            models.CheckConstraint(
                name="a_value_ends_after_it_began",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="codes_are_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="codes_keep_their_meaning", fields=["code_list", "code"]),
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name
