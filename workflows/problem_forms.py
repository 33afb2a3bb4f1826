"""Forms of a case of problem data: a school's answer, and how it is settled."""

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from campaigns.enums import PartyAnswer, ProblemOutcome
from campaigns.models import Problem, ProblemParty
from campaigns.problems import outcomes_of
from teachers.upload_forms import EvidenceField

#: What an answer or an outcome means, beside its name.
MEANINGS = {
    PartyAnswer.OURS: _("The person works at our school now."),
    PartyAnswer.NOT_OURS: _("The person has left us; we take the record out."),
    PartyAnswer.WRONG: _("A value of ours is wrong; we correct it."),
    PartyAnswer.OTHER: _("Ours and theirs are different persons."),
    ProblemOutcome.CORRECT: _(
        "The other side's record stays out of publication until that school corrects it."
    ),
    ProblemOutcome.TRANSFER: _("The chosen school keeps the person; other records are struck out."),
    ProblemOutcome.MERGE: _("The two files become one; the other number points to the kept one."),
    ProblemOutcome.NOT_SAME: _("Both are right. This is never asked again."),
}
WHY_NOT = {
    ProblemOutcome.TRANSFER: _("Only where one number stands in two schools."),
    ProblemOutcome.MERGE: _("Only where two numbers seem to be one person."),
    ProblemOutcome.NOT_SAME: _(
        "Two persons cannot share one number: settle it as “to be corrected”."
    ),
}


class AnswerForm(forms.Form):
    """What the school knows. `seen_at` is the answer that was on the screen, if any."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=PartyAnswer.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("How you know"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    evidence = EvidenceField(label=_("Evidence"), required=False)
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, party: ProblemParty, **kwargs) -> None:
        kwargs.setdefault("prefix", f"p{party.pk}")
        kwargs.setdefault(
            "initial",
            {
                "answer": party.answer,
                "words": party.words,
                "seen_at": party.answered_at.isoformat() if party.answered_at else "",
            },
        )
        super().__init__(*args, **kwargs)

    def clean_seen_at(self):
        try:
            return parse_datetime(self.cleaned_data["seen_at"])
        except ValueError:
            return None


class SettleForm(forms.Form):
    """The outcome, the side in whose favour it goes, and words."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=ProblemOutcome.choices)
    keeps = forms.ModelChoiceField(
        label=_("In favour of"), queryset=ProblemParty.objects.none(), required=False
    )
    words = forms.CharField(label=_("Words"), max_length=1000)

    def __init__(self, *args, problem: Problem, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keeps"].queryset = problem.parties.all()


def outcome_choices(problem: Problem) -> list[dict]:
    """The four outcomes for the screen: value, name, what it means, or why it is not open here."""
    possible = outcomes_of(problem)
    return [
        {
            "value": outcome.value,
            "label": outcome.label,
            "open": outcome in possible,
            "meaning": MEANINGS[outcome] if outcome in possible else WHY_NOT[outcome],
        }
        for outcome in ProblemOutcome
    ]


def answer_choices() -> list[dict]:
    return [
        {"value": answer.value, "label": answer.label, "meaning": MEANINGS[answer]}
        for answer in PartyAnswer
    ]
