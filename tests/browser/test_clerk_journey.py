"""A clerk at the school's desk: from an error to its field, drafts by themselves, two at once."""

import re

import pytest
from playwright.sync_api import expect

from campaigns import actions
from campaigns.models import Record, RecordDraft
from teachers import reference
from teachers.enums import Role, SchoolKind
from tests import rounds
from tests.campaigns import people
from tests.colleagues import colleague


@pytest.fixture
def collection(transactional_db, cast, now):
    """Three teachers of the first school: one sound, two with a field missing."""
    reference.load()
    here = rounds.launched(cast, now, asked={kind.value: people.ASKED for kind in SchoolKind})
    for number in range(3):
        document = people.document(number)
        if number:
            del document["basic"]["ict"], document["learning"][0]["education"]
        actions.save_record(
            submission=here.submission(cast.first_school),
            data=document,
            identity=people.card(number),
            identity_type="1",
            by=cast.school_clerk.user,
            post=cast.school_clerk,
            at=now,
        )
    return here


def where(number: int) -> str:
    record = Record.objects.order_by("pk")[number]
    return f"/submissions/{record.submission_id}/records/{record.pk}/"


def test_an_error_leads_to_its_field_and_saving_to_the_next_teacher(collection, seat):
    page = seat("school_clerk")
    page.goto("/school/")
    page.locator("#checklist a.tag.bad").nth(1).click()
    page.locator('.teachers a[href$="#id_learning-0-education"]').first.click()
    control = page.locator("#id_learning-0-education")
    expect(control).to_be_focused()
    expect(page.locator(".field.sought")).to_have_count(1)

    control.select_option("21")
    page.locator("#id_basic-ict").select_option("2")
    page.locator("button[name=next]").click()

    expect(page).to_have_url(re.compile(re.escape(where(2))))
    assert Record.objects.order_by("pk")[1].findings.count() == 0


def test_what_is_typed_is_kept_without_a_press_and_taken_over_later(collection, seat):
    page = seat("school_clerk")
    page.goto(where(0))
    page.locator("#id_contact-mobile").fill("19912345678")
    page.locator("#id_contact-mobile").press("Tab")
    expect(page.locator("#draft-state")).to_have_text(re.compile("已存为草稿"))
    page.goto("/school/")  # nobody asks: everything is kept

    page.goto(where(0))
    expect(page.locator("#id_contact-mobile")).not_to_have_value("19912345678")
    page.locator('#draft a[href="?draft=1"]').click()
    expect(page.locator("#id_contact-mobile")).to_have_value("19912345678")
    page.locator("#record-form .btn.primary").click()
    expect(page).to_have_url(re.compile("/school/"))

    assert Record.objects.order_by("pk")[0].data["contact"]["mobile"] == "19912345678"
    assert RecordDraft.objects.count() == 0


def test_leaving_with_entries_that_are_not_kept_is_asked_about(collection, seat):
    page, asked = seat("school_clerk"), []
    page.forgives = True  # the network is cut below
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(where(0))
    page.route("**/draft/", lambda route: route.abort())
    page.locator("#id_contact-mobile").fill("19912345678")
    page.locator("#id_contact-mobile").press("Tab")
    expect(page.locator("#draft-state.failed")).to_be_visible()

    page.goto("/school/")

    assert asked == ["beforeunload"]


def test_a_row_that_is_added_is_part_of_the_draft(collection, seat):
    page = seat("school_clerk")
    page.goto(where(0))
    page.locator("#set-learning [data-add-row]").click()
    page.locator("#id_learning-1-major").fill("数学")
    page.locator("#id_learning-1-major").press("Tab")
    expect(page.locator("#draft-state")).to_have_text(re.compile("已存为草稿"))

    page.goto(f"{where(0)}?draft=1")

    expect(page.locator("#id_learning-1-major")).to_have_value("数学")


def test_the_second_of_two_clerks_sees_both_versions_and_chooses(collection, seat, cast):
    second = colleague(cast.first_school, "何军", role=Role.CLERK)
    second.user.set_password("correct-horse-9")
    second.user.save()
    pages = [seat("school_clerk"), seat(second.user.username)]
    pages[1].forgives = True  # the second saving is answered with 422
    for page in pages:
        page.goto(where(0))
    pages[0].locator("#id_contact-mobile").fill("19900000001")
    pages[1].locator("#id_contact-mobile").fill("19900000002")
    pages[1].locator("#id_basic-ict").select_option("3")
    for page in pages:
        page.locator("#record-form .btn.primary").click()

    lines = pages[1].locator("table.versions tbody tr")
    expect(lines).to_have_count(2)
    lines.last.locator('input[value="theirs"]').check()
    pages[1].get_by_role("button", name="按所选保存").click()
    expect(pages[1]).to_have_url(re.compile("/school/"))

    data = Record.objects.order_by("pk")[0].data
    assert (data["contact"]["mobile"], data["basic"]["ict"]) == ("19900000001", "3")
