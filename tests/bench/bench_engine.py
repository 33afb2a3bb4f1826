"""The engine: launching and deciding, beside stock viewflow 2.4 and plain SQL doing the same.

A province of 13,000 schools in 13 counties. The schools of three counties hand in one by one
(single decisions), their counties and the city decide a thousand at a time.
"""

from campaigns.models import Submission
from teachers.enums import Role
from teachers.models import Organisation, Post, User
from tests.bench import raw, stock, world
from tests.bench.measuring import (
    Figure,
    analyse,
    each,
    limit_figure,
    median_seconds,
    most_figure,
    rate_figure,
    seconds,
    statements,
)
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task

AREA = "engine"
COUNTIES, SCHOOLS_IN_EACH, STAFFED = 13, 1000, 3
PEER_CASES = 400
RAW_SINGLES = 1500


def open_tasks(step: str, organisation: Organisation | None = None) -> list[int]:
    tasks = Task.objects.open().filter(step=step)
    if organisation is not None:
        tasks = tasks.filter(organisation=organisation)
    return list(tasks.order_by("pk").values_list("pk", flat=True))


def decide(tasks: list[int], post: Post, verdict: Verdict) -> None:
    receipt = actions.decide(tasks, verdict=verdict, by=post.user, post=post, at=world.NOW)
    if len(receipt.done) != len(tasks):
        raise AssertionError(f"refused: {receipt.refused[:3]}")


# --- The peer and the limit ------------------------------------------------------------------


def measure_peer(user: User) -> dict[str, float]:
    """Cases a second that stock viewflow launches, and tasks a second that it decides."""
    launched = each(range(PEER_CASES), lambda _: stock.launch())
    analyse()
    first = stock.open_tasks("fill")
    asked = statements(lambda: stock.decide(first.pop(), user))
    single = each(first, lambda task: stock.decide(task, user))
    batch = each(stock.open_tasks("sign"), lambda task: stock.decide(task, user))
    return {"launch": launched, "single": single, "batch": batch, "statements": asked}


def measure_limit() -> dict[str, float]:
    """The same in plain SQL."""
    raw.make_tables()
    cases = COUNTIES * SCHOOLS_IN_EACH
    launched = cases / seconds(lambda: raw.launch(cases))
    analyse()
    tasks = raw.open_tasks("fill")
    single = each(tasks[:RAW_SINGLES], lambda task: raw.decide([task], "sign"))
    rest = tasks[RAW_SINGLES:]
    batches = [rest[start : start + 1000] for start in range(0, 10_000, 1000)]
    batch = 1000 * each(batches, lambda ids: raw.decide(ids, "sign"))
    raw.drop_tables()
    return {"launch": launched, "single": single, "batch": batch}


# --- Ours ------------------------------------------------------------------------------------


def measure_launch(here: world.World) -> float:
    campaign = world.campaign(here)
    took = seconds(
        lambda: actions.launch(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    )
    opened = Submission.objects.filter(campaign=campaign).count()
    campaign = type(campaign).objects.get(pk=campaign.pk)
    actions.begin_collection(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    world.fill(campaign, here.schools[: STAFFED * SCHOOLS_IN_EACH], here)
    analyse()
    return opened / took


def measure_single(here: world.World) -> tuple[float, int]:
    """Handing in and signing, school by school: decisions a second and statements of one."""
    rates, asked = [], 0
    for step, verdict, role in [
        ("fill", Verdict.SUBMIT, Role.CLERK),
        ("sign", Verdict.SIGN, Role.HEAD),
    ]:
        rate, asked = _one_by_one(here, step, verdict, role)
        rates.append(rate)
        analyse()
    return sum(rates) / len(rates), asked


def _one_by_one(here: world.World, step: str, verdict: Verdict, role: Role) -> tuple[float, int]:
    filled = Task.objects.open().filter(step=step, process__submission__records_count__gt=0)
    tasks = list(filled.order_by("pk").values_list("pk", "organisation_id"))

    def hand_on(task: tuple[int, int]) -> None:
        decide([task[0]], here.desks[task[1], role], verdict)

    return each(tasks[1:], hand_on), statements(lambda: hand_on(tasks[0]))


def measure_batches(here: world.World) -> float:
    """Counties, then the city, a thousand at a time: decisions a second."""
    done, took = 0, 0.0
    for step, desks in [("county_review", here.counties[:STAFFED]), ("city_review", [here.city])]:
        for desk in desks:
            post = here.post(desk, Role.REVIEWER)
            tasks = open_tasks(step, desk)
            for start in range(0, len(tasks), 1000):
                ids = tasks[start : start + 1000]
                took += seconds(lambda i=ids, p=post: decide(i, p, Verdict.APPROVE))
                done += len(ids)
        analyse()
    return done / took


def measure_second_press(here: world.World) -> float:
    """A repeated request for a thousand tasks that are decided already, in seconds."""
    post = here.post(here.city, Role.REVIEWER)
    tasks = list(
        Task.objects.filter(step="city_review").order_by("pk").values_list("pk", flat=True)[:1000]
    )
    return median_seconds(
        lambda: actions.decide(
            tasks, verdict=Verdict.APPROVE, by=post.user, post=post, at=world.NOW
        ),
        times=3,
    )


def run() -> list[Figure]:
    here = world.build(counties=COUNTIES, schools_in_each=SCHOOLS_IN_EACH, staffed=STAFFED)
    analyse()
    peer, limit = measure_peer(here.manager.user), measure_limit()
    launch = measure_launch(here)
    single, asked = measure_single(here)
    batch = measure_batches(here)
    return [
        rate_figure(
            AREA,
            "launch 13,000 cases",
            launch,
            "cases/s",
            peer=peer["launch"],
            limit=limit["launch"],
            target=50,
        ),
        limit_figure(AREA, "launch against plain SQL", launch, limit["launch"], target=0.25),
        rate_figure(
            AREA,
            "decide one task",
            single,
            "decisions/s",
            peer=peer["single"],
            limit=limit["single"],
            target=1.5,
        ),
        most_figure(AREA, "statements of one decision", asked, "statements", target=8),
        rate_figure(
            AREA,
            "decide in batches of 1,000",
            batch,
            "decisions/s",
            peer=peer["batch"],
            limit=limit["batch"],
            target=60,
        ),
        limit_figure(AREA, "batches against plain SQL", batch, limit["batch"], target=0.25),
        rate_figure(AREA, "press twice for 1,000 tasks", measure_second_press(here), "s"),
    ]
