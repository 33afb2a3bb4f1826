"""Letting a colleague act under a post for a while, and ending that."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teachers.enums import Role
from teachers.models import Delegation, Organisation, Post, User
from teachers.refusals import NotAllowed, Refusal
from teachers.retrying import whole
from workflows import holding_statements, notices, separation_statements, statements
from workflows.enums import DocumentKind, HoldingKind
from workflows.holding_statements import Hold
from workflows.models import Task
from workflows.policies import may_delegate, may_end_delegation
from workflows.seats import DESKS

#: Key of the lock under which delegations are made: one at a time, in the whole system, because a
#: circle may close over any two of them ("dele").
ONE_AT_A_TIME = 0x64656C65
LONGEST = 200
#: Periods are half-open; people name the last day.
DAY = timedelta(days=1)


class NotYourPost(NotAllowed):
    code = "not_your_post_to_delegate"


class CannotDelegate(Refusal):
    code = "cannot_delegate"


@whole
def delegate(
    held: Post,
    *,
    to: User,
    valid_from: date,
    valid_to: date,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
    kinds: Iterable[DocumentKind] = (),
    within: Organisation | None = None,
) -> Delegation:
    """Let a colleague act under a post from a day until before another, within a scope.

    Made by the holder, or by the manager or administrator of an authority above. kinds: only
    documents of these kinds; within: only those of a part of the post's subtree. Refused: to
    oneself, by who acts for somebody, in a circle (A for B, B for A, also over others, on one day),
    outside the post's validity, to somebody at another office, and to whom the rules of separation
    would always exclude; single items are refused when it comes to them. Raises NotYourPost,
    CannotDelegate.
    """
    reason = " ".join(reason.split())[:LONGEST]
    _one_at_a_time()
    held = (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .with_organisation()
        .get(pk=held.pk)
    )
    if not may_delegate(post, held, by=by):
        raise NotYourPost(
            _("A post is passed on by its holder, or by the manager or administrator above.")
        )
    _refuse_period(held, valid_from, valid_to, timezone.localdate(at))
    _refuse_person(held, to, by=by, on=valid_from)
    kinds = [DocumentKind(kind).value for kind in kinds]
    _refuse_scope(held, within)
    if not reason:
        raise CannotDelegate(_("Say why a colleague acts for the holder."))
    _refuse_again(held, to, valid_from, valid_to)
    _refuse_circle(held, to, valid_from, valid_to)
    _refuse_conflict(held, to, kinds, within)
    delegation = Delegation.objects.create(
        post=held,
        to=to,
        valid_from=valid_from,
        valid_to=valid_to,
        kinds=kinds,
        within=within,
        reason=reason,
        created_by=by,
        created_at=at,
    )
    notices.tell_of_delegation(delegation, at=at)
    return delegation


@whole
def end_delegation(delegation: Delegation, *, by: User, post: Post, at: datetime) -> int:
    """End a delegation before its day; tasks claimed under it go back to the desk.

    By the holder, by the colleague, or by who may make it. Ending it twice changes nothing more.
    Locks the documents that the colleague has in hand at the desk, then the delegation. Returns
    how many tasks were released. Raises NotYourPost.
    """
    desk = {"organisation": delegation.post.organisation_id, "role": delegation.post.role}
    claimed = Task.objects.open().filter(owner=delegation.to_id, **desk)
    statements.lock_documents_of(list(claimed.values_list("pk", flat=True)))
    row = (
        Delegation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("post__organisation", "post__user", "to")
        .get(pk=delegation.pk)
    )
    if not may_end_delegation(post, row, by=by):
        raise NotYourPost(_("Only the two of them, or the authority above, end this delegation."))
    if row.ended_at is not None:
        return 0
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
    how = Hold(HoldingKind.RELEASE, at, by_id=by.pk, post_id=post.pk, reason=_("Delegation ended"))
    office = {"user_id": row.to_id, "organisation_id": row.post.organisation_id}
    return release_unseated(how, on=timezone.localdate(at), **office)


def release_unseated(how: Hold, *, on: date, **whose: int) -> int:
    """Put back what is in the hands of people who no longer work at the desk; return how many.

    whose: as in `unseated_claims`. Locks the documents and looks again, so that a decision at the
    same moment comes first or finds the task back on the desk.
    """
    left = holding_statements.unseated_claims(on, **whose)
    if not left:
        return 0
    statements.lock_documents_of(left)
    again = holding_statements.unseated_claims(on, **whose)
    left = sorted(set(left) & set(again))
    holding_statements.hold(left, None, how)
    return len(left)


def colleagues(organisation: Organisation, on: date) -> list[User]:
    """Who may be asked to act for somebody here: who holds a post here, or in the office above."""
    offices = [organisation.pk, organisation.parent_id]
    posts = Post.objects.current(on).filter(organisation__in=offices, user__is_active=True)
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk"))


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _refuse_period(held: Post, first: date, end: date, today: date) -> None:
    if held.role not in DESKS:
        raise CannotDelegate(
            _("The post “%(post)s” has no desk to act at: appoint a second person instead.")
            % {"post": held}
        )
    if first < today:
        raise CannotDelegate(
            _("It cannot begin on %(day)s: choose today or a later day.") % {"day": _day(first)}
        )
    if end <= first:
        raise CannotDelegate(
            _("It ends on %(end)s, before it has begun: choose %(first)s or a later day.")
            % {"end": _day(end - DAY), "first": _day(first)}
        )
    if first < held.valid_from or (held.valid_to is not None and end > held.valid_to):
        raise CannotDelegate(
            _("The post is held from %(first)s until %(end)s: choose days within that time.")
            % {
                "first": _day(held.valid_from),
                "end": _day(held.valid_to - DAY) if held.valid_to else _("further notice"),
            }
        )


def _refuse_person(held: Post, to: User, *, by: User, on: date) -> None:
    if to.pk == held.user_id:
        raise CannotDelegate(
            _("%(name)s holds the post already: choose a colleague.") % {"name": to}
        )
    if to.pk == by.pk:
        raise CannotDelegate(_("Nobody makes himself the deputy of another: choose a colleague."))
    if to not in colleagues(held.organisation, on):
        raise CannotDelegate(
            _(
                "%(name)s holds no post at %(unit)s or the office above it: choose somebody who "
                "works there."
            )
            % {"name": to, "unit": held.organisation}
        )


def _refuse_scope(held: Post, within: Organisation | None) -> None:
    if within is not None and not held.organisation.contains(within):
        raise CannotDelegate(
            _("%(part)s does not lie below %(unit)s: choose a part of it.")
            % {"part": within, "unit": held.organisation}
        )


def _refuse_again(held: Post, to: User, first: date, end: date) -> None:
    same = Delegation.objects.filter(
        post=held, to=to, ended_at=None, valid_from__lt=end, valid_to__gt=first
    ).first()
    if same is not None:
        raise CannotDelegate(
            _("%(name)s acts for the holder from %(first)s until %(end)s already.")
            % {"name": to, "first": _day(same.valid_from), "end": _day(same.last_day)}
        )


def _refuse_circle(held: Post, to: User, first: date, end: date) -> None:
    line = circle(held.user_id, to.pk, first, end)
    if line:
        names = User.objects.in_bulk(line)
        raise CannotDelegate(
            _("That would be a circle: %(names)s act for each other on the same day.")
            % {"names": " → ".join(str(names[pk]) for pk in line)}
        )


def circle(holder_id: int, to_id: int, first: date, end: date) -> list[int]:
    """The persons of a circle that a delegation would close, all acting on one day; else empty.

    Follows delegations from the colleague on, each within what the ones before leave of the period
    (by posts_of_a_person and delegations by post); a person comes up once on a line.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line(person, first, "end", persons) AS (
                SELECT %(to)s::bigint, %(first)s::date, %(end)s::date,
                       ARRAY[%(holder)s, %(to)s]::bigint[]
                UNION ALL
                SELECT given.to_id, greatest(line.first, given.valid_from),
                       least(line."end", given.valid_to), line.persons || given.to_id
                FROM line
                JOIN teachers_post AS post ON post.user_id = line.person
                JOIN teachers_delegation AS given ON given.post_id = post.id
                WHERE given.ended_at IS NULL AND line.person <> %(holder)s
                  AND greatest(line.first, given.valid_from) < least(line."end", given.valid_to)
                  AND (given.to_id = %(holder)s OR NOT given.to_id = ANY(line.persons))
            )
            SELECT persons FROM line WHERE person = %(holder)s LIMIT 1
            """,
            {"holder": holder_id, "to": to_id, "first": first, "end": end},
        )
        row = cursor.fetchone()
        return row[0] if row else []


def _refuse_conflict(held: Post, to: User, kinds: list[str], within: Organisation | None) -> None:
    """Who reports for all of the scope reviews none of it; nor who had a part in all that waits."""
    part = within or held.organisation
    if held.role in {Role.REVIEWER, Role.CHIEF}:
        own = Post.objects.filter(
            user=to, organisation=part, role__in=[Role.CLERK, Role.HEAD], valid_to=None
        )
        if own.exists():
            raise CannotDelegate(
                _("%(name)s reports for %(unit)s and could decide nothing of it.")
                % {"name": to, "unit": part}
            )
    waiting = separation_statements.all_excluded(
        organisation_id=held.organisation_id,
        role=held.role,
        person_id=to.pk,
        kinds=kinds,
        path=part.path,
    )
    if waiting:
        raise CannotDelegate(
            _("%(name)s had a part in everything that waits at this desk and could decide none.")
            % {"name": to}
        )


def _day(day: date) -> str:
    return date_format(day, "Y-m-d")
