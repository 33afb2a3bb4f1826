"""What is filled in to reorganise units."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from teachers.index.forms import DayInput
from teachers.models import Organisation, Post
from workflows.enums import ReorganisationKind
from workflows.reorganisations import Plan

Kind = ReorganisationKind
MOST = 200


class ReorganisationForm(forms.Form):
    """A kind, units by their codes, and what the kind needs besides."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    units = forms.CharField(
        label=_("Units"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Codes, one a line: who moves, merges, closes, or is divided."),
    )
    target = forms.CharField(
        label=_("New authority or successor"),
        max_length=20,
        required=False,
        help_text=_("The code; for a move or a merger."),
    )
    founded_code = forms.CharField(
        label=_("Code of the new school"),
        max_length=20,
        required=False,
        help_text=_("For a division."),
    )
    founded_name = forms.CharField(
        label=_("Name of the new school"), max_length=120, required=False
    )
    effective_on = forms.DateField(label=_("In force on"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The document that orders it. It stands in the ledger of every case."),
    )

    def __init__(self, *args, post: Post, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.post = post
        self.fields["effective_on"].initial = timezone.localdate

    def clean_units(self) -> list[Organisation]:
        codes = list(dict.fromkeys(re.split(r"[\s,;，；、]+", self.cleaned_data["units"].strip())))
        if len(codes) > MOST:
            raise forms.ValidationError(_t("At most %(most)d units at once.") % {"most": MOST})
        return [self._unit(code) for code in codes]

    def clean_target(self) -> Organisation | None:
        code = self.cleaned_data["target"].strip()
        wanted = self.data.get("kind") in {Kind.MOVE, Kind.MERGE}
        return self._unit(code) if code and wanted else None

    def _unit(self, code: str) -> Organisation:
        """One of those the post may see, by its code."""
        units = Organisation.objects.visible_to(self.post).select_related("parent")
        if (unit := units.filter(code=code).first()) is None:
            raise forms.ValidationError(
                _t("There is no unit with the code “%(code)s” below %(unit)s.")
                % {"code": code, "unit": self.post.organisation}
            )
        return unit

    def plan(self) -> Plan:
        """What was asked, after `is_valid()`."""
        data = self.cleaned_data
        kind = Kind(data["kind"])
        new = (data["founded_code"].strip(), data["founded_name"].strip())
        return Plan(
            kind=kind,
            units=data["units"],
            target=data["target"],
            founded=new if kind == Kind.SPLIT else None,
            effective_on=data["effective_on"],
            reason=data["reason"],
        )
