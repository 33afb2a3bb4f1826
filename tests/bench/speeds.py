"""Launching and deciding: ours, the peer's and the limit's speed, slice by slice in turn.

Speeds are cases or decisions a second: lists, one number a slice, by side ("ours", "peer", "limit";
"bare" is the limit without foreign keys).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.models import Campaign
from teachers.enums import Role
from teachers.models import Post, User
from tests.bench import raw, rounds_before, stock, world
from tests.bench.measuring import analyse, each, in_turn, seconds, slices, statements
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task

STAFFED = 3
LAUNCHES, PEER_LAUNCHES = 3, 100
SINGLES, SINGLE_ROUNDS = 40, 8
BATCH, BATCH_ROUNDS, PEER_BATCH = 1000, 6, 60


@dataclass(frozen=True)
class Limits:
    """Plain SQL with and without foreign keys."""

    keyed: raw.Plain
    bare: raw.Plain

    def drop(self) -> None:
        self.keyed.drop()
        self.bare.drop()


def limits() -> Limits:
    return Limits(raw.Plain(keys=True), raw.Plain(keys=False))


def launches(here: world.World, plain: Limits) -> dict[str, list[float]]:
    """Three campaigns over all schools."""
    cases, numbers = len(here.schools), iter(range(LAUNCHES))

    def ours() -> float:
        campaign = world.campaign(here, f"2026-BENCH-{next(numbers)}")
        who = {"by": here.manager.user, "post": here.manager}
        return cases / seconds(lambda: actions.launch(campaign, at=world.NOW, **who))

    speeds = in_turn(
        LAUNCHES,
        ours=ours,
        peer=lambda: each(range(PEER_LAUNCHES), lambda _: stock.launch()),
        limit=lambda: cases / seconds(lambda: plain.keyed.launch(cases)),
        bare=lambda: cases / seconds(lambda: plain.bare.launch(cases)),
    )
    analyse()
    return speeds


def singles(
    here: world.World, campaign: Campaign, plain: Limits
) -> tuple[dict[str, list[float]], int]:
    """Handing in and signing, school by school, with all that belongs to it; and the statements
    of one decision. Afterwards all schools with people have handed in.
    """
    actions.begin_collection(
        Campaign.objects.get(pk=campaign.pk), by=here.manager.user, post=here.manager, at=world.NOW
    )
    world.fill(campaign, here.schools[: STAFFED * here.schools_in_each], here)
    analyse()
    asked, speeds = 0, {"ours": [], "peer": [], "limit": []}
    theirs, limit = _peer_singles(here.manager.user), _plain_singles(plain.keyed)
    for step, verdict, role in [
        ("fill", Verdict.SUBMIT, Role.CLERK),
        ("sign", Verdict.SIGN, Role.HEAD),
    ]:
        own = Singles(here, campaign, step, verdict, role)
        asked = max(asked, own.count_statements())
        measured = in_turn(
            SINGLE_ROUNDS,
            ours=own.next_slice,
            peer=lambda: next(theirs),
            limit=lambda: next(limit),
        )
        for side, speeds_of_step in measured.items():
            speeds[side] += speeds_of_step
        own.finish()
        analyse()
    return speeds, asked


class Singles:
    """The tasks of one step at the schools, each decided by its own person."""

    def __init__(
        self, here: world.World, campaign: Campaign, step: str, verdict: Verdict, role: Role
    ) -> None:
        self.here, self.verdict, self.role = here, verdict, role
        waiting = Task.objects.open().filter(
            campaign=campaign, step=step, process__submission__records_count__gt=0
        )
        self.tasks = list(waiting.order_by("pk").values_list("pk", "organisation_id"))

    def hand_on(self, task: tuple[int, int]) -> None:
        decide([task[0]], self.here.desks[task[1], self.role], self.verdict)

    def count_statements(self) -> int:
        """Of one decision, on a connection that has planned them."""
        first, second = self.tasks.pop(), self.tasks.pop()
        self.hand_on(first)
        return statements(lambda: self.hand_on(second))

    def next_slice(self) -> float:
        now, self.tasks = self.tasks[:SINGLES], self.tasks[SINGLES:]
        return each(now, self.hand_on)

    def finish(self) -> None:
        each(self.tasks, self.hand_on)


def decide(tasks: list[int], post: Post, verdict: Verdict) -> None:
    receipt = actions.decide(tasks, verdict=verdict, by=post.user, post=post, at=world.NOW)
    if len(receipt.done) != len(tasks):
        raise AssertionError(f"refused: {receipt.refused[:3]}")


def _plain_singles(plain: raw.Plain) -> Iterator[float]:
    for some in slices(plain.open_tasks("fill"), SINGLES):
        yield each(some, lambda task: plain.decide([task], "sign"))


def _peer_singles(user: User) -> Iterator[float]:
    """The peer goes through its processes step by step, as long as it is asked."""
    for step in stock.STEPS:
        for some in slices(stock.open_tasks(step), SINGLES // 2):
            yield each(some, lambda task: stock.decide(task, user))


def batches(here: world.World, plain: Limits) -> dict[str, list[float]]:
    """Counties, then the city, a thousand at a time; on tables at rest, all sides alike: what
    launches and singles have left is not cleaned up beside the measuring.
    """
    each(range(PEER_BATCH * BATCH_ROUNDS), lambda _: stock.launch())
    rounds_before.at_rest()
    own = _own_batches(here)
    limit, bare = _plain_batches(plain.keyed), _plain_batches(plain.bare)
    theirs = slices(stock.open_tasks("fill"), PEER_BATCH)
    return in_turn(
        BATCH_ROUNDS,
        ours=lambda: next(own),
        peer=lambda: each(next(theirs), lambda task: stock.decide(task, here.manager.user)),
        limit=lambda: next(limit),
        bare=lambda: next(bare),
    )


def _plain_batches(plain: raw.Plain) -> Iterator[float]:
    for tasks in slices(plain.open_tasks("fill"), BATCH):
        yield BATCH / seconds(lambda some=tasks: plain.decide(some, "sign"))


def _own_batches(here: world.World) -> Iterator[float]:
    for step, desks in [("county_review", here.counties[:STAFFED]), ("city_review", [here.city])]:
        for desk in desks:
            post = here.post(desk, Role.REVIEWER)
            waiting = Task.objects.open().filter(step=step, organisation=desk).order_by("pk")
            for tasks in slices(waiting.values_list("pk", flat=True), BATCH):
                yield len(tasks) / seconds(lambda t=tasks, p=post: decide(t, p, Verdict.APPROVE))
