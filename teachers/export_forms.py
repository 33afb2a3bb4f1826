"""Input of the export's page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """Which sub-sets, and what for."""

    sets = forms.MultipleChoiceField(
        label=_("Sub-sets"), widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("What is the file for? It is kept in the access log."),
    )

    def __init__(self, *args, sets: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sets"].choices = sets
        self.fields["sets"].initial = [key for key, _name in sets[:1]]
