"""Stage reports in a province of 12,900 schools: figures in SQL, a county's document.

The limit of making a document is what WeasyPrint alone needs for the same HTML.
"""

from functools import partial
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from campaigns.enums import StageKind
from reports import documents, figures
from tests.bench import world
from tests.bench.measuring import Figure, analyse, core_seconds, most_figure
from workflows import actions

AREA = "reports"
COUNTIES, SCHOOLS_IN_EACH = 86, 150


def sql_seconds(work) -> float:
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum(float(query["time"]) for query in captured.captured_queries)


def weasyprint_alone(found: dict) -> float:
    """Seconds of one core from ready HTML to PDF."""
    with override("zh-hans"):
        source = documents.html(found, issue=1)
        return median(core_seconds(lambda: documents.printed(source, "bench")) for _ in range(3))


def run() -> list[Figure]:
    here = world.build(counties=COUNTIES, schools_in_each=SCHOOLS_IN_EACH, staffed=2)
    campaign = world.campaign(here)
    actions.launch(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    campaign = type(campaign).objects.get(pk=campaign.pk)
    actions.begin_collection(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    world.fill(campaign, here.schools[: 2 * SCHOOLS_IN_EACH], here)
    analyse()
    count = partial(figures.figures, campaign, StageKind.COLLECTION, at=world.NOW)
    province = sql_seconds(lambda: count(organisation=here.province))
    county = count(organisation=here.counties[0])
    draw = partial(documents.pdf, county, issue=1, language="zh-hans")
    draw()
    counted = sql_seconds(lambda: count(organisation=here.counties[0]))
    drawn, alone = median(core_seconds(draw) for _ in range(3)), weasyprint_alone(county)
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
    ]
