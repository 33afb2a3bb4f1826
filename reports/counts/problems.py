"""What the rules found: in single records, and between records of several schools."""

from django.db.models import Count, Exists, OuterRef, Q

from campaigns.enums import ProblemState
from campaigns.models import Campaign, Finding, Problem, ProblemParty
from reports.counts.parts import asked_submissions
from teachers.models import Organisation


def findings_by_rule(campaign: Campaign, unit: Organisation) -> list[dict]:
    return list(
        Finding.objects.filter(submission__in=asked_submissions(campaign, unit))
        .values("rule", "severity")
        .annotate(
            count=Count("id"),
            submissions=Count("submission", distinct=True),
            explained=Count("id", filter=~Q(explanation="")),
        )
        .order_by("severity", "-count", "rule")
    )


def problems_by_kind(campaign: Campaign, unit: Organisation) -> list[dict]:
    """Problem data to which a unit of the subtree is party: found, settled, gone, open.

    One between two counties counts in both of them and once in their city.
    """
    inside = ProblemParty.objects.filter(
        problem=OuterRef("pk"), organisation__path__startswith=unit.path
    )

    def number(state: ProblemState) -> Count:
        return Count("id", filter=Q(state=state))

    return list(
        Problem.objects.filter(Exists(inside), campaign=campaign)
        .values("kind")
        .annotate(
            found=Count("id"),
            settled=number(ProblemState.SETTLED),
            vanished=number(ProblemState.VANISHED),
            open=number(ProblemState.OPEN),
        )
        .order_by("-found", "kind")
    )
