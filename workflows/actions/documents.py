"""Opening the cases of change requests, and settling problem data."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import problems
from campaigns.models import Problem, ProblemParty
from teachers import working_days
from teachers.models import ChangePolicy, ChangeRequest, Post, User
from teachers.refusals import NotAllowed, Refusal
from workflows import opening_statements, routes
from workflows.actions.moving import move_cases
from workflows.enums import DocumentKind, OutcomeKind, Verdict
from workflows.flows import ChangeFlow, Standing, steps
from workflows.models import Task
from workflows.screening import candidates, objection


class NotAtThisDesk(NotAllowed):
    code = "not_at_this_desk"


class CannotSettle(Refusal):
    code = "cannot_settle"


@transaction.atomic
def open_change(change: ChangeRequest, *, by: User, post: Post, at: datetime) -> None:
    """Open the case of a change request with its frozen route and the clerk's task.

    The route follows the policy of its kind. Opening twice opens one case. Raises NotAtThisDesk
    when the post is not of the school that asks.
    """
    if post.organisation_id != change.organisation_id or post.user_id != by.pk:
        raise NotAtThisDesk(_("Only the school itself asks for this change."))
    policy = ChangePolicy.objects.get(kind=change.kind)
    route = routes.frozen(ChangeFlow, routes.trace(ChangeFlow, standing_of(change, policy)))
    working_days.hold()
    calendar = working_days.calendar_of(change.organisation)
    due = calendar.after(timezone.localdate(at), policy.days)
    opening_statements.open_documents(
        kind=DocumentKind.CHANGE.value,
        rows=[
            (change.pk, change.organisation_id, route.pk, change.organisation_id, due, policy.days)
        ],
        first=steps(ChangeFlow)[0],
        at=at,
    )


def standing_of(change: ChangeRequest, policy: ChangePolicy) -> Standing:
    """Both sides of a change and what its policy wants of them."""
    own, other = change.organisation, change.counterpart
    both = [own, other] if other else [own]
    by_path = routes.units_above(both)
    known = by_path | {unit.path: unit for unit in both}
    return Standing(
        own=routes.authorities_above(own, by_path),
        other=routes.authorities_above(other, by_path) if other else {},
        counterpart=other,
        superior=known[routes.superior_of(own, other)] if other else None,
        reach=policy.reach,
        releasing=policy.releasing,
        superior_decides=policy.superior,
    )


@transaction.atomic
def settle(
    problem: Problem,
    *,
    outcome: str,
    keeps: ProblemParty | None,
    words: str,
    by: User,
    post: Post,
    at: datetime,
) -> None:
    """The common superior settles a case of problem data; the decision stands in the ledger.

    outcome: a ProblemOutcome. keeps: the party in whose favour it goes (transfer, merge, correct).
    Locks the problem, re-reads, checks, writes, then carries it out in register and campaign.
    Raises CannotSettle, and what `campaigns.problems.settle` raises.
    """
    Problem.objects.select_for_update().get(pk=problem.pk)
    task = Task.objects.filter(process__problem=problem).order_by("-pk").first()
    found = candidates([task.pk], by, at, post=post).get(task.pk) if task else None
    against = OutcomeKind.NOT_YOURS
    if found:
        against = objection(found, verdict=Verdict.SETTLE, by=by, post=post)
    if against:
        raise CannotSettle(OutcomeKind(against).label)
    move_cases(
        [(found, None)],
        verdict=Verdict.SETTLE,
        by=by,
        post=post,
        at=at,
        reasons=[outcome],
        words=" ".join(words.split()),
    )
    problems.settle(problem, outcome=outcome, keeps=keeps, words=words, by=by, at=at)
