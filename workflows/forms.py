"""What the desk's pages send."""

from django import forms
from django.utils.translation import gettext as _

from workflows.enums import Verdict

MOST_AT_ONCE = 500


class Numbers(forms.TypedMultipleChoiceField):
    """Several ids under one name; which of them exist is the action's question."""

    def __init__(self) -> None:
        super().__init__(coerce=int, required=True)

    def valid_value(self, value: str) -> bool:
        return str(value).isdecimal() and len(str(value)) < 19


class Words(forms.MultipleChoiceField):
    """Several codes under one name."""

    def valid_value(self, value: str) -> bool:
        return len(value) <= 12


class DecisionForm(forms.Form):
    """Tasks, verdict, and for a return why and whereto; `confirmed` once the reasons were asked."""

    task = Numbers()
    verdict = forms.ChoiceField(choices=[(v, v) for v in (Verdict.SIGN, Verdict.APPROVE, "return")])
    reason = Words(required=False)
    words = forms.CharField(max_length=1000, required=False)
    return_to = forms.SlugField(max_length=30, required=False)
    confirmed = forms.BooleanField(required=False)

    def clean_task(self) -> list[int]:
        tasks = self.cleaned_data["task"]
        if len(tasks) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Decide at most %(most)d at once.") % {"most": MOST_AT_ONCE}
            )
        return tasks

    @property
    def problem(self) -> str:
        """One sentence that says what to do next."""
        if "task" in self.errors and not self.data.getlist("task"):
            return _("Nothing was selected: mark at least one row.")
        return " ".join(message for messages in self.errors.values() for message in messages)
