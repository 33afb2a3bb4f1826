"""The form on which a manager draws up a campaign."""

from collections.abc import Iterator
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.enums import StageKind
from teachers.enums import OrganisationKind, OrganiserKind, SchoolKind
from teachers.models import IndexVersion, IndicatorSet, Organisation, Post

CATEGORIES = [
    ("1", _("Teaching posts")),
    ("2", _("Other technical posts")),
    ("3", _("Management posts")),
    ("4", _("Workers' posts")),
]
#: Length in days of each stage that a new timetable proposes.
USUAL_DAYS = {
    StageKind.PREPARATION: 14,
    StageKind.COLLECTION: 28,
    StageKind.COUNTY_REVIEW: 14,
    StageKind.CITY_REVIEW: 7,
    StageKind.PROVINCE_REVIEW: 7,
    StageKind.CLOSING: 7,
}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CampaignForm(forms.Form):
    """Converts what was typed; whether it is a sound campaign is for `create_campaign` to say."""

    code = forms.RegexField(
        r"^[A-Za-z0-9-]{2,20}$",
        label=_("Code"),
        help_text=_("Letters, digits and hyphens; it stands in addresses and file names."),
        error_messages={"invalid": _("Use two to twenty letters, digits or hyphens.")},
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    scope = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Organisations"), to_field_name="code"
    )
    school_kinds = forms.MultipleChoiceField(
        label=_("Forms of school"),
        choices=SchoolKind.choices,
        initial=SchoolKind.values,
        widget=forms.CheckboxSelectMultiple,
    )
    organiser_kinds = forms.MultipleChoiceField(
        label=_("Organisers of the school"),
        choices=OrganiserKind.choices,
        initial=OrganiserKind.values,
        widget=forms.CheckboxSelectMultiple,
    )
    counts_contract_staff = forms.BooleanField(
        label=_("Count staff under a contract of more than one year"), required=False, initial=True
    )
    post_categories = forms.MultipleChoiceField(
        label=_("Posts that count as teachers"),
        choices=CATEGORIES,
        initial=["1", "2", "3"],
        widget=forms.CheckboxSelectMultiple,
    )
    return_days = forms.IntegerField(
        label=_("Working days to answer a return"), min_value=1, max_value=60, initial=5
    )
    sampling_share = forms.IntegerField(
        label=_("Share of submissions drawn for a look"),
        min_value=0,
        max_value=100,
        initial=10,
        help_text=_(
            "In percent; 0: nothing is drawn and nothing is asked before approving in bulk."
        ),
    )
    sampling_least = forms.IntegerField(
        label=_("Submissions drawn at least"), min_value=1, max_value=1000, initial=5
    )
    sampling_limit = forms.IntegerField(
        label=_("Highest error rate of a draw"),
        min_value=0,
        max_value=100,
        initial=5,
        help_text=_("In percent; above it nothing may be approved in bulk."),
    )
    asked = forms.MultipleChoiceField(label=_("Information asked"))

    def __init__(self, *args, post: Post, version: IndexVersion, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sets = list(IndicatorSet.objects.filter(version=version).order_by("position", "id"))
        self.units = list(
            Organisation.objects.visible_to(post)
            .valid_on(today)
            .exclude(kind=OrganisationKind.SCHOOL)
            .order_by("path")
        )
        self.fields["scope"].queryset = Organisation.objects.filter(
            pk__in=[unit.pk for unit in self.units]
        )
        self.fields["scope"].initial = [post.organisation.code]
        offered = [f"{kind}:{own.key}" for own in self.sets for kind in own.school_kinds]
        self.fields["asked"].choices = [(value, value) for value in offered]
        self.fields["asked"].initial = offered
        self._add_stages(today)

    def _add_stages(self, today: date) -> None:
        day = today + timedelta(days=7 - today.weekday())
        for kind in StageKind:
            last = day + timedelta(days=USUAL_DAYS[kind] - 1)
            for name, label, initial in [
                ("starts", _("First day"), day),
                ("ends", _("Last day"), last),
            ]:
                self.fields[f"{kind}_{name}"] = forms.DateField(
                    label=label, widget=DayInput(), initial=initial
                )
            day = last + timedelta(days=1)

    def stages(self) -> dict[StageKind, tuple[date, date]]:
        """The timetable as `create_campaign` wants it."""
        data = self.cleaned_data
        return {kind: (data[f"{kind}_starts"], data[f"{kind}_ends"]) for kind in StageKind}

    def questions(self) -> dict[str, list[str]]:
        """Form letter to the sub-sets asked of it, in the order of the index system."""
        chosen = set(self.cleaned_data["asked"])
        return {
            kind: [own.key for own in self.sets if f"{kind}:{own.key}" in chosen]
            for kind in self.cleaned_data["school_kinds"]
        }

    def sampling(self) -> dict[str, int]:
        """The sample that the authorities look at before they approve in bulk."""
        names = ("sampling_share", "sampling_least", "sampling_limit")
        return {name: self.cleaned_data[name] for name in names}

    # --- What the template walks ----------------------------------------------------------
    def timetable(self) -> Iterator[tuple[StageKind, forms.BoundField, forms.BoundField]]:
        for kind in StageKind:
            yield kind, self[f"{kind}_starts"], self[f"{kind}_ends"]

    def grid(self) -> Iterator[tuple[IndicatorSet, list[tuple[str, bool] | None]]]:
        """Each sub-set with, by form, (value, chosen), or None where it is not offered."""
        chosen = set(self["asked"].value() or ())
        for own in self.sets:
            cells = [
                (f"{kind}:{own.key}", f"{kind}:{own.key}" in chosen)
                if kind in own.school_kinds
                else None
                for kind in SchoolKind.values
            ]
            yield own, cells

    def tree(self) -> list[tuple[Organisation, bool, list[tuple[Organisation, bool]]]]:
        """Cities with their counties; universities and departments alone; with what is chosen."""
        chosen = {str(value) for value in self["scope"].value() or ()}
        top = min((unit.depth for unit in self.units), default=0)
        branches = []
        for unit in self.units:
            entry = (unit, unit.code in chosen)
            if unit.depth <= top + 1 or not branches:
                branches.append((*entry, []))
            else:
                branches[-1][2].append(entry)
        kinds = OrganisationKind.values
        return sorted(branches, key=lambda branch: kinds.index(branch[0].kind))
