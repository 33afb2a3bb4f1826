"""What became of each item of a decision."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows import separation
from workflows.enums import DocumentKind, HoldingKind, OutcomeKind, Verdict

#: Outcomes for which somebody else's decision stands in the way.
BY_ANOTHER = {OutcomeKind.ALREADY_DECIDED, OutcomeKind.LATER_LEVEL}


class Outcome(NamedTuple):
    """One item: done, or why not. `decided_by` and `decided_at` tell who was quicker,
    and `acting_for` for whom.

    `document` (a DocumentKind) and `document_id` name what it was about. `rules` are the codes of
    the rules of separation that stand against it; `claimed_by` is who has it in hand.
    """

    task_id: int
    kind: OutcomeKind
    document: str = ""
    document_id: int | None = None
    organisation: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    verdict: str = ""
    acting_for: str = ""
    rules: tuple[str, ...] = ()
    claimed_by: str = ""

    @property
    def submission_id(self) -> int | None:
        return self.document_id if self.document == DocumentKind.SUBMISSION else None

    @property
    def address(self) -> str:
        """The page of what it was about; "" if that is not known."""
        pages = {
            DocumentKind.SUBMISSION: "workflows:submission",
            DocumentKind.CHANGE: "workflows:change",
        }
        page = pages.get(self.document)
        return reverse(page, args=[self.document_id]) if page else ""

    @property
    def done(self) -> bool:
        return self.kind == OutcomeKind.DONE

    @property
    def decider(self) -> str:
        """Who decided it, and for whom."""
        if not self.acting_for:
            return self.decided_by
        return _("%(who)s (acting for %(holder)s)") % {
            "who": self.decided_by,
            "holder": self.acting_for,
        }

    @property
    def text(self) -> str:
        """One sentence for the person who pressed the button."""
        if self.kind in BY_ANOTHER and self.decided_at:
            return _("%(who)s decided this on %(when)s: %(verdict)s.") % {
                "who": self.decider,
                "when": date_format(timezone.localtime(self.decided_at), "Y-m-d H:i"),
                "verdict": Verdict(self.verdict).label,
            }
        if self.kind == OutcomeKind.OWN_WORK and self.rules:
            return separation.sentence(self.rules)
        if self.kind == OutcomeKind.CLAIMED and self.claimed_by:
            return _("%(who)s has claimed it.") % {"who": self.claimed_by}
        return str(OutcomeKind(self.kind).label)


@dataclass(frozen=True)
class Receipt:
    """The outcomes of one act, in the order asked. `verdict` is what was said or done."""

    verdict: Verdict | HoldingKind
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def done(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.done]

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.done]
