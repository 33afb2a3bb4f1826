"""An act as its receipt shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from teachers.enums import SchoolKind
from teachers.models import Organisation, Post
from teachers.ready_queries import Ready
from workflows import inbox
from workflows.acts.asking import undo_until
from workflows.acts.carrying import WAITING
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.models import Act, ActItem, Holding
from workflows.receipts import BY_ANOTHER, Outcome, Receipt
from workflows.rule_names import NAMES


@dataclass(frozen=True)
class Reading:
    """An act at a moment. `until` is set while it may be taken back."""

    act: Act
    at: datetime

    @property
    def runs(self) -> bool:
        return self.act.state in WAITING

    @property
    def broken_off(self) -> bool:
        return self.act.state == ActState.FAILED

    @property
    def refused(self) -> int:
        return self.act.handled_count - self.act.done_count

    @property
    def left(self) -> int:
        return self.act.items_count - self.act.handled_count

    @property
    def undone_by(self) -> Act | None:
        return getattr(self.act, "undone_by", None)

    @property
    def until(self) -> datetime | None:
        until = None if self.undone_by else undo_until(self.act)
        return until if until is not None and self.at < until else None


def acts_of(post: Post | None) -> QuerySet[Act]:
    """The acts of the post's desk with all that a line of them shows."""
    return Act.objects.visible_to(post).select_related(
        "by", "post__user", "post__organisation", "delegation", "undoes", "undone_by"
    )


def act_of(post: Post, pk: int) -> Act:
    """One of them. Raises Act.DoesNotExist."""
    found = _ACT(act=pk, desk=post.organisation_id, role=post.role)
    if not found:
        raise Act.DoesNotExist(f"This desk has no act {pk}.")
    return found[0]


_ACT = Ready(
    "act_of_a_desk",
    lambda act, desk, role: acts_of(Post(organisation_id=desk, role=role)).filter(pk=act),
    act="bigint",
    desk="bigint",
    role="text",
)


def items_of(act: Act) -> QuerySet[ActItem]:
    """The items in the order they were asked, with all that `outcome_of` needs."""
    items = act.items.select_related("task__process__organisation", "decision__by")
    return items.annotate(claimer=_claimer()).order_by("position")


def _claimer() -> Case:
    """The name of whoever had the task of an item in hand, where that stood against it."""
    until = Coalesce(OuterRef("act__finished_at"), F("at"))
    claims = Holding.objects.filter(task=OuterRef("task"), owner__isnull=False, at__lte=until)
    name = claims.order_by("-pk").values("owner__name")[:1]
    return Case(When(outcome=OutcomeKind.CLAIMED, then=Subquery(name)), default=Value(""))


def outcome_of(item: ActItem) -> Outcome:
    """What became of an item; of one that is not the desk's, nothing but that."""
    kind = OutcomeKind(item.outcome)
    if kind == OutcomeKind.NOT_YOURS:
        return Outcome(item.task_id, kind)
    case = item.task.process
    other = item.decision if kind in BY_ANOTHER and _stands_in_the_way(item) else None
    return Outcome(
        item.task_id,
        kind,
        document=item.task.kind,
        document_id=case.submission_id or case.change_id or case.problem_id,
        organisation=case.organisation.name,
        decided_by=other.by.name if other else "",
        decided_at=other.at if other else None,
        verdict=other.verdict if other else "",
        claimed_by=item.claimer or "",
    )


def _stands_in_the_way(item: ActItem) -> bool:
    """What a later level has only claimed carries no decision but the one to be taken back."""
    if item.decision is None:
        return False
    return item.outcome == OutcomeKind.ALREADY_DECIDED or item.decision.task_id != item.task_id


def receipt_of(act: Act) -> Receipt:
    """The outcomes of an act that is small enough to be shown at once (one query)."""
    return Receipt(Verdict(act.verdict), [outcome_of(item) for item in _HANDLED(act=act.pk)])


_HANDLED = Ready(
    "handled_items_of_an_act",
    lambda act: items_of(Act(pk=act)).exclude(outcome=""),
    act="bigint",
)


def counts(act: Act) -> dict[OutcomeKind, int]:
    """How many items came to which outcome: done first, then the most frequent (one query)."""
    rows = act.items.exclude(outcome="").values_list("outcome").annotate(n=Count("pk"))
    found = [(OutcomeKind(outcome), n) for outcome, n in rows.order_by("-n", "outcome")]
    return dict(sorted(found, key=lambda pair: pair[0] != OutcomeKind.DONE))


def described(filters: Mapping[str, str]) -> list[str]:
    """A view of the inbox in words; empty for an act over tasks that were named."""
    if "digest" in filters:
        return []
    words = {
        "look": inbox.LOOK,
        "due": inbox.DUE,
        "attempt": inbox.ATTEMPT,
        "claimed": inbox.CLAIMED,
        "kind": dict(SchoolKind.choices),
        "step": inbox.STEPS,
        "why": NAMES,
    }
    said = [str(names[filters[name]]) for name, names in words.items() if name in filters]
    if code := filters.get("unit"):
        said.append(str(Organisation.objects.filter(code=code).first() or code))
    said += [filters[name] for name in ("campaign",) if name in filters]
    if "q" in filters:
        said.append(_("“%(words)s”") % {"words": filters["q"]})
    return said or [_("Everything on the desk")]
