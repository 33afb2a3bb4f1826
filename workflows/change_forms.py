"""What the pages of change requests send."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.forms import RecordForm
from teachers.changes import documents, kinds
from teachers.enums import ChangeKind
from teachers.models import ChangePolicy, Code, Organisation, Teacher
from teachers.numbers import is_teacher_number
from teachers.upload_forms import EvidenceField

#: Schools named when what was typed fits several.
SUGGESTED = 5


class ChangedRecordForm(RecordForm):
    """The part of a person's form that a change of one kind may touch."""

    def __init__(self, kind: ChangeKind, school_kind: str, *args, **kwargs) -> None:
        only = ("basic",) if kind == ChangeKind.KEY_CORRECTION else None
        form = documents.form_of(kind, school_kind)
        super().__init__(form, *args, only=only, **kwargs)
        for name, item in list(self.fields.items()):
            indicator = getattr(item, "indicator", None)
            if indicator is not None and not _is_shown(kind, indicator.set_key, indicator.key):
                del self.fields[name]


def _is_shown(kind: ChangeKind, set_key: str, key: str) -> bool:
    if kind in kinds.ARRIVALS:
        return (set_key, key) != ("basic", "person_status")
    identity = kind == ChangeKind.KEY_CORRECTION and (set_key, key) in {
        ("basic", "id_type"),
        ("basic", "id_no"),
    }
    return identity or documents.may_touch(kind, set_key, key)


class DayInput(forms.DateInput):
    """The browser's own control for a day; always ISO 8601."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DetailsForm(forms.Form):
    """What is asked beside the document: days, the other side, the new status, why, evidence.

    `draft` is False for a request that exists: who it is about and the other school stay then.
    """

    status = forms.ChoiceField(label=gettext_lazy("New status"), required=False)
    counterpart = forms.CharField(
        label=gettext_lazy("School"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Code or full name of the school."),
    )
    outside = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    effective_date = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput)
    until_date = forms.DateField(
        label=gettext_lazy("Day of return"), widget=DayInput, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    evidence = EvidenceField(label=gettext_lazy("Evidence"), required=False)

    def __init__(
        self, kind: ChangeKind, policy: ChangePolicy, *args, draft: bool = True, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = kinds.ASKED[kind]
        self._choose_status(asked)
        names_school = asked.counterpart or asked.outside == "instead"
        if draft and names_school and kind not in kinds.TRANSFERS:
            self.fields["counterpart"].required = asked.counterpart
        else:
            del self.fields["counterpart"]
        if not asked.outside:
            del self.fields["outside"]
        else:
            self._name_outside(kind, asked)
        if not asked.until:
            del self.fields["until_date"]
        else:
            self.fields["until_date"].required = asked.until == "needed"
        self.fields["reason"].required = asked.reason
        self.fields["evidence"].label = evidence_words(policy) or self.fields["evidence"].label

    def _choose_status(self, asked: kinds.Asked) -> None:
        if len(asked.statuses) < 2:
            del self.fields["status"]
            return
        names = Code.objects.filter(code_list__key="person_status", code__in=asked.statuses)
        by_code = {code.code: str(code) for code in names}
        self.fields["status"].choices = [(c, by_code.get(c, c)) for c in asked.statuses]

    def _name_outside(self, kind: ChangeKind, asked: kinds.Asked) -> None:
        item = self.fields["outside"]
        item.required = asked.outside == "needed"
        item.label = {
            ChangeKind.TRANSFER_IN: _("Comes from (school and province)"),
            ChangeKind.TRANSFER_OUT: _("Goes to (school and province)"),
        }.get(kind, _("Or another place (office, institution)"))

    def clean_counterpart(self) -> Organisation | None:
        words = self.cleaned_data["counterpart"].strip()
        if not words:
            return None
        schools = Organisation.objects.reporting()
        found = list(schools.filter(code=words)) or list(schools.filter(name=words)[:2])
        if len(found) == 1:
            return found[0]
        like = schools.filter(name__contains=words).order_by("path")[:SUGGESTED]
        names = "、".join(f"{school.name} ({school.code})" for school in like)
        if not names:
            raise ValidationError(_("No school has this code or name."))
        raise ValidationError(
            _("Which one? Enter the code: %(schools)s") % {"schools": names}, code="several"
        )

    def clean(self) -> dict:
        asked = super().clean()
        first, last = asked.get("effective_date"), asked.get("until_date")
        if first and last and last <= first:
            self.add_error("until_date", _("The day of return must lie after the first day."))
        return asked

    def chosen(self) -> dict:
        """What `editing.save` takes of this form."""
        clean = self.cleaned_data
        return {
            "outside": clean.get("outside", ""),
            "reason": clean.get("reason", ""),
            "effective_date": clean["effective_date"],
            "until_date": clean.get("until_date"),
        }

    @property
    def status_values(self) -> dict:
        """The new status as ChangeRequest.values, if it was chosen."""
        code = self.cleaned_data.get("status")
        return {"basic": {"person_status": code}} if code else {}


def evidence_words(policy: ChangePolicy) -> str:
    """What evidence the policy of a kind names, in the reader's language."""
    english = (get_language() or "").startswith("en")
    return policy.evidence_en if english and policy.evidence_en else policy.evidence


class WhoForm(forms.Form):
    """A teacher of another school, named by number and name: both must fit."""

    number = forms.CharField(label=gettext_lazy("Teacher number"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=36)

    def clean_number(self) -> str:
        number = "".join(self.cleaned_data["number"].split()).upper()
        if not is_teacher_number(number):
            raise ValidationError(_("This is no teacher number: it has 12 characters."))
        return number

    def clean(self) -> dict:
        asked = super().clean()
        self.teacher = None
        if asked.get("number") and asked.get("name"):
            self.teacher = teacher_named(asked["number"], asked["name"].strip())
            if self.teacher is None:
                raise ValidationError(
                    _("Nobody in service has this number and this name. Check both.")
                )
        return asked


def teacher_named(number: str, name: str) -> Teacher | None:
    """The person in service with this number and name; a merged number finds the kept file."""
    found = (
        Teacher.objects.filter(numbers__number=number)
        .select_related("merged_into__organisation", "organisation")
        .first()
    )
    live = (found.merged_into or found) if found else None
    fits = live is not None and live.name == name and live.status in kinds.IN_SERVICE
    return live if fits else None


class VerdictForm(forms.Form):
    """What is said on a change request's own page."""

    verdict = forms.ChoiceField(
        choices=[
            (word, word)
            for word in ("submit", "sign", "approve", "return", "refuse", "recall", "withdraw")
        ]
    )
    words = forms.CharField(max_length=1000, required=False)
    reason = forms.MultipleChoiceField(required=False)

    def __init__(self, reasons: dict[str, str], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(reasons.items())
