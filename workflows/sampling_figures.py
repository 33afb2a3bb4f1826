"""The draws of the sampling desks as figures, for reports."""

from campaigns.enums import StageKind
from campaigns.models import Campaign
from teachers.models import Organisation
from workflows import sampling_statements as statements
from workflows.flows import step, steps
from workflows.models import Draw


def draws_of(
    campaign: Campaign, *, within: Organisation, stage: StageKind | None = None
) -> list[dict]:
    """Every draw of a unit and of all below it in a campaign, ready for JSON; two statements.

    stage: only the draws of the desks that review in it; all if left out. In the order of the
    units' paths and of the draws. Each is

        {"organisation": {"code", "name", "name_en"}, "role", "stage", "number",
         "at" (ISO 8601), "by" (name), "seed" (32 hex digits),
         "population" (submissions drawn from), "drawn", "judged", "errors", "open", "gone",
         "rate" (0 to 1, None while nothing is judged), "interval" ([low, high] or None, 95 %),
         "share", "least", "limit" (percent, submissions, percent: what the campaign asked then),
         "finished" (nothing is open), "passed" (finished, and the rate is not above the limit)}

    `gone` are those that the school took back or got back before they were judged. Seed and
    `population` give the draw again: `manage.py check_draws`.
    """
    draws = (
        Draw.objects.filter(campaign=campaign, organisation__path__startswith=within.path)
        .select_related("organisation", "by")
        .defer("population")
        .order_by("organisation__path", "role", "number")
    )
    if stage is not None:
        draws = draws.filter(step__in=[node.name for node in steps() if node.stage == stage])
    rows = list(draws)
    found = statements.found_in([row.pk for row in rows]) if rows else {}
    return [_figures(row, found[row.pk]) for row in rows]


def _figures(draw: Draw, found: statements.Found) -> dict:
    errors, unit = found.errors, draw.organisation
    return {
        "organisation": {"code": unit.code, "name": unit.name, "name_en": unit.name_en},
        "role": draw.role,
        "stage": str(step(draw.step).stage.value),
        "number": draw.number,
        "at": draw.at.isoformat(),
        "by": draw.by.name,
        "seed": draw.seed,
        "population": draw.population_count,
        "drawn": found.drawn,
        "judged": found.judged,
        "errors": found.wrong,
        "open": found.open,
        "gone": found.gone,
        "rate": errors.rate,
        "interval": list(errors.interval) if errors.interval else None,
        "share": draw.share,
        "least": draw.least,
        "limit": draw.limit,
        "finished": found.is_finished,
        "passed": found.is_finished and errors.within(draw.limit),
    }
