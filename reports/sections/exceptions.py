"""What departed from the rule, each list with its reason or with the word that there is none."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.sections.blocks import Block, cell, head, table, text
from workflows.separation import sentence


def blocks(figures: dict) -> list[Block]:
    lists = [
        extensions(figures["extensions"]),
        exemptions(figures["exemptions"]),
        delegations(figures["delegations"]),
        separation(figures["separation"]),
    ]
    missing = [name for name, block in zip(_names(), lists, strict=True) if block is None]
    explained = sum(row["explained"] for row in figures["findings"])
    shown = [block for block in lists if block is not None]
    shown.append(
        text(
            _("Warnings of the checks that were accepted with an explanation: %(count)s.")
            % {"count": words.number(explained)}
        )
    )
    if missing:
        names = pgettext("between names in a list", ", ").join(missing)
        shown.append(text(_("There were none of these: %(names)s.") % {"names": names}))
    return shown


def _names() -> list[str]:
    return [
        pgettext("report", "extensions"),
        pgettext("report", "exemptions"),
        pgettext("report", "decisions for others"),
        pgettext("report", "exceptions to the separation of duties"),
    ]


def _note(found: dict) -> str:
    left = found["count"] - len(found["rows"])
    return _("%(count)s more are on the screen.") % {"count": words.number(left)} if left else ""


def extensions(found: dict) -> Block | None:
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Stage"), "l"),
        head(pgettext("report", "Until"), "l"),
        head(pgettext("report", "Reason"), "l wide"),
    ]
    cells = [
        [
            cell(words.name(row), "l"),
            cell(words.stage_title(row["stage"]), "l"),
            cell(words.day(row["until"]), "l"),
            cell(row["reason"], "l"),
        ]
        for row in found["rows"]
    ]
    title = pgettext("report", "Extensions")
    return table(title, heads, cells, note=_note(found)) if cells else None


def exemptions(found: dict) -> Block | None:
    heads = [
        head(pgettext("report", "Unit"), "l wide"),
        head(pgettext("report", "Day"), "l"),
        head(pgettext("report", "Reason"), "l wide"),
    ]
    cells = [
        [cell(words.name(row), "l"), cell(words.day(row["day"]), "l"), cell(row["words"], "l")]
        for row in found["rows"]
    ]
    title = pgettext("report", "Exemptions: units of which nothing more is asked")
    return table(title, heads, cells, note=_note(found)) if cells else None


def delegations(found: dict) -> Block | None:
    heads = [
        head(pgettext("report", "Desk"), "l wide"),
        head(pgettext("report", "Holder of the post"), "l"),
        head(pgettext("report", "Acted for the holder"), "l"),
        head(pgettext("report", "From"), "l"),
        head(pgettext("report", "Until"), "l"),
        head(pgettext("report", "Decisions")),
    ]
    cells = [
        [
            cell(words.name(row), "l"),
            cell(row["holder"], "l"),
            cell(row["to"], "l"),
            cell(words.day(row["first"]), "l"),
            cell(words.day_before(row["until"]), "l"),
            cell(row["decisions"]),
        ]
        for row in found["rows"]
    ]
    title = pgettext("report", "Decisions for others")
    return table(title, heads, cells, note=_note(found)) if cells else None


def separation(found: dict) -> Block | None:
    heads = [
        head(pgettext("report", "Unit"), "l"),
        head(pgettext("report", "Step"), "l"),
        head(pgettext("report", "Decided by"), "l"),
        head(pgettext("report", "Rule"), "l wide"),
    ]
    cells = [
        [
            cell(row["unit"], "l"),
            cell(words.step(row["step"]), "l"),
            cell(words.with_note(row["person"], row["desk"]), "l"),
            cell(sentence(row["rules"]), "l bad"),
        ]
        for row in found["rows"]
    ]
    title = pgettext("report", "Exceptions to the separation of duties")
    return table(title, heads, cells, note=_note(found)) if cells else None
