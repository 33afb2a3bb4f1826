"""Opening the cases of change requests, and settling problem data."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import problems
from campaigns.models import Problem, ProblemParty
from teachers import working_days
from teachers.models import ChangePolicy, ChangeRequest, Post, User
from teachers.policies import acts_under
from teachers.refusals import NotAllowed, Refusal
from teachers.reorganising import hold_tree
from teachers.retrying import whole
from workflows import opening_statements, routes, separation
from workflows.actions.moving import move_cases
from workflows.enums import DocumentKind, OutcomeKind, Verdict
from workflows.flows import ChangeFlow, Standing, steps
from workflows.models import Task
from workflows.screening import candidates, objection


class NotAtThisDesk(NotAllowed):
    code = "not_at_this_desk"


class CannotSettle(Refusal):
    code = "cannot_settle"


@whole
def open_change(change: ChangeRequest, *, by: User, post: Post, at: datetime) -> None:
    """Open the case of a change request with its frozen route and the clerk's task.

    The route follows the policy of its kind. Opening twice opens one case. Raises NotAtThisDesk
    when the post is not of the school that asks.
    """
    if post.organisation_id != change.organisation_id or not acts_under(post, by):
        raise NotAtThisDesk(_("Only the school itself asks for this change."))
    hold_tree(shared=True)
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
    above = routes.units_above([own, other] if other else [own])
    return routes.standing_between(own, other, above, policy)


@whole
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
        rules = found.conflicts if against == OutcomeKind.OWN_WORK else ()
        raise CannotSettle(separation.sentence(rules) or OutcomeKind(against).label)
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
