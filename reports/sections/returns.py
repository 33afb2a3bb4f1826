"""Returns: reasons, answers, rework."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import words
from reports.measures import rate
from reports.sections.blocks import Block, bars, cell, head, table, text


def blocks(figures: dict) -> list[Block]:
    found = [
        summary(figures),
        reasons(figures),
        answers(figures),
        attempts(figures),
        worst(figures),
    ]
    return [block for block in found if block is not None]


def summary(figures: dict) -> Block:
    found = figures["returns"]
    if not found["decisions"]:
        return text(_("Nothing was returned."))
    keys = ("decisions", "submissions", "answered", "open")
    return text(
        _(
            "Returns: %(decisions)s, units concerned: %(submissions)s; answered by a new "
            "signature: %(answered)s, still with the schools: %(open)s."
        )
        % {key: words.number(found[key]) for key in keys}
    )


def reasons(figures: dict) -> Block | None:
    rows = figures["returns"]["reasons"]
    if not rows:
        return None
    given, most = sum(row["count"] for row in rows), max(row["count"] for row in rows)
    bars_ = [
        {
            "label": words.name(row),
            "width": f"{100 * row['count'] / most:.1f}",
            "count": words.number(row["count"]),
            "rate": words.percent(rate(row["count"], given)),
        }
        for row in rows
    ]
    note = _("One return may give several reasons; the share is that of all reasons given.")
    return bars(pgettext("report", "Reasons"), bars_, note=note, wide=True)


def answers(figures: dict) -> Block | None:
    """How fast returns were answered, in working days."""
    found = figures["returns"]
    if not found["decisions"]:
        return None
    allowed = {"days": found["allowed"]}
    days = "—" if found["answer_days"] is None else f"{found['answer_days']:g}"
    in_time = words.percent(rate(found["in_time"], found["answered"]))
    rows = [
        (_("Returns to the school that were answered"), words.number(found["answered"])),
        (_("Working days to the answer (median)"), days),
        (
            _("Answered within %(days)s working days") % allowed,
            words.with_note(words.number(found["in_time"]), in_time)
            if found["answered"]
            else words.number(0),
        ),
        (_("Not answered, %(days)s working days over") % allowed, words.number(found["late"])),
    ]
    heads = [head(pgettext("report", "Figure"), "l half"), head(pgettext("report", "Number"))]
    cells = [[cell(label, "l"), cell(value)] for label, value in rows]
    return table(pgettext("report", "Answers"), heads, cells)


def attempts(figures: dict) -> Block | None:
    """How often the units handed in."""
    rows = [row for row in figures["rework"]["attempts"] if row["attempt"]]
    if not rows:
        return None
    whole = sum(row["count"] for row in rows)
    bars_ = [
        {
            "label": ngettext("%(count)s time", "%(count)s times", row["attempt"])
            % {"count": row["attempt"]},
            "width": f"{100 * row['count'] / whole:.1f}",
            "count": words.number(row["count"]),
            "rate": words.percent(rate(row["count"], whole)),
        }
        for row in rows
    ]
    note = _("Units by how often they handed in; the share is that of all that have handed in.")
    return bars(pgettext("report", "Rework"), bars_, note=note)


def worst(figures: dict) -> Block | None:
    rows = figures["rework"]["worst"]
    if not rows:
        return None
    heads = [
        head(pgettext("report", "Unit"), "l half"),
        head(pgettext("report", "Times handed in")),
    ]
    cells = [[cell(words.name(row), "l"), cell(row["attempt"])] for row in rows]
    return table(_("Handed in more than twice"), heads, cells)
