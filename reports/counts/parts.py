"""Submissions of one campaign below one unit, counted by child of the unit.

Every function is one statement whose cost grows with the submissions of the subtree (a range of the
path index), not with the number of its units; 15,400 submissions take a fraction of a second.
"""

from django.db.models import Count, F, Func, Q, Sum, TextField
from django.db.models.functions import Substr

from campaigns.enums import SubmissionState
from campaigns.models import Campaign, Submission
from reports.measures import REACHED, empty
from teachers.models import Organisation
from workflows.enums import Verdict
from workflows.models import Decision


def part_of(path: str, unit: Organisation, levels: int = 1) -> Func:
    """Expression: code of the child of `unit` below which a path lies; "" for the unit itself.

    With two levels "child/grandchild"; what ends before has nothing, or nothing but "/", behind it.
    """
    below = Substr(F(path), len(unit.path) + 1, output_field=TextField())
    return Func(
        below,
        template="array_to_string((string_to_array(%(expressions)s, '/'))[:%(levels)s], '/')",
        levels=levels,
        output_field=TextField(),
    )


def part_sql(path: str) -> str:
    """The same in SQL, for a column of paths; asks for %(cut)s and %(levels)s (see `cut_at`)."""
    return f"array_to_string((string_to_array(substr({path}, %(cut)s), '/'))[:%(levels)s], '/')"


def cut_at(unit: Organisation, levels: int = 1) -> dict:
    """What `part_sql` asks for."""
    return {"cut": len(unit.path) + 1, "levels": levels}


def asked_submissions(campaign: Campaign, unit: Organisation):
    """Submissions of the unit and of everything below it that have not been called off."""
    return Submission.objects.filter(
        campaign=campaign, organisation__path__startswith=unit.path
    ).exclude(state=SubmissionState.CANCELLED)


def decisions(campaign: Campaign, unit: Organisation):
    """Decisions on those submissions."""
    return Decision.objects.filter(
        case__campaign=campaign, case__organisation__path__startswith=unit.path
    ).exclude(case__submission__state=SubmissionState.CANCELLED)


def by_part(campaign: Campaign, unit: Organisation, levels: int = 1) -> dict[str, dict]:
    """Measures by child code (two statements); what is late and in time is added by ranking.py.

    levels: of the codes below the unit by which is counted (see `part_of`).
    """
    parts: dict[str, dict] = {}
    for row in _states_by_part(campaign, unit, levels):
        part = row.pop("part")
        parts[part] = {**empty(), **{k: v or 0 for k, v in row.items()}}
    for row in _returns_by_part(campaign, unit, levels):
        if row["part"] in parts:
            parts[row["part"]].update(returned=row["returned"], returns=row["returns"])
    return parts


def _states_by_part(campaign: Campaign, unit: Organisation, levels: int):
    reached = {key: Count("id", filter=Q(state__in=states)) for key, states in REACHED.items()}
    not_begun = Q(state__in=[SubmissionState.DRAFT, SubmissionState.RETURNED], records_count=0)
    return (
        asked_submissions(campaign, unit)
        .annotate(part=part_of("organisation__path", unit, levels))
        .values("part")
        .annotate(
            asked=Count("id"),
            filled=Count("id", filter=~not_begun),
            again=Count("id", filter=Q(attempt__gt=1)),
            open_returns=Count("id", filter=Q(state=SubmissionState.RETURNED)),
            records=Sum("records_count"),
            errors=Sum("errors_count"),
            warnings=Sum("warnings_count"),
            unexplained=Sum("unexplained_count"),
            **reached,
        )
        .order_by("part")
    )


def _returns_by_part(campaign: Campaign, unit: Organisation, levels: int):
    return (
        decisions(campaign, unit)
        .filter(verdict=Verdict.RETURN)
        .annotate(part=part_of("case__organisation__path", unit, levels))
        .values("part")
        .annotate(returned=Count("case", distinct=True), returns=Count("id"))
        .order_by("part")
    )
