"""The engine: launching, deciding, growing and looking, beside stock viewflow 2.4 and plain SQL.

A province of 13,000 schools in 13 counties; the schools of three counties have people. The ratio of
a line is the median of the ratios of slices that were measured in turn.
"""

import io
from statistics import median

from django.core.management import call_command

from campaigns.enums import StageKind
from campaigns.models import Campaign
from teachers.enums import Role
from tests.bench import growth, inboxes, reminders, speeds, world
from tests.bench.measuring import (
    Figure,
    analyse,
    median_ratio,
    median_seconds,
    most_figure,
    rate_figure,
    seconds,
    share_figure,
)
from workflows import actions, acts
from workflows.enums import Verdict
from workflows.models import Decision, Task

AREA = "engine"
COUNTIES, SCHOOLS_IN_EACH = 13, 1000


def run() -> list[Figure]:
    here = world.build(counties=COUNTIES, schools_in_each=SCHOOLS_IN_EACH, staffed=speeds.STAFFED)
    analyse()
    plain = speeds.limits()
    figures = compared(
        "launch 13,000 cases", "cases/s", speeds.launches(here, plain), times_peer=50
    )
    campaign = Campaign.objects.earliest("pk")
    one_by_one, asked = speeds.singles(here, campaign, plain)
    figures += compared("decide one task", "decisions/s", one_by_one, times_peer=1.5)
    figures.append(most_figure(AREA, "statements of one decision", asked, "statements", target=8))
    figures += compared(
        "decide in batches of 1,000", "decisions/s", speeds.batches(here, plain), times_peer=60
    )
    plain.drop()
    figures += afterwards(here, campaign)
    figures += grown(here, campaign)
    call_command("flush", interactive=False, verbosity=0)
    return figures + looks()


def compared(name: str, unit: str, found: dict, *, times_peer: float) -> list[Figure]:
    """Our speed against the peer's; and against the limit's, a quarter of which is asked for what
    is done in bulk.
    """
    line = rate_figure(
        AREA,
        name,
        median(found["ours"]),
        unit,
        peer=median(found["peer"]),
        limit=median(found["limit"]),
        ratio=median_ratio(found["ours"], found["peer"]),
        target=times_peer,
    )
    if "bare" not in found:
        return [line]
    share = median_ratio(found["ours"], found["limit"])
    bare = median_ratio(found["ours"], found["bare"])
    return [
        line,
        share_figure(AREA, name, share, "of plain SQL", target=0.25),
        Figure(AREA, name, round(bare, 3), "of plain SQL without keys"),
    ]


def afterwards(here: world.World, campaign: Campaign) -> list[Figure]:
    """A repeated request, and checking the ledger."""
    post = here.post(here.city, Role.REVIEWER)
    decided = Task.objects.filter(step="city_review", finished__isnull=False).order_by("pk")
    tasks = list(decided.values_list("pk", flat=True)[:1000])
    twice = median_seconds(
        lambda: actions.decide(
            tasks, verdict=Verdict.APPROVE, by=post.user, post=post, at=world.NOW
        ),
        times=3,
    )
    who = {"by": here.manager.user, "post": here.manager}
    preview = median_seconds(lambda: _previewed(here), times=3)
    sealed = seconds(
        lambda: actions.seal(campaign, stage=StageKind.COUNTY_REVIEW, at=world.NOW, **who)
    )
    return [
        rate_figure(AREA, "press twice for 1,000 tasks", 1000 * twice, "ms"),
        rate_figure(AREA, "preview an act of 1,000 tasks", 1000 * preview, "ms"),
        rate_figure(AREA, "seal 13,000 heads", sealed, "s"),
        rate_figure(AREA, "verify the ledger", _verified(campaign), "decisions/s"),
        most_figure(
            AREA, "15,000 reminders due at once", reminders.measure_reminders(here), "s", target=10
        ),
    ]


def _previewed(here: world.World) -> None:
    """What approving a thousand tasks of the province would do."""
    post = here.post(here.province, Role.REVIEWER)
    tasks = list(Task.objects.open().for_post(post).order_by("pk").values_list("pk", flat=True))
    acts.preview(verdict=Verdict.APPROVE, by=post.user, post=post, at=world.NOW, tasks=tasks[:1000])


def _verified(campaign: Campaign) -> float:
    """Decisions a second."""
    decisions = Decision.objects.filter(case__campaign=campaign).count()

    def verify() -> None:
        call_command("verify_ledger", campaign=campaign.code, stdout=io.StringIO())

    return decisions / median_seconds(verify, times=3)


def grown(here: world.World, campaign: Campaign) -> list[Figure]:
    """How steady the speed stays as the tables grow, and what a case weighs."""
    found, weight = growth.measure_growth(here, campaign)
    lines = []
    for place, kind in enumerate(("in batches of 1,000", "one by one")):
        speeds = {size: both[place] for size, both in found.items()}
        lines += [
            rate_figure(AREA, f"decide {kind} at {size} tasks", speed, "decisions/s")
            for size, speed in speeds.items()
        ]
        steady = min(speeds.values()) / max(speeds.values())
        lines.append(
            share_figure(AREA, f"growth, {kind}: slowest", steady, "of the fastest", target=0.8)
        )
    return [*lines, rate_figure(AREA, "a case on disk", sum(weight.values()) / 1024, "KB")]


def looks() -> list[Figure]:
    """The inbox of the worst desk and of a usual one, with few and with a million open tasks."""
    desks, tasks, peer = inboxes.measure_inboxes()
    lines = []
    for desk, (few, many) in desks.items():
        name = f"inbox of the {desk}, {many.waiting:,} of {tasks:,}"
        beside = {"peer": round(peer, 1)} if desk == "province" else {}
        lines += [
            Figure(AREA, name, round(many.page, 1), "ms", **beside),
            most_figure(
                AREA, f"{desk}: statements", many.statements, "statements", target=few.statements
            ),
            most_figure(AREA, f"{desk}: slowest statement", many.slowest, "ms", target=5),
            most_figure(
                AREA, f"{desk}: page against 10,000", many.page / few.page, "times", target=2
            ),
        ]
    return lines
