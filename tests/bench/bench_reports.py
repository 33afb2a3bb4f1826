"""Reports in a province of 15,400 schools and 330,000 records: figures in SQL, a county's
document, and the pack of a stage on two workers.

The limit of making a document (with charts and signature) is what WeasyPrint alone needs for the
same HTML.
"""

import re
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from campaigns.enums import StageKind
from campaigns.models import Record
from reports import actions as report_actions
from reports import documents, figures, making, signing
from reports.enums import UNFINISHED, ReportState
from tests.bench import world
from tests.bench.measuring import Figure, analyse, core_seconds, most_figure
from tests.workers import working
from workflows import actions

AREA = "reports"
COUNTIES, SCHOOLS_IN_EACH = 110, 140
RECORDS_IN_EACH = 22
WORKERS = ("bench-1", "bench-2")
PACK_SECONDS, WORKER_MEGABYTES = 180, 600


def sql_seconds(work) -> float:
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum(float(query["time"]) for query in captured.captured_queries)


def weasyprint_alone(found: dict) -> float:
    """Seconds of one core from ready HTML to PDF."""
    with override("zh-hans"):
        source = documents.html(found, issue=1)
        return median(core_seconds(lambda: documents.printed(source, "bench")) for _ in range(3))


def crowd(campaign) -> None:
    """Give every submission RECORDS_IN_EACH records, as copies of one under other numbers."""
    fields = [field.column for field in Record._meta.concrete_fields if not field.primary_key]
    copied = [
        "encode(sha256((r.identity_hash || n)::bytea), 'hex')"
        if name == "identity_hash"
        else "s.id"
        if name == "submission_id"
        else f"r.{name}"
        for name in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO campaigns_record ({', '.join(fields)}) SELECT {', '.join(copied)}"  # noqa: S608
            " FROM campaigns_submission s, generate_series(2, %s) n,"
            " (SELECT * FROM campaigns_record ORDER BY id LIMIT 1) r WHERE s.campaign_id = %s",
            [RECORDS_IN_EACH, campaign.pk],
        )


def pack_of_the_stage(here, campaign) -> tuple[float, float]:
    """(seconds until two workers have made the province's pack, MB of the larger worker)."""
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
    return spent, most


def megabytes(process: int) -> float:
    """The most memory a process has held so far."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def run() -> list[Figure]:
    here = world.build(counties=COUNTIES, schools_in_each=SCHOOLS_IN_EACH, staffed=2)
    campaign = world.campaign(here)
    actions.launch(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    campaign = type(campaign).objects.get(pk=campaign.pk)
    actions.begin_collection(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    world.fill(campaign, here.schools[: 2 * SCHOOLS_IN_EACH], here)
    crowd(campaign)
    analyse()
    signing.make_demonstration_key()
    count = partial(figures.figures, campaign, StageKind.COLLECTION, at=world.NOW)
    province = sql_seconds(lambda: count(organisation=here.province))
    county = count(organisation=here.counties[0])
    draw = partial(making.draw, county, issue=1, language="zh-hans", code="7F3A-92C4-4B5E")
    draw()
    counted = sql_seconds(lambda: count(organisation=here.counties[0]))
    drawn, alone = median(core_seconds(draw) for _ in range(3)), weasyprint_alone(county)
    packed, memory = pack_of_the_stage(here, campaign)
    return [
        most_figure(AREA, "the province's figures, SQL", province, "s", target=1),
        most_figure(AREA, "a county's report on one core", counted + drawn, "s", target=3),
        Figure(
            AREA,
            "making a document against WeasyPrint alone",
            round(drawn, 2),
            "s",
            limit=round(alone, 2),
            ratio=round(drawn / alone, 2),
            target=1.3,
            ok=drawn <= 1.3 * alone,
        ),
        most_figure(
            AREA,
            f"the province's pack ({COUNTIES + 2} documents), two workers",
            packed,
            "s",
            target=PACK_SECONDS,
        ),
        most_figure(AREA, "memory of a worker meanwhile", memory, "MB", target=WORKER_MEGABYTES),
    ]
