"""One conclusion: a sentence made from figures, under one of five headings."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from reports import words

GOOD, PLAIN, BAD = "good", "plain", "bad"


class Heading(StrEnum):
    """Under what a conclusion stands, in the order of the page."""

    DONE = "done"
    BEHIND = "behind"
    WORSE = "worse"
    QUALITY = "quality"
    TO_DO = "to_do"

    @property
    def title(self) -> str:
        return {
            Heading.DONE: pgettext("report", "What is done"),
            Heading.BEHIND: pgettext("report", "Who is behind"),
            Heading.WORSE: pgettext("report", "What changed since the last issue"),
            Heading.QUALITY: pgettext("report", "Quality and review"),
            Heading.TO_DO: pgettext("report", "What is to be done by when"),
        }[self]


@dataclass(frozen=True)
class Point:
    """One conclusion. `template` holds %(name)s places; `params` fills them.

    `strong` names the places that are set off; `heading` under which it stands.
    """

    rule: str
    tone: str
    template: str
    params: dict
    strong: tuple[str, ...] = ()
    heading: Heading = Heading.DONE

    @property
    def text(self) -> str:
        return self.template % self.params

    @property
    def html(self) -> SafeString:
        filled = {
            key: format_html("<b>{}</b>", value)
            if key in self.strong
            else conditional_escape(value)
            for key, value in self.params.items()
        }
        return words.whole_end(SafeString(str(conditional_escape(self.template)) % filled))
