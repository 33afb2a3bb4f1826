"""How every figure is counted, what is not collected, and the seal of the stage's ledger."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import words
from reports.sections.blocks import Block, text
from reports.terms import terms


def blocks(figures: dict) -> list[Block]:
    return [
        Block("terms", {"columns": columns(terms(figures))}),
        text(
            _(
                "Training held outside the system is not collected; who has signed in and read the "
                "notice is counted in the report on the preparation. Questions are counted where "
                "they are written on a submission; those asked elsewhere are not."
            ),
            pgettext("report", "Not collected"),
        ),
        seal(figures),
    ]


def columns(rows: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two columns of about the same length of text."""
    half = sum(len(meaning) + 20 for _term, meaning in rows) / 2
    left, used = 0, 0
    while left < len(rows) and used < half:
        used += len(rows[left][1]) + 20
        left += 1
    bound = [(term, words.whole_end(meaning)) for term, meaning in rows]
    return [bound[:left], bound[left:]]


def seal(figures: dict) -> Block:
    """The root that holds every decision until the close of the stage."""
    title = _("Seal of the ledger of decisions")
    found = figures["seals"]["of_stage"]
    if found is None:
        said = _(
            "This stage has not been sealed: its ledger is sealed when the stage closes, and the "
            "next issue prints the root."
        )
        return text(said, title)
    said = _(
        "Seal no. %(number)s of %(moment)s holds the decisions on %(cases)s cases of the whole "
        "campaign. Whoever has the ledger can compute its root again; a decision changed later "
        "would show."
    ) % {
        "number": found["number"],
        "moment": words.moment(found["at"]),
        "cases": words.number(found["cases"]),
    }
    root = found["root"]
    groups = [root[i : i + 8] for i in range(0, len(root), 8)]
    return Block("seal", {"text": said, "root": " ".join(groups)}, title)
