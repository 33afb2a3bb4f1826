"""What a person fills in to get a report."""

from django import forms
from django.conf import settings
from django.utils.translation import pgettext_lazy

from campaigns.enums import StageKind
from reports import kinds, queries
from reports.enums import ReportKind


class TreeChoiceField(forms.ModelChoiceField):
    """Organisations by code, indented by their depth below the first."""

    def __init__(self, queryset, top, **kwargs) -> None:
        self.top = top
        super().__init__(queryset, to_field_name="code", **kwargs)

    def label_from_instance(self, unit) -> str:
        return "\u2003" * max(0, unit.depth - self.top.depth) + str(unit)


class AskForm(forms.Form):
    """Campaign, kind, stage, unit and language, each limited to what the post may ask for."""

    campaign = forms.ModelChoiceField(
        queryset=None,
        to_field_name="code",
        label=pgettext_lazy("report", "Campaign"),
        empty_label=None,
    )
    kind = forms.ChoiceField(label=pgettext_lazy("report", "Kind"), required=False)
    stage = forms.ChoiceField(choices=StageKind.choices, label=pgettext_lazy("report", "Stage"))
    language = forms.ChoiceField(
        choices=settings.LANGUAGES, label=pgettext_lazy("report", "Language of the report")
    )

    field_order = ["campaign", "kind", "stage", "unit", "language"]

    def __init__(self, post, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = queries.campaigns(post)
        self.fields["kind"].choices = kinds.choices()
        if len(kinds.choices()) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
        self.fields["unit"] = TreeChoiceField(
            queries.units(post),
            post.organisation,
            label=pgettext_lazy("report", "Unit"),
            empty_label=None,
        )
        self.order_fields(self.field_order)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or ReportKind.STAGE
