"""The rows of the inbox in words.

A page of fifty rows says few different things. Each is translated and formatted once here, and the
template of the list only writes down what it is given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.models import Problem
from teachers.enums import SchoolKind
from teachers.models import ChangeRequest, Organisation
from teachers.working_days import Calendar
from workflows.due_words import due_css, due_words, waited_words
from workflows.enums import DocumentKind
from workflows.inbox import Page
from workflows.models import Task
from workflows.rule_names import rule_name

#: So many rules are named on a row; of the others there is the number.
MOST_RULES = 3


class Tag(NamedTuple):
    """A word in a frame; `title` is what it says to a pointer that rests on it."""

    css: str
    words: str
    title: str = ""


class Document(NamedTuple):
    """What a row says of the document itself. kind: the word beside its name, none for
    submissions; under: the small line below it (is_number: of digits that stand in columns);
    teachers: how many, as text."""

    address: str
    name: str
    under: str
    tags: tuple[Tag, ...]
    more: str = ""
    kind: str = ""
    teachers: str = ""
    is_number: bool = False


class Line(NamedTuple):
    """One row. is_answer: a submission, which may be selected; people: the teachers for whom a
    search found it."""

    key: str
    is_marked: bool
    is_answer: bool
    is_clean: bool
    select: str
    pane: str
    document: Document
    held: Tag | None
    people: list[str]
    came: str
    waited: str
    due: Tag


@dataclass(frozen=True)
class Reader:
    """Who reads the list: the key of the person, whether the desk decides (what a clerk opens is
    the school's own page), and the day and calendar by which working days are counted."""

    person: int
    decides: bool
    today: date
    calendar: Calendar


def lines(page: Page, reader: Reader, *, marked: Task | None) -> list[Line]:
    """What the list says of each row of a page; no query."""
    document = _Documents(page, reader)
    pane, select = _address("workflows:pane"), _("Select %(unit)s")
    waited = cache(lambda day: waited_words(day, reader.today))
    due = cache(lambda day: _due(day, reader))
    found = []
    for task in page.rows:
        came = timezone.localtime(task.created)
        is_answer = task.kind == DocumentKind.SUBMISSION
        found.append(
            Line(
                key=str(task.pk),
                is_marked=task is marked,
                is_answer=is_answer,
                is_clean=is_answer and not task.needs_eyes,
                select=select % {"unit": task.process.organisation} if is_answer else "",
                pane=pane % task.pk,
                document=document.of(task),
                held=_held(task, reader) if task.owner_id else None,
                people=page.found.people.get(task.pk, []),
                came=_minute(came),
                waited=waited(came.date()),
                due=due(task.due_date),
            )
        )
    return found


def _due(day: date, reader: Reader) -> Tag:
    words = due_words(day, reader.today, reader.calendar)
    return Tag(due_css(day, reader.today), words, day.isoformat())


def _held(task: Task, reader: Reader) -> Tag:
    """In whose hands a claimed task is, and since when."""
    since = _minute(timezone.localtime(task.assigned)) if task.assigned else ""
    if task.owner_id == reader.person:
        return Tag("info", _("in your hands"), since)
    return Tag("plain", _("claimed by %(who)s") % {"who": task.owner}, since)


class _Documents:
    """Says of each document what it is; words and addresses that recur are made once."""

    def __init__(self, page: Page, reader: Reader) -> None:
        self.tags = page.tags
        self.school = "" if reader.decides else reverse("workflows:school")
        self.submission = _address("workflows:submission")
        self.school_kinds = {kind.value: str(kind.label) for kind in SchoolKind}
        self.first, self.passes = pgettext("attempt", "new"), _("passes every rule")
        self.down = Tag("info", _("Sent back to me"))
        self.again = Tag("info", _("Handed in again"))
        self.found = cache(lambda css, rule, n: Tag(css, f"{rule_name(rule)} {n}"))

    def of(self, task: Task) -> Document:
        if task.kind == DocumentKind.SUBMISSION:
            return self._submission(task)
        case, origin = task.process, self._origin(task)
        if task.kind == DocumentKind.CHANGE:
            return self._change(case.change, case.organisation, origin)
        return self._problem(case.problem, origin)

    def _origin(self, task: Task) -> tuple[Tag, ...]:
        """How it came to this desk, where that says something."""
        if task.is_sent_down:
            return (self.down,)
        return (self.again,) if task.is_again else ()

    def _submission(self, task: Task) -> Document:
        submission, unit = task.process.submission, task.process.organisation
        rules = self.tags.get(submission.pk, [])
        more = ""
        if len(rules) > MOST_RULES:
            more = _("and %(n)s more") % {"n": len(rules) - MOST_RULES}
        elif not rules and not task.needs_eyes:
            more = self.passes
        kind = self.school_kinds.get(unit.school_kind, unit.school_kind)
        return Document(
            address=self.school or self.submission % submission.pk,
            name=str(unit),
            under=f"{unit.code} · {kind} · {self._attempt(submission)}",
            teachers=str(submission.records_count),
            tags=(*self._origin(task), *self._rules(rules)),
            more=more,
        )

    def _attempt(self, submission) -> str:
        if submission.attempt > 1:
            return _("attempt %(n)s") % {"n": submission.attempt}
        return self.first if submission.attempt == 1 else submission.get_state_display()

    def _rules(self, rules: list[dict]) -> Iterable[Tag]:
        for row in rules[:MOST_RULES]:
            css = "warn" if row["unexplained"] else "plain"
            yield self.found("bad" if row["severity"] == "error" else css, row["rule"], row["n"])

    def _change(
        self, change: ChangeRequest, unit: Organisation, origin: tuple[Tag, ...]
    ) -> Document:
        units = [unit, change.counterpart] if change.counterpart else [unit]
        return Document(
            address=reverse("workflows:change", args=[change.pk]),
            name=change.name or "—",
            kind=_("Change request"),
            under=" · ".join([*map(str, units), unit.code]),
            tags=(*origin, Tag("plain", change.get_kind_display())),
            more=_("from %(day)s") % {"day": change.effective_date},
        )

    def _problem(self, problem: Problem, origin: tuple[Tag, ...]) -> Document:
        parties = list(problem.parties.all())
        answered = sum(1 for party in parties if party.answer)
        return Document(
            address=reverse("workflows:problem", args=[problem.pk]),
            name=" / ".join(str(party.organisation) for party in parties),
            kind=_("Problem data"),
            is_number=True,
            under=" · ".join([f"#{problem.pk}", *(p.organisation.code for p in parties)]),
            tags=(*origin, Tag("bad", problem.get_kind_display())),
            more=_("%(n)s of %(of)s answered") % {"n": answered, "of": len(parties)},
        )


def _address(name: str) -> str:
    """The address of a page of one object, with %d in place of its key."""
    return reverse(name, args=[0]).replace("/0/", "/%d/")


def _minute(at) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
