"""What is filled in to change the working-day calendar."""

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from teachers.index.forms import DayInput
from teachers.models import Organisation
from workflows.actions import Declaration

COUNTRY = "country"
#: What the days become; the words of the address bar to what the action takes.
BECOMES = {"off": False, "working": True, "ordinary": None}


class DeclarationForm(forms.Form):
    """Whose days, which, what they become, under which name, and why."""

    whose = forms.ChoiceField(label=_("Holds for"))
    becomes = forms.ChoiceField(
        label=_("These days become"),
        choices=[
            ("off", _("Holiday: nobody works")),
            ("working", _("Working day, although it is a weekend")),
            ("ordinary", _("What they are without a declaration")),
        ],
    )
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DayInput(),
        required=False,
        help_text=_("Leave it empty for a single day."),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        required=False,
        help_text=_("Such as the festival; people read it on the calendar."),
    )
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Such as the number of the notice; it stands on record."),
    )

    def __init__(self, *args, kept: list[Organisation | None], **kwargs) -> None:
        """kept: whose calendars may be changed (None: the country's)."""
        super().__init__(*args, **kwargs)
        self.kept = {unit.code if unit else COUNTRY: unit for unit in kept}
        self.fields["whose"].choices = [
            (key, str(unit) if unit else _("The whole country (notice of the State Council)"))
            for key, unit in self.kept.items()
        ]

    def declaration(self) -> Declaration:
        """What `actions.change_calendar` takes, after `is_valid()`."""
        data = self.cleaned_data
        is_working = BECOMES[data["becomes"]]
        return Declaration(
            organisation=self.kept[data["whose"]],
            first_day=data["first_day"],
            last_day=data["last_day"] or data["first_day"],
            is_working=is_working,
            name="" if is_working is None else " ".join(data["name"].split()),
            name_en="" if is_working is None else " ".join(data["name_en"].split()),
        )

    @property
    def address(self) -> str:
        """What was filled in, as the part of an address behind "?"."""
        return urlencode({name: self.data.get(name, "") for name in self.fields})
