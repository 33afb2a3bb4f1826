"""The register's way in, importing a workbook; and the register at full scale (register_scale.py).

Beside the import stands what reading the file alone takes: with python-calamine (the limit) and
with openpyxl (the peer, which reads and does nothing else).
"""

import io
from statistics import median

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from campaigns import actions, asked
from campaigns.models import Submission
from campaigns.workbooks import template
from teachers import reference
from teachers.enums import Role
from tests.bench import register_scale, world
from tests.bench.measuring import (
    Figure,
    analyse,
    limit_figure,
    median_seconds,
    rate_figure,
    seconds,
)
from tests.campaigns import people
from workflows import actions as flow

AREA = "register"
ROWS = 20_000
SURNAMES = "马王张李赵刘陈杨何汪唐妥周孙严高魏郭段包"
GIVEN = "文英建国海燕晓梅玉兰成龙志远丽敏芳静强琴岩洋斌峰红刚军平雪婷"


def open_answer(here: world.World) -> Submission:
    """The answer of the only school, in collection, asked for one sub-set of 45 columns."""
    campaign = world.campaign(here)
    flow.launch(campaign, by=here.manager.user, post=here.manager, at=world.NOW)
    campaign.refresh_from_db(fields=["launched_at"])
    flow.begin_collection(
        type(campaign).objects.get(pk=campaign.pk),
        by=here.manager.user,
        post=here.manager,
        at=world.NOW,
    )
    return Submission.objects.get(campaign=campaign)


def named(number: int) -> dict:
    """A sound document under a name that few others have, as in a real school or county."""
    document = people.document(number)
    given = GIVEN[number // len(SURNAMES) % len(GIVEN)]
    second = GIVEN[number // (len(SURNAMES) * len(GIVEN)) % len(GIVEN)]
    name = f"{SURNAMES[number % len(SURNAMES)]}{given}{second}"
    return {**document, "basic": {**document["basic"], "name": name}}


def workbook(submission: Submission) -> bytes:
    form = asked.form_of(submission)
    persons = [(people.card(number), named(number)) for number in range(ROWS)]
    return template.write_template(form, submission.organisation, template.rows_of(form, persons))


def read_with_calamine(content: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def read_with_openpyxl(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True)
    for page in book.worksheets:
        for _row in page.iter_rows(values_only=True):
            pass


def measure_import() -> tuple[float, float, float]:
    """Rows a second: our whole import, openpyxl reading, calamine reading."""
    here = world.build(counties=1, schools_in_each=1, staffed=1)
    submission = open_answer(here)
    content = workbook(submission)
    clerk = here.post(here.schools[0], Role.CLERK)
    analyse()
    # Read alone before and after: what else the machine does weighs on both alike.
    alone = [seconds(lambda: read_with_calamine(content)) for _ in range(2)]
    took = seconds(
        lambda: actions.take_workbook(
            submission=submission,
            name="bench.xlsx",
            content=content,
            sound_rows_only=False,
            by=clerk.user,
            post=clerk,
            at=world.NOW,
        )
    )
    if submission.records.count() != ROWS:
        raise AssertionError("the import did not take every row")
    alone += [seconds(lambda: read_with_calamine(content)) for _ in range(2)]
    peer = median_seconds(lambda: read_with_openpyxl(content), times=3)
    return ROWS / took, ROWS / peer, ROWS / median(alone)


def run() -> list[Figure]:
    reference.load()
    ours, peer, limit = measure_import()
    from tests.bench.__main__ import empty_database

    empty_database()
    return [
        rate_figure(
            AREA, f"import a workbook of {ROWS:,} rows", ours, "rows/s", peer=peer, limit=limit
        ),
        limit_figure(AREA, "import against python-calamine alone", ours, limit, target=1 / 3),
        *register_scale.measure(),
    ]
