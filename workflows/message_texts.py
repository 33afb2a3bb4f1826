"""The words of messages, made from their facts in the reader's language.

Facts by kind (names are {"name", "name_en"}, days ISO texts; what is missing is left out):

- DIGEST, ESCALATION: day, oldest, rows of {part: own or below, kind: a ReminderKind, document: a
  DocumentKind, count, oldest, page, campaign or null}
- RETURNED: desk, approved (the reader had approved them), count, reasons (names), documents of
  {kind, id, unit}
- EXTENDED: campaign, unit, stage, until, reason, by
- ASSIGNED: by (a person's name), count, unit (of one task), document and id (of one task)
- DELEGATED: by (a person's name), desk, role, first, last
- ACT: act (its number), verdict, done, items, failed (it was broken off)
- REROUTED: desk, count, reason
"""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import StageKind
from teachers.enums import Role
from workflows.digest_texts import digest_lines, digest_title
from workflows.enums import DocumentKind, MessageKind, Verdict
from workflows.message_lines import Line, address_of, name_of
from workflows.models import Message

DOCUMENT_PAGES = {
    DocumentKind.SUBMISSION: "workflows:submission",
    DocumentKind.CHANGE: "workflows:change",
    DocumentKind.PROBLEM: "workflows:problem",
}


def title(message: Message) -> str:
    """What it is about, in one line."""
    kind, facts = MessageKind(message.kind), message.facts
    if kind in {MessageKind.DIGEST, MessageKind.ESCALATION}:
        return digest_title(kind, facts)
    return _TITLES[kind](facts)


def lines(message: Message) -> list[Line]:
    """What it says, line by line."""
    return [line for line in _LINES[MessageKind(message.kind)](message.facts) if line.words]


def mail_text(message: Message) -> str:
    """The whole message as plain text, with the address of the site where it is known."""
    said = [f"· {line.words}" + (f" ({line.note})" if line.note else "") for line in lines(message)]
    if settings.SITE_URL:
        said += ["", settings.SITE_URL + reverse("workflows:messages")]
    return "\n".join([title(message), "", *said, "", _("Gansu teacher information")])


# --- What happened ----------------------------------------------------------------------------


def _returned_title(facts: Mapping) -> str:
    if facts.get("approved"):
        return ngettext(
            "%(desk)s returned what you had approved: %(n)d document",
            "%(desk)s returned what you had approved: %(n)d documents",
            facts["count"],
        ) % {"desk": name_of(facts.get("desk")), "n": facts["count"]}
    return ngettext(
        "%(desk)s returned %(n)d document to be corrected",
        "%(desk)s returned %(n)d documents to be corrected",
        facts["count"],
    ) % {"desk": name_of(facts.get("desk")), "n": facts["count"]}


def _returned_lines(facts: Mapping) -> list[Line]:
    found = [
        Line(
            f"{name_of(item['unit'])} · {DocumentKind(item['kind']).label}",
            address=address_of(DOCUMENT_PAGES[DocumentKind(item["kind"])], pk=item["id"]),
        )
        for item in facts.get("documents", ())
    ]
    if (rest := facts["count"] - len(found)) > 0:
        found.append(Line(ngettext("and %(n)d more", "and %(n)d more", rest) % {"n": rest}))
    reasons = _(", ").join(name_of(reason) for reason in facts.get("reasons", ()))
    return [Line(_("Reasons: %(reasons)s") % {"reasons": reasons} if reasons else ""), *found]


def _extended_title(facts: Mapping) -> str:
    return _("%(unit)s has time until %(day)s") % {
        "unit": name_of(facts.get("unit")),
        "day": facts.get("until", ""),
    }


def _extended_lines(facts: Mapping) -> list[Line]:
    campaign = facts.get("campaign") or {}
    stage = facts.get("stage")
    return [
        Line(
            f"{name_of(campaign)} · {StageKind(stage).label}" if stage else name_of(campaign),
            address=address_of("workflows:extensions"),
        ),
        Line(
            _("%(by)s: %(reason)s")
            % {"by": name_of(facts.get("by")), "reason": facts.get("reason", "")}
        ),
    ]


def _assigned_title(facts: Mapping) -> str:
    count = facts.get("count", 1)
    return ngettext(
        "%(by)s assigned %(n)d task to you", "%(by)s assigned %(n)d tasks to you", count
    ) % {"by": facts.get("by", ""), "n": count}


def _assigned_lines(facts: Mapping) -> list[Line]:
    if facts.get("id") and facts.get("document"):
        page = DOCUMENT_PAGES[DocumentKind(facts["document"])]
        return [Line(name_of(facts.get("unit")), address=address_of(page, pk=facts["id"]))]
    return [Line(_("Open the inbox"), address=address_of("workflows:inbox"))]


def _delegated_title(facts: Mapping) -> str:
    return _("You act for %(by)s from %(first)s until %(last)s") % {
        "by": facts.get("by", ""),
        "first": facts.get("first", ""),
        "last": facts.get("last", ""),
    }


def _delegated_lines(facts: Mapping) -> list[Line]:
    role = facts.get("role")
    said = [name_of(facts.get("desk")), str(Role(role).label) if role else ""]
    return [Line(" · ".join(part for part in said if part))]


def _act_title(facts: Mapping) -> str:
    values = {"done": facts.get("done", 0), "items": facts.get("items", 0)}
    values["what"] = str(Verdict(facts["verdict"]).label) if facts.get("verdict") else ""
    if facts.get("failed"):
        return _("%(what)s: broken off after %(done)d of %(items)d") % values
    return _("%(what)s: %(done)d of %(items)d done") % values


def _act_lines(facts: Mapping) -> list[Line]:
    address = address_of("workflows:act", pk=facts["act"]) if facts.get("act") else ""
    return [Line(_("The receipt says what became of each"), address=address)]


def _rerouted_title(facts: Mapping) -> str:
    count = facts.get("count", 1)
    return ngettext(
        "%(n)d case goes to %(desk)s now",
        "%(n)d cases go to %(desk)s now",
        count,
    ) % {"n": count, "desk": name_of(facts.get("desk"))}


def _rerouted_lines(facts: Mapping) -> list[Line]:
    return [Line(facts.get("reason", ""))]


Words = Callable[[Mapping], str]
_TITLES: dict[MessageKind, Words] = {
    MessageKind.RETURNED: _returned_title,
    MessageKind.EXTENDED: _extended_title,
    MessageKind.ASSIGNED: _assigned_title,
    MessageKind.DELEGATED: _delegated_title,
    MessageKind.ACT: _act_title,
    MessageKind.REROUTED: _rerouted_title,
}
_LINES: dict[MessageKind, Callable[[Mapping], list[Line]]] = {
    MessageKind.DIGEST: digest_lines,
    MessageKind.ESCALATION: digest_lines,
    MessageKind.RETURNED: _returned_lines,
    MessageKind.EXTENDED: _extended_lines,
    MessageKind.ASSIGNED: _assigned_lines,
    MessageKind.DELEGATED: _delegated_lines,
    MessageKind.ACT: _act_lines,
    MessageKind.REROUTED: _rerouted_lines,
}
