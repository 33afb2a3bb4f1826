"""What administrators fill in to edit a draft of the index system and the code lists."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teachers.enums import Need, SchoolKind, ValueType
from teachers.index.drafting import fingerprint
from teachers.index.shapes import CODED, Shape, problems
from teachers.models import CodeList, Indicator, IndicatorSet

#: Derived and read-only values come from the system: a new indicator cannot be one.
ENTERED = (Need.REQUIRED, Need.CONDITIONAL, Need.OPTIONAL)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def code_lists() -> QuerySet[CodeList]:
    """Lists by name in the reader's language."""
    english = (get_language() or "").startswith("en")
    return CodeList.objects.order_by("name_en" if english else "name", "key")


class IndicatorForm(forms.Form):
    """One indicator of a draft, new (`indicator` is None) or as it stands.

    After `is_valid()`: `shape()`, and for a new one `cleaned_data["key"]`.
    """

    key = forms.CharField(
        label=_("Key"),
        max_length=30,
        help_text=_("Small letters, digits and underscores. It stands in files and never changes."),
    )
    value_type = forms.ChoiceField(label=_("Type"), choices=ValueType)
    name = forms.CharField(label=_("Name"), max_length=100)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    length = forms.IntegerField(
        label=_("Length"),
        min_value=1,
        max_value=4000,
        required=False,
        help_text=_("Characters; for a number all its digits."),
    )
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=6, required=False)
    code_list = forms.ModelChoiceField(
        CodeList.objects.none(), label=_("Code list"), required=False, empty_label="—"
    )
    default = forms.CharField(
        label=_("Default"),
        max_length=40,
        required=False,
        help_text=_("Stands there when nothing is entered; for a coded value its code."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Stands beside the field for those who fill it in."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args, own: IndicatorSet, indicator: Indicator | None = None, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own, self.indicator = own, indicator
        self.fields["code_list"].queryset = code_lists()
        for kind in self._kinds():
            self.fields[f"need_{kind.value}"] = forms.ChoiceField(
                label=kind.label, required=False, choices=self._choices(kind)
            )
        if indicator is not None:
            self._show(indicator)

    def _kinds(self) -> list[SchoolKind]:
        return [kind for kind in SchoolKind if kind in self.own.school_kinds]

    def _choices(self, kind: SchoolKind) -> list[tuple[str, object]]:
        now = self.indicator.needs.get(kind) if self.indicator else None
        shown = [*ENTERED, *([Need(now)] if now and now not in ENTERED else [])]
        return [("", _("Not asked")), *((need.value, need.label) for need in shown)]

    def _show(self, indicator: Indicator) -> None:
        del self.fields["key"]
        self.fields["value_type"].disabled = True
        shape = Shape.of(indicator)
        self.initial = {
            **shape.values(),
            "code_list": shape.code_list_id,
            "seen": fingerprint(indicator),
            **{f"need_{kind}": need for kind, need in indicator.needs.items()},
            **self.initial,
        }

    @property
    def need_fields(self) -> list[forms.BoundField]:
        return [self[f"need_{kind.value}"] for kind in self._kinds()]

    def clean(self) -> dict:
        data = super().clean()
        codes = data.get("code_list")
        usable = set(codes.codes.values_list("code", flat=True)) if codes else None
        if not self.errors:
            for name, problem in problems(self.shape(), self.own.school_kinds, usable).items():
                self.add_error(None if name == "needs" else name, problem)
        return data

    def shape(self) -> Shape:
        data = self.cleaned_data
        coded = data["value_type"] in CODED
        needs = {kind.value: data.get(f"need_{kind.value}") for kind in self._kinds()}
        return Shape(
            name=data["name"],
            name_en=data["name_en"],
            value_type=data["value_type"],
            length=data["length"],
            decimals=data["decimals"] or 0,
            code_list_id=data["code_list"].pk if data["code_list"] and coded else None,
            needs={kind: need for kind, need in needs.items() if need},
            default=data["default"],
            note=data["note"],
        )


class SetForm(forms.Form):
    """A new sub-set of a draft."""

    key = forms.CharField(
        label=_("Key"),
        max_length=20,
        help_text=_("Small letters, digits and underscores. It stands in files and never changes."),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    repeating = forms.BooleanField(label=_("Several rows a person"), required=False)
    school_kinds = forms.MultipleChoiceField(
        label=_("Forms of school"),
        choices=SchoolKind.choices,
        initial=SchoolKind.values,
        widget=forms.CheckboxSelectMultiple,
    )


class DraftForm(forms.Form):
    """The name of a new draft."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$",
        label=_("Code"),
        error_messages={"invalid": _("Use up to twenty letters, digits or hyphens.")},
    )
    name = forms.CharField(label=_("Name"), max_length=120)


class ValueForm(forms.Form):
    """A new value of a code list."""

    code = forms.CharField(label=_("Code"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    valid_from = forms.DateField(label=_("Can be chosen from"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class EndForm(forms.Form):
    """From when on a value can no longer be chosen."""

    valid_to = forms.DateField(label=_("No longer from"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)
