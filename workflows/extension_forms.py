"""What is filled in to give a unit more time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.enums import StageKind
from campaigns.models import Campaign
from teachers.index.forms import DayInput
from teachers.models import Organisation


class ExtensionForm(forms.Form):
    """A unit, a stage in which somebody works, the last day and the reason."""

    unit = forms.ChoiceField(label=_("Unit"))
    stage = forms.ChoiceField(label=_("Stage"))
    until = forms.DateField(label=_("Time until"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stands on the campaign's page and on the unit's own."),
    )

    def __init__(
        self,
        *args,
        campaign: Campaign,
        units: list[Organisation],
        worked: list[StageKind],
        **kwargs,
    ) -> None:
        """units: who may be chosen. worked: the stages in which one of them has something to do."""
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        last_days = dict(campaign.stages.values_list("kind", "ends_on"))
        self.fields["unit"].choices = [(unit.code, str(unit)) for unit in units]
        self.fields["stage"].choices = [
            (
                kind.value,
                _("%(stage)s (until %(day)s)") % {"stage": kind.label, "day": last_days[kind]},
            )
            for kind in worked
            if kind in last_days
        ]

    def values(self) -> dict:
        """The arguments of `actions.extend`, after `is_valid()`."""
        data = self.cleaned_data
        return {
            "organisation": self.units[data["unit"]],
            "stage": StageKind(data["stage"]),
            "until": data["until"],
            "reason": data["reason"],
        }
