"""What the address bar of the inbox asks for, and the words of every value."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.enums import ProblemKind
from teachers.enums import ChangeKind, SchoolKind
from workflows.enums import DocumentKind
from workflows.flows import FLOWS, step_titles
from workflows.rule_names import NAMES as RULES

LONGEST = 80
#: value of the address bar → words on the chip
DUE = {"overdue": _("Overdue"), "today": _("Due today"), "week": _("Due within 7 days")}
#: How a document came to the desk; what a higher level has sent down is that and nothing else.
ATTEMPT = {
    "first": pgettext_lazy("attempt", "New"),
    "down": _("Sent back to me"),
    "again": _("Handed in again"),
}
LOOK = {"look": _("Needs a look"), "clean": _("Passes every rule")}
CLAIMED = {
    "me": _("Claimed by me"),
    "colleague": _("Claimed by a colleague"),
    "nobody": _("Claimed by nobody"),
}
#: What a change request or a case of problem data is about.
MATTER = {**dict(ChangeKind.choices), **dict(ProblemKind.choices)}
STEPS = {name: title for flow in FLOWS for name, title in step_titles(flow).items()}
ALLOWED = {
    "what": DocumentKind.values,
    "look": LOOK,
    "due": DUE,
    "attempt": ATTEMPT,
    "kind": SchoolKind.values,
    "step": STEPS,
    "matter": MATTER,
    "claimed": CLAIMED,
    "why": RULES,
}


@dataclass(frozen=True)
class Filters:
    """What the address bar asks for; unknown values are ignored.

    what: kind of document; kind: form of the school; matter: kind of change or of problem; why: a
    rule that found something; unit: code of an authority; after: the cursor of the last row seen.
    """

    what: str = ""
    look: str = ""
    due: str = ""
    attempt: str = ""
    kind: str = ""
    step: str = ""
    matter: str = ""
    claimed: str = ""
    campaign: str = ""
    unit: str = ""
    why: str = ""
    q: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        asked = {
            f.name: query.get(f.name, "").replace("\0", "").strip()[:LONGEST] for f in fields(cls)
        }
        for name, values in ALLOWED.items():
            if asked[name] not in values:
                asked[name] = ""
        return cls(**asked)

    def address(self, **changes: str) -> str:
        """The query string of these filters with some changed; page one again."""
        then = replace(self, **({"after": ""} | changes))
        pairs = [(f.name, getattr(then, f.name)) for f in fields(then) if getattr(then, f.name)]
        return "?" + urlencode(pairs)

    @property
    def first(self) -> str:
        """The address of the first page of the same filters."""
        return self.address() if self.narrowed else "?"

    @property
    def query(self) -> str:
        """The same without its question mark: what a saved view keeps."""
        return self.address().removeprefix("?")

    @property
    def kept(self) -> dict[str, str]:
        """What the search form sends along besides its own fields."""
        names = [f.name for f in fields(self) if f.name not in ("unit", "q", "after")]
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @property
    def narrowed(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self) if f.name != "after")

    @property
    def gathers(self) -> bool:
        """Whether the tasks must be found first: no count that is kept knows these."""
        return bool(self.q or self.why)
