"""When somebody leaves a desk: what is claimed, what is delegated, and when the post ends."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teachers import access
from teachers.enums import Role
from teachers.models import Delegation, Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows import seats, statements
from workflows.actions.claiming import conflicts_of, seat_for
from workflows.actions.delegating import release_unseated
from workflows.enums import HoldingKind, OutcomeKind
from workflows.holding_statements import Hold, hold
from workflows.models import Task
from workflows.policies import may_appoint, may_hand_over
from workflows.screening import candidates
from workflows.seats import DESKS

LONGEST = 200


class NotYourDesk(NotAllowed):
    code = "not_your_desk"


class CannotHandOver(Refusal):
    code = "cannot_hand_over"


class CannotAppoint(Refusal):
    code = "cannot_appoint"


@dataclass(frozen=True)
class HandedOver:
    """What became of the work: tasks now in the colleague's hands, tasks back on the desk, and
    delegations that ended with the post."""

    passed_on: int
    released: int
    delegations: int


@whole
def hand_over(
    held: Post,
    *,
    to: User | None,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
) -> HandedOver:
    """End a post today and leave nothing on its desk in the hands of who goes.

    What the person has claimed there goes to a colleague of the desk, or back to the desk where no
    colleague is named or a rule of separation stands against the colleague. Delegations of the post
    end, and those by which the person acted for others of this office and has no other post in.
    Locks the documents that anybody has in hand there, then the post; a line in the access log says
    who did it and why. Raises NotYourDesk, CannotHandOver.
    """
    reason, today = " ".join(reason.split())[:LONGEST], timezone.localdate(at)
    if not may_hand_over(post, held, by=by):
        raise NotYourDesk(
            _("A desk is handed over by who leaves it, who leads it, or the authority above.")
        )
    in_hand = Task.objects.open().filter(organisation=held.organisation_id, owner__isnull=False)
    statements.lock_documents_of(list(in_hand.values_list("pk", flat=True)))
    held = (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .with_organisation()
        .get(pk=held.pk)
    )
    _refuse(held, to, reason, today)
    claimed = in_hand.filter(owner=held.user_id, role=held.role)
    tasks = list(claimed.order_by("pk").values_list("pk", flat=True))
    passed_on = _fit(tasks, held, to, by=by, at=at) if to else []
    held.valid_to = today
    held.save(update_fields=["valid_to"])
    how = Hold(HoldingKind.HAND_OVER, at, by_id=by.pk, post_id=post.pk, reason=reason)
    hold(passed_on, to and to.pk, how)
    hold(sorted(set(tasks) - set(passed_on)), None, how)
    ended = _end_delegations(held, by=by, at=at)
    access.note(
        "hand_over",
        f"post {held.pk} {held.role}",
        by=by,
        post=post,
        at=at,
        reason=reason,
        organisation=held.organisation,
    )
    return HandedOver(len(passed_on), len(tasks) - len(passed_on), ended)


@whole
def appoint(
    user: User,
    *,
    organisation: Organisation,
    role: Role,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
) -> Post:
    """Enter a post at a desk from today on: what helps a desk at which nobody works.

    By the administrator of the unit or of an authority above, never for oneself. A line in the
    access log says who did it and why. Raises NotYourDesk, CannotAppoint.
    """
    reason, today = " ".join(reason.split())[:LONGEST], timezone.localdate(at)
    if not may_appoint(post, organisation) or post.user_id != by.pk:
        raise NotYourDesk(_("Posts are entered by the administrator of the authority above."))
    if role not in DESKS:
        raise CannotAppoint(_("The role “%(role)s” has no desk.") % {"role": Role(role).label})
    if user.pk == by.pk:
        raise CannotAppoint(_("Nobody enters a post for himself: ask a colleague to do it."))
    if not user.is_active:
        raise CannotAppoint(_("The account of %(name)s is closed.") % {"name": user})
    if not reason:
        raise CannotAppoint(_("Say why this person gets the post."))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    same = Post.objects.filter(user=user, organisation=organisation, role=role)
    if same.filter(Q(valid_to=None) | Q(valid_to__gt=today)).exists():
        raise CannotAppoint(
            _("%(name)s holds this post already, now or from a later day.") % {"name": user}
        )
    entered = Post.objects.create(user=user, organisation=organisation, role=role, valid_from=today)
    access.note(
        "appoint",
        f"post {entered.pk} {role} user {user.username}",
        by=by,
        post=post,
        at=at,
        reason=reason,
        organisation=organisation,
    )
    return entered


def _refuse(held: Post, to: User | None, reason: str, today: date) -> None:
    if held.valid_to is not None and held.valid_to <= today:
        raise CannotHandOver(_("This post has ended already."))
    if held.valid_from >= today:
        raise CannotHandOver(
            _("This post began on %(day)s: it can be ended from the next day on.")
            % {"day": date_format(held.valid_from, "Y-m-d")}
        )
    if not reason:
        raise CannotHandOver(_("Say why the post ends."))
    if to is not None and to.pk == held.user_id:
        raise CannotHandOver(_("Choose a colleague, not the person who leaves."))


def _fit(tasks: list[int], held: Post, to: User, *, by: User, at: datetime) -> list[int]:
    """Those of the tasks that the colleague may take over. Raises CannotHandOver if none works."""
    there = seats.at_desk(held.organisation, [held.role], timezone.localdate(at))
    colleague = [seat for seat in there if seat.user.pk == to.pk and seat.post.pk != held.pk]
    if not colleague:
        raise CannotHandOver(
            _("%(name)s does not work at this desk: choose a colleague who does.") % {"name": to}
        )
    found = candidates(tasks, by, at, post=held)
    kinds = {
        task_id: OutcomeKind.DONE if seat_for(one, colleague) else OutcomeKind.OUT_OF_SCOPE
        for task_id, one in found.items()
    }
    kinds |= conflicts_of(kinds, found, colleague, to, at)
    return [task_id for task_id in tasks if kinds.get(task_id) == OutcomeKind.DONE]


def _end_delegations(held: Post, *, by: User, at: datetime) -> int:
    """End what was given under the post, and what was taken as a colleague of this office."""
    today = timezone.localdate(at)
    stays = Post.objects.current(today).filter(user=held.user_id, organisation=held.organisation_id)
    ending = Q(post=held)
    if not stays.exists():
        ending |= Q(to=held.user_id, post__organisation=held.organisation_id)
    rows = Delegation.objects.filter(ending, ended_at=None, valid_to__gt=today)
    ids = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    ended = Delegation.objects.filter(pk__in=ids).update(ended_by=by, ended_at=at)
    how = Hold(HoldingKind.HAND_OVER, at, by_id=by.pk, reason=_("Delegation ended"))
    release_unseated(how, on=today, organisation_id=held.organisation_id)
    return ended
