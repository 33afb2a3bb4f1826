"""A whole round as people see it: from the clerk's workbook to the supervisor's report.

Each person works in a browser of their own, in Chinese. Selectors name what stands in the pages'
addresses and form values, so that the journey does not hang on the wording.
"""

import io
import re

import pypdf
import pytest
from django_tasks_db.management.commands.db_worker import Worker
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from campaigns.enums import SubmissionState
from campaigns.models import Submission
from campaigns.workbooks import layout
from teachers import reference
from teachers.enums import SchoolKind
from teachers.models import DossierRevision, Teacher
from tests import rounds
from tests.campaigns import people

TEACHERS = 3
WORDS = "马一兰的学历证书与表中不一致，请核对。"


@pytest.fixture
def collection(transactional_db, cast, now):
    """A campaign in collection; two other schools of the county have handed in."""
    reference.load()
    here = rounds.launched(cast, now, asked={kind.value: people.ASKED for kind in SchoolKind})
    here.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    here.hand_in(cast.kindergarten, cast.kindergarten_clerk, cast.kindergarten_head)
    return here


# --- The workbook, as a clerk fills it in with Excel -----------------------------------------


def places(book: Workbook, title: str) -> dict[str, int]:
    """Header to column number on a sheet of the template."""
    return {layout.plain_title(cell.value): cell.column for cell in book[title][2] if cell.value}


def fill_in(book: Workbook, columns: dict[str, dict], number: int, row: int) -> None:
    """Write a sound teacher into one row of every sheet."""
    document, card = people.document(number), people.card(number)
    for title, sheet in columns.items():
        at, answer = places(book, title), document[sheet["key"]]
        values = answer[0] if isinstance(answer, list) else answer
        for indicator, header in sheet["names"].items():
            value = card if indicator in {"id_no", layout.PERSON} else values.get(indicator)
            if value is not None:
                text = "、".join(value) if isinstance(value, list) else value
                book[title].cell(row, at[layout.plain_title(header)], text)


