"""Reading cases of problem data for pages and counts."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from campaigns.models import Problem, ProblemParty
from teachers.models import Post
from teachers.policies import reports_for_own_school


def listed(post: Post) -> QuerySet[Problem]:
    """Cases that the post may see, with their parties; for a list."""
    parties = ProblemParty.objects.select_related("organisation").order_by("position")
    return (
        Problem.objects.visible_to(post)
        .select_related("organisation", "campaign", "keeps__organisation")
        .prefetch_related(Prefetch("parties", queryset=parties))
        .annotate(
            asked=Count("parties", distinct=True),
            answered=Count("parties", filter=~Q(parties__answer=""), distinct=True),
        )
    )


def counts(post: Post) -> dict[str, dict[str, int]]:
    """How many cases the post may see, by state and by kind (one query)."""
    rows = (
        Problem.objects.visible_to(post)
        .values("state", "kind")
        .annotate(n=Count("pk"))
        .order_by("state", "kind")
    )
    found: dict[str, dict[str, int]] = {"state": {}, "kind": {}}
    for row in rows:
        found["state"][row["state"]] = found["state"].get(row["state"], 0) + row["n"]
        found["kind"][row["kind"]] = found["kind"].get(row["kind"], 0) + row["n"]
    return found


def waiting_for(post: Post | None) -> QuerySet[Problem]:
    """Open cases on which the post's organisation has to act: a school that has not answered."""
    if not reports_for_own_school(post) or not post.handles("problem"):
        return Problem.objects.none()
    own = ProblemParty.objects.filter(
        problem=OuterRef("pk"), organisation=post.organisation, answer=""
    )
    return Problem.objects.open().filter(Exists(own)).order_by("answer_by", "pk")


def to_settle(post: Post | None) -> QuerySet[Problem]:
    """Open cases on the desk of the post's organisation, as far as it acts there."""
    if post is None or not post.handles("problem") or post.reach != post.organisation.path:
        return Problem.objects.none()
    return Problem.objects.open().filter(organisation=post.organisation_id).order_by("pk")


__all__ = ["counts", "listed", "to_settle", "waiting_for"]
