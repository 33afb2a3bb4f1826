"""What is filled in at a desk: claims, delegations, hand-overs, posts."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teachers.index.forms import DayInput
from teachers.models import Organisation, Post, User
from workflows.enums import DocumentKind
from workflows.forms import MOST_AT_ONCE, Numbers

LONGEST = 200


class HoldForm(forms.Form):
    """Tasks; to whom they go and why, where that is asked; `confirmed` once it was."""

    task = Numbers(required=True)
    to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    reason = forms.CharField(max_length=LONGEST, required=False)
    confirmed = forms.BooleanField(required=False)

    def clean_task(self) -> list[int]:
        tasks = self.cleaned_data["task"]
        if len(tasks) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Mark at most %(most)d at once.") % {"most": MOST_AT_ONCE}
            )
        return tasks

    @property
    def problem(self) -> str:
        """One sentence that says what to do next."""
        if "task" in self.errors and not self.data.getlist("task"):
            return _("Nothing was selected: mark at least one row.")
        return " ".join(message for messages in self.errors.values() for message in messages)


class Person(forms.ModelChoiceField):
    """One of some colleagues, by name and account."""

    def label_from_instance(self, user: User) -> str:
        return f"{user.name}（{user.username}）" if user.name else user.username


class DelegationForm(forms.Form):
    """Who acts under a post, from when to when, in what, and why."""

    to = Person(User.objects.none(), label=gettext_lazy("Acts for the holder"))
    valid_from = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only documents of these kinds"),
        choices=DocumentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None marked: all of them."),
    )
    within = forms.CharField(
        label=gettext_lazy("Only for the unit with this code"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("A county or school below the desk; empty: everything."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST,
        help_text=gettext_lazy("Leave, a journey, training … It stands beside the delegation."),
    )

    def __init__(self, *args, held: Post, colleagues: list[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        others = [user.pk for user in colleagues if user.pk != held.user_id]
        self.fields["to"].queryset = User.objects.filter(pk__in=others).order_by("name", "pk")

    def clean_within(self) -> Organisation | None:
        code = self.cleaned_data["within"].replace("\0", "").strip()
        if not code:
            return None
        unit = Organisation.objects.within(self.held.organisation).filter(code=code).first()
        if unit is None:
            raise forms.ValidationError(
                _("“%(code)s” is no unit below %(unit)s: look its code up.")
                % {"code": code, "unit": self.held.organisation}
            )
        return unit

    def values(self) -> dict:
        """The arguments of `actions.delegate`, after `is_valid()`."""
        data = self.cleaned_data
        return {
            "to": data["to"],
            "valid_from": data["valid_from"],
            "valid_to": _day_after(data["last_day"]),
            "kinds": data["kinds"],
            "within": data["within"],
            "reason": data["reason"],
        }


def _day_after(day: date) -> date:
    """Periods are half-open; people name the last day."""
    return day + timedelta(days=1) if day < date.max else day


class HandOverForm(forms.Form):
    """Who takes over what the person has claimed, and why the post ends."""

    to = Person(
        User.objects.none(),
        label=gettext_lazy("Claimed tasks go to"),
        required=False,
        empty_label=gettext_lazy("back to the desk"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST,
        help_text=gettext_lazy("Transfer, retirement, another task … It is kept in the log."),
    )

    def __init__(self, *args, held: Post, colleagues: list[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = [user.pk for user in colleagues if user.pk != held.user_id]
        self.fields["to"].queryset = User.objects.filter(pk__in=others).order_by("name", "pk")


class AppointForm(forms.Form):
    """Who gets the post, by the name of the account."""

    username = forms.CharField(
        label=gettext_lazy("Account"),
        max_length=150,
        help_text=gettext_lazy("The name with which the person signs in."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=LONGEST)

    def clean_username(self) -> User:
        name = self.cleaned_data["username"].replace("\0", "").strip()
        user = User.objects.filter(username=name).first()
        if user is None:
            raise forms.ValidationError(
                _("There is no account “%(name)s”: check the spelling.") % {"name": name}
            )
        return user