def sheets_of(submission: Submission) -> dict[str, dict]:
    from campaigns import asked

    return {
        sheet.title: {
            "key": sheet.subset.key,
            "names": {column.key: column.title for column in sheet.columns},
        }
        for sheet in layout.sheets(asked.form_of(submission))
    }


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def download(page: Page, link: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(link).first.click()
    return waiting.value.path().read_bytes()


def bring_in(page: Page, content: bytes, *, sound_rows_only: bool) -> None:
    page.goto("/school/")
    page.set_input_files(
        "input[name=workbook]",
        {"name": "教师信息.xlsx", "mimeType": "application/octet-stream", "buffer": content},
    )
    if sound_rows_only:
        page.locator('input[name=sound_rows_only][value="1"]').check()
    with page.expect_navigation():
        page.locator('form[action*="/import/"] button').click()


# --- The steps of the round ------------------------------------------------------------------


def clerk_fills(page: Page, collection: rounds.Round) -> None:
    """One row has a month that cannot be: it comes back, is corrected and imported again."""
    submission = collection.submission(collection.cast.first_school)
    columns = sheets_of(submission)
    page.goto("/school/")
    book = load_workbook(io.BytesIO(download(page, 'a[href$="template.xlsx"]')))
    for number in range(TEACHERS):
        fill_in(book, columns, number, layout.FIRST_ROW + number)
    basic = next(title for title, sheet in columns.items() if sheet["key"] == "basic")
    month = places(book, basic)["参加工作年月"]
    book[basic].cell(layout.FIRST_ROW + TEACHERS - 1, month, "2010年13月")
    bring_in(page, saved(book), sound_rows_only=True)
    failed = load_workbook(io.BytesIO(download(page, 'a[href$="failed.xlsx"]')))
    assert submission.records.count() == TEACHERS - 1
    assert failed[basic].max_row == layout.FIRST_ROW
    failed[basic].cell(layout.FIRST_ROW, places(failed, basic)["参加工作年月"], "2010年8月")
    bring_in(page, saved(failed), sound_rows_only=False)
    assert submission.records.count() == TEACHERS


def clerk_hands_in(page: Page) -> None:
    page.goto("/school/")
    page.locator('[data-opens="submit"]').click()
    page.locator("dialog#submit button.primary").click()
    expect(page.locator('[data-opens="submit"]')).to_have_count(0)


def head_signs(page: Page) -> None:
    page.goto("/school/")
    page.locator('[data-opens="sign"]').click()
    page.locator("dialog#sign button.primary").click()
    expect(page.locator('[data-opens="sign"]')).to_have_count(0)


def rows(page: Page):
    return page.locator("tr[data-task]")


def county_returns(page: Page, school: str, *, waiting: int) -> None:
    """Return one school with a coded reason and words."""
    page.goto("/inbox/")
    expect(rows(page)).to_have_count(waiting)
    rows(page).filter(has_text=school).locator('input[name="task"]').check()
    page.locator('#batch button[value="return"]').click()
    form = page.locator("form.return")
    form.locator('input[name="reason"]').first.check()
    form.locator('textarea[name="words"]').fill(WORDS)
    form.locator("button.danger.primary").click()
    expect(rows(page)).to_have_count(waiting - 1)


def approve_all(page: Page) -> None:
    page.locator('input[data-mark="all"]').check()
    page.locator('#batch button[value="approve"]').click()
    page.locator("dialog[open] .btn.primary").click()
    expect(page.locator("#receipt [role=status]")).to_be_visible()
    expect(rows(page)).to_have_count(0)


def reviewer_approves(page: Page, waiting: int) -> None:
    page.goto("/inbox/")
    expect(rows(page)).to_have_count(waiting)
    approve_all(page)


def supervisor_downloads(page: Page) -> pypdf.PdfReader:
    """Ask for the county's report, let a worker make it, download it."""
    page.goto("/reports/")
    page.locator('form[action$="/reports/ask/"] button').click()
    page.wait_for_url(re.compile(r"/reports/"))
    work_off_the_queue()
    link = 'a[href$="report.pdf"]'
    expect(page.locator(link)).to_be_visible()
    return pypdf.PdfReader(io.BytesIO(download(page, link)))


def work_off_the_queue() -> None:
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="journey",
        excluded_queue_names=[],
    ).run()


def test_a_round_from_the_clerks_workbook_to_the_supervisors_report(collection, seat):
    cast = collection.cast
    clerk = seat("school_clerk", by_form=True)
    clerk_fills(clerk, collection)
    clerk_hands_in(clerk)
    head_signs(seat("school_head"))
    county = seat("county_reviewer")
    county_returns(county, cast.kindergarten.name, waiting=3)
    approve_all(county)
    reviewer_approves(seat("city_reviewer"), waiting=2)
    reviewer_approves(seat("province_reviewer"), waiting=2)
    report = supervisor_downloads(seat("county_supervisor"))

    states = dict(Submission.objects.values_list("organisation__name", "state"))
    assert states[cast.first_school.name] == SubmissionState.APPROVED
    assert states[cast.second_school.name] == SubmissionState.APPROVED
    assert states[cast.kindergarten.name] == SubmissionState.RETURNED
    assert DossierRevision.objects.count() == TEACHERS + 1
    assert Teacher.objects.exclude(number="").count() == TEACHERS + 1
    text = "".join(page.extract_text() for page in report.pages)
    assert cast.county.name in text
    assert "演示数据" in text


def test_the_returned_school_reads_why(collection, seat):
    county_returns(seat("county_reviewer"), collection.cast.kindergarten.name, waiting=2)

    page = seat("kindergarten_clerk")
    page.goto("/school/")

    expect(page.locator("section.alert.warning blockquote")).to_have_text(WORDS)
