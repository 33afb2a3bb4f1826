"""Reports in a province of 15,484 schools and 340,000 records, half-way through a round: figures in
SQL, a county's document, and the pack of a stage on two workers.

The limit of making a document (with charts and signature) is what WeasyPrint alone needs for the
same HTML. What has been handed in is counted by the sweep while it waits, as in life.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from campaigns.enums import StageKind
from reports import actions as report_actions
from reports import documents, figures, making, signing
from reports.counts import people
from reports.enums import UNFINISHED, ReportState
from tests.bench import half_way, world
from tests.bench.measuring import Figure, core_seconds, most_figure
from tests.workers import working

AREA = "reports"
WORKERS = ("bench-1", "bench-2")
PACK_SECONDS, WORKER_MEGABYTES = 180, 600
TIMES = 3
CODE = "7F3A-92C4-4B5E"


def run() -> list[Figure]:
    here, campaign = half_way.build()
    signing.make_demonstration_key()
    at = world.NOW + half_way.REPORT_DAY * world.DAY
    people.keep(campaign, here.province, at)
    count = partial(figures.figures, campaign, at=at)
    lines = [
        most_figure(
            AREA,
            f"the province's figures ({stage.label}), SQL",
            sql_seconds(partial(count, stage, here.province)),
            "s",
            target=1,
        )
        for stage in (StageKind.COLLECTION, StageKind.CLOSING)
    ]
    lines += of_a_county(partial(count, StageKind.COLLECTION, here.counties[0]))
    return lines + of_the_pack(here, campaign)


def of_a_county(count: Callable[[], dict]) -> list[Figure]:
    """Its report from the first query to the signed document, and the share of that beside
    WeasyPrint's own work, each taken in turn."""
    county = count()
    draw = partial(making.draw, county, issue=1, language="zh-hans", code=CODE)
    draw()
    counted = sql_seconds(count) + median(core_seconds(count) for _ in range(TIMES))
    pairs = [(core_seconds(draw), weasyprint_alone(county)) for _ in range(TIMES)]
    drawn, alone = (median(side) for side in zip(*pairs, strict=True))
    ratio = median(ours / theirs for ours, theirs in pairs)
    return [
        most_figure(AREA, "a county's report on one core", counted + drawn, "s", target=3),
        Figure(
            AREA,
            "making a document against WeasyPrint alone",
            round(drawn, 2),
            "s",
            limit=round(alone, 2),
            ratio=round(ratio, 2),
            target=1.3,
            ok=ratio <= 1.3,
        ),
    ]


def sql_seconds(work: Callable[[], object]) -> float:
    """Of all statements together, the best of three runs."""
    spent = []
    for _ in range(TIMES):
        with CaptureQueriesContext(connection) as captured:
            work()
        spent.append(sum(float(query["time"]) for query in captured.captured_queries))
    return min(spent)


def weasyprint_alone(found: dict) -> float:
    """Seconds of one core from ready HTML to PDF."""
    with override("zh-hans"):
        source = documents.html(found, issue=1, code=CODE)
        return core_seconds(lambda: documents.printed(source, "bench"))


def of_the_pack(here: world.World, campaign) -> list[Figure]:
    spent, memory, documents_ = pack_of_the_stage(here, campaign)
    name = f"the province's pack ({documents_} documents), two workers"
    return [
        most_figure(AREA, name, spent, "s", target=PACK_SECONDS),
        most_figure(AREA, "memory of a worker meanwhile", memory, "MB", target=WORKER_MEGABYTES),
    ]


def pack_of_the_stage(here: world.World, campaign) -> tuple[float, float, int]:
    """(seconds until two workers have made the province's pack, MB of the larger worker, number of
    its documents)."""
    post = here.manager
    with working(*WORKERS) as workers:
        began = perf_counter()
        pack = report_actions.ask_pack(
            campaign=campaign,
            stage=StageKind.COLLECTION,
            organisation=here.province,
            by=post.user,
            post=post,
            at=timezone.now(),
        )
        most = 0.0
        while pack.state in UNFINISHED:
            sleep(0.5)
            most = max([most, *(megabytes(worker.pid) for worker in workers.values())])
            pack.refresh_from_db()
        spent = perf_counter() - began
    if pack.state != ReportState.DONE:
        raise AssertionError(f"the pack is {pack.state}: {pack.error}")
    return spent, most, pack.reports_count


def megabytes(process: int) -> float:
    """The most memory a process has held so far."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
