"""The words of digests: what is due on the own desk, and what is late below."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.enums import DocumentKind, MessageKind, ReminderKind
from workflows.message_lines import Line, address_of, name_of

#: Filters of a page that show what a row of a digest counts.
SHOWS = {("workflows:inbox", ReminderKind.OVERDUE): "?due=overdue"}


def digest_title(kind: MessageKind, facts: Mapping) -> str:
    counts = _counts(facts, "own" if kind == MessageKind.DIGEST else "below")
    late = counts[ReminderKind.OVERDUE] or counts[ReminderKind.ESCALATED]
    if kind == MessageKind.ESCALATION:
        return ngettext(
            "%(n)d task of units below is late", "%(n)d tasks of units below are late", late
        ) % {"n": late}
    said = []
    if late:
        said.append(ngettext("%(n)d overdue", "%(n)d overdue", late) % {"n": late})
    if soon := counts[ReminderKind.SOON]:
        said.append(ngettext("%(n)d due soon", "%(n)d due soon", soon) % {"n": soon})
    return _("On your desk: %(what)s") % {"what": _(", ").join(said)}


def _counts(facts: Mapping, part: str) -> dict[str, int]:
    counts = dict.fromkeys(ReminderKind, 0)
    for row in facts.get("rows", ()):
        if row["part"] == part:
            counts[ReminderKind(row["kind"])] += row["count"]
    return counts


def digest_lines(facts: Mapping) -> list[Line]:
    return [_line(row) for row in facts.get("rows", ())]


def _line(row: Mapping) -> Line:
    kind, document = ReminderKind(row["kind"]), DocumentKind(row["document"])
    about = name_of(row["campaign"]) if row.get("campaign") else str(document.label)
    if row["part"] == "below":
        words = ngettext(
            "%(about)s: %(n)d task below is late",
            "%(about)s: %(n)d tasks below are late",
            row["count"],
        )
    elif kind == ReminderKind.SOON:
        words = ngettext(
            "%(about)s: %(n)d task is due soon",
            "%(about)s: %(n)d tasks are due soon",
            row["count"],
        )
    elif kind == ReminderKind.OVERDUE:
        words = ngettext(
            "%(about)s: %(n)d task is overdue",
            "%(about)s: %(n)d tasks are overdue",
            row["count"],
        )
    else:
        words = ngettext(
            "%(about)s: the superior has been told of %(n)d task",
            "%(about)s: the superior has been told of %(n)d tasks",
            row["count"],
        )
    return Line(
        words % {"about": about, "n": row["count"]},
        tone="warn" if kind == ReminderKind.SOON else "bad",
        note=_("due since %(day)s") % {"day": row["oldest"]}
        if kind != ReminderKind.SOON
        else _("due from %(day)s") % {"day": row["oldest"]},
        address=_page(row, kind),
    )


def _page(row: Mapping, kind: ReminderKind) -> str:
    page = row.get("page", "")
    if page == "campaigns:progress":
        return address_of(page, code=row["campaign"]["code"])
    return address_of(page) + (
        SHOWS.get((page, kind), "") if row["document"] == "submission" else ""
    )
