"""What is filled in to mark something, and to answer it."""

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from workflows import queries
from workflows.actions.marking import LONGEST, Place
from workflows.enums import CorrectionAnswer


class PlaceForm(forms.Form):
    """What a mark is about, as an address names it: a record, a place in it, a line asked again."""

    record = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    set = forms.CharField(required=False, max_length=20)
    row = forms.IntegerField(required=False, min_value=0, max_value=32_000)
    key = forms.CharField(required=False, max_length=30)
    again = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    @property
    def place(self) -> Place:
        """After `is_valid()`."""
        data = self.cleaned_data
        return Place(data["set"], data["row"], data["key"])


class MarkForm(forms.Form):
    """The reason, and words."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What must be corrected"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(queries.reason_names().items())
        self.fields["reason"].error_messages["required"] = _("Choose one reason from the list.")


class AnswerForm(forms.Form):
    """Corrected or explained. `seen` is when the answer was given that the page showed."""

    answer = forms.ChoiceField(choices=CorrectionAnswer.choices)
    words = forms.CharField(required=False)
    seen = forms.CharField(required=False)

    def clean_seen(self):
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None
