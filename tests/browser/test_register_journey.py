"""A teacher's way through the register, entirely on screen: hired, transferred, corrected, retired.

Each person works in a browser of their own. Selectors name addresses and form values, not words.
"""

import pytest
from playwright.sync_api import Page

from teachers import reference
from teachers.models import ChangeRequest, Teacher, TeacherNumber
from tests import documents, staff, uploads

NAME = "马新兰"
#: Codes whose control is a drop-down or an input with suggestions, and plain values, by field.
ROWS = ("learning", "work", "post", "title", "qualification")


@pytest.fixture
def seat(open_page, sign_in):
    """Sit a person of the cast down at a browser of their own; once each."""
    pages: dict[str, Page] = {}

    def sit(username: str) -> Page:
        if username not in pages:
            pages[username] = open_page()
            sign_in(pages[username], username)
        return pages[username]

    return sit


def write(page: Page, name: str, value: object) -> None:
    """Put a value into the control of this name, whatever kind it is."""
    control = page.locator(f'#record-form [name="{name}"]')
    if isinstance(value, list):
        for code in value:
            page.locator(f'#record-form [name="{name}"][value="{code}"]').check()
    elif control.evaluate("node => node.tagName") == "SELECT":
        control.select_option(str(value))
    else:
        control.fill(str(value))


def fill_in_person(page: Page, document: dict) -> None:
    """Type a whole document into the form of a new teacher."""
    write(page, "basic-id_no", staff.card(108))
    names = page.locator("#record-form [name]").evaluate_all(
        "nodes => nodes.filter(node => !node.disabled).map(node => node.name)"
    )
    for key, value in {**document["basic"], "name": NAME}.items():
        if f"basic-{key}" in names:
            write(page, f"basic-{key}", value)
    for key, value in document["contact"].items():
        write(page, f"contact-{key}", value)
    for set_key in ROWS:
        page.locator(f"#set-{set_key} [data-add-row]").click()
        for key, value in document[set_key][0].items():
            write(page, f"{set_key}-0-{key}", value)


def evidence() -> dict:
    return {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": uploads.pdf()}


def say(page: Page, change: ChangeRequest, verdict: str) -> None:
    """Open the request from the list and press one of its buttons."""
    page.goto("/changes/")
    page.locator(f'a[href="/changes/{change.pk}/"]').click()
    page.locator(f'button[name="verdict"][value="{verdict}"]').click()
    page.locator(".alert.success").wait_for()


def newest() -> ChangeRequest:
    return ChangeRequest.objects.latest("pk")


def save(page: Page) -> ChangeRequest:
    page.locator(".savebar .btn.primary").click()
    page.wait_for_url("**/changes/*/")
    change = newest()
    assert change.errors == [], change.errors
    return change


def walk(seat, change: ChangeRequest, *steps: tuple[str, str]) -> ChangeRequest:
    for username, verdict in steps:
        say(seat(username), change, verdict)
    change.refresh_from_db()
    return change


OWN = (("school_clerk", "submit"), ("school_head", "sign"), ("county_reviewer", "approve"))
UP = (("city_reviewer", "approve"), ("province_reviewer", "approve"))


def test_hired_transferred_corrected_retired(transactional_db, cast, now, seat):
    reference.load()
    number = hired(seat)
    transferred(seat, number)
    corrected(seat, number)
    retired(seat, number)

    teacher = Teacher.objects.get()
    assert (teacher.number, teacher.status, teacher.name) == (number, "retired", "马欣兰")
    assert teacher.organisation == cast.neighbour_school
    assert TeacherNumber.objects.count() == 1
    assert teacher.dossier.revisions == 4
    assert list(teacher.employments.order_by("from_date", "pk").values_list("to_date", flat=True))


def hired(seat) -> str:
    """The clerk fills in a new teacher, the whole line says yes; returns the number."""
    clerk = seat("school_clerk")
    clerk.goto("/changes/")
    clerk.locator('a[href="/changes/new/"]').first.click()
    clerk.locator('a[href="?kind=hire"]').click()
    fill_in_person(clerk, documents.sound())
    clerk.locator('input[name="evidence"]').set_input_files([evidence()])
    change = walk(seat, save(clerk), *OWN, *UP)
    assert change.state == "in_force", change.errors
    return change.teacher.number


def transferred(seat, number: str) -> None:
    """A school of another county asks; the first school and both authorities let go."""
    clerk = seat("neighbour_clerk")
    clerk.goto("/changes/new/?kind=transfer_within")
    clerk.locator('input[name="number"]').fill(number)
    clerk.locator('input[name="name"]').fill(NAME)
    clerk.locator("main form .btn.primary").click()
    change = walk(
        seat,
        save(clerk),
        ("neighbour_clerk", "submit"),
        ("neighbour_head", "sign"),
        ("neighbour_reviewer", "approve"),
        ("school_head", "approve"),
        ("county_reviewer", "approve"),
        ("city_reviewer", "approve"),
    )
    assert (change.kind, change.state) == ("transfer_counties", "in_force")


def corrected(seat, number: str) -> None:
    """The new school corrects the name, with evidence, along the whole line."""
    clerk = seat("neighbour_clerk")
    clerk.goto(f"/changes/new/?kind=key_correction&q={number}")
    clerk.locator("main table a.btn").click()
    write(clerk, "basic-name", "马欣兰")
    clerk.locator('textarea[name="reason"]').fill("与身份证不符")
    clerk.locator('input[name="evidence"]').set_input_files([evidence()])
    change = walk(
        seat,
        save(clerk),
        ("neighbour_clerk", "submit"),
        ("neighbour_head", "sign"),
        ("neighbour_reviewer", "approve"),
        *UP,
    )
    assert (change.state, change.fields) == ("in_force", ["basic.name"])


def retired(seat, number: str) -> None:
    clerk = seat("neighbour_clerk")
    clerk.goto(f"/changes/new/?kind=retirement&q={number}")
    clerk.locator("main table a.btn").click()
    change = walk(
        seat,
        save(clerk),
        ("neighbour_clerk", "submit"),
        ("neighbour_head", "sign"),
        ("neighbour_reviewer", "approve"),
    )
    assert (change.state, change.teacher.status) == ("in_force", "retired")
