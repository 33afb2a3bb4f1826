"""What the desk's pages send."""

from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.core.signing import BadSignature
from django.http import QueryDict
from django.utils.translation import gettext as _

from workflows.enums import Verdict
from workflows.inbox import Filters
from workflows.presses import read_seen

MOST_AT_ONCE = 500


class Numbers(forms.TypedMultipleChoiceField):
    """Several ids under one name; which of them exist is the action's question."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(coerce=int, required=required)

    def valid_value(self, value: str) -> bool:
        return str(value).isdecimal() and len(str(value)) < 19


class Words(forms.MultipleChoiceField):
    """Several codes under one name."""

    def valid_value(self, value: str) -> bool:
        return len(value) <= 12


class DecisionForm(forms.Form):
    """Tasks, or `whole` for all that the `view` shows; verdict; for a return why and whereto.

    `key` and `seen` are those of the page (presses.py); a form without them has a key of its own
    and has seen nothing. `preview`: more than one task is shown first; `confirmed` once the preview
    or the reasons were.
    """

    task = Numbers()
    whole = forms.BooleanField(required=False)
    view = forms.CharField(max_length=2000, required=False, strip=False)
    key = forms.UUIDField(required=False)
    seen = forms.CharField(max_length=200, required=False)
    verdict = forms.ChoiceField(choices=[(v, v) for v in (Verdict.SIGN, Verdict.APPROVE, "return")])
    reason = Words(required=False)
    words = forms.CharField(max_length=1000, required=False)
    return_to = forms.SlugField(max_length=30, required=False)
    preview = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)

    def clean_task(self) -> list[int]:
        tasks = self.cleaned_data["task"]
        if len(tasks) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Decide at most %(most)d at once.") % {"most": MOST_AT_ONCE}
            )
        return tasks

    def clean_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()

    def clean_seen(self) -> datetime | None:
        words = self.cleaned_data["seen"]
        try:
            return read_seen(words) if words else None
        except BadSignature:
            raise forms.ValidationError(
                _("This form is not as the page made it: load the page again.")
            ) from None

    def clean(self) -> dict:
        asked = super().clean()
        if not asked.get("whole") and not self.errors and not asked.get("task"):
            self.add_error("task", _("Nothing was selected: mark at least one row."))
        return asked

    @property
    def problem(self) -> str:
        """One sentence that says what to do next."""
        return " ".join(message for messages in self.errors.values() for message in messages)

    @property
    def selection(self) -> dict:
        """What `acts.ask` and `acts.preview` are asked about."""
        asked = self.cleaned_data
        if asked["whole"]:
            chosen = {"filters": Filters.read(QueryDict(asked["view"].lstrip("?")))}
        else:
            chosen = {"tasks": asked["task"]}
        return {
            **chosen,
            "verdict": Verdict(asked["verdict"]),
            "return_to": asked["return_to"],
            "seen": asked["seen"],
        }

    @property
    def returns_one(self) -> bool:
        """Whether one named task is returned."""
        asked = self.cleaned_data
        return (
            asked["verdict"] == Verdict.RETURN
            and not asked["whole"]
            and len(set(asked["task"])) == 1
        )

    @property
    def asks_first(self) -> bool:
        """Whether something is shown before it is done: why, or what would become of many."""
        asked = self.cleaned_data
        if asked["confirmed"]:
            return False
        many = asked["whole"] or len(set(asked["task"])) > 1
        return asked["verdict"] == Verdict.RETURN or (asked["preview"] and many)
