"""Two clerks on one record: what the second is shown, chooses, and loses nothing of."""

from datetime import timedelta

import pytest

from campaigns import actions, versions
from campaigns.models import Record, RecordDraft
from campaigns.versions import Difference
from teachers.enums import Role
from teachers.models import AccessEntry
from tests import colleagues
from tests.campaigns import people
from tests.campaigns.conftest import acting
from tests.campaigns.test_record_pages import fields_of, text

OTHER_SCHOOL = {"education": "31", "edu_school": "临夏师范学校"}


@pytest.fixture
def record(enter) -> Record:
    return enter(1)[0]


@pytest.fixture
def where(submission, record) -> str:
    return f"/submissions/{submission.pk}/records/{record.pk}/"


@pytest.fixture
def clerk_page(client, cast):
    client.force_login(cast.school_clerk.user)
    return client


@pytest.fixture
def opened(clerk_page, where) -> dict:
    """The form as the first school's clerk has opened it, before anything below happens."""
    return fields_of(clerk_page.get(where))


@pytest.fixture
def other(cast, submission, record, now):
    """He Jun, the school's second clerk, saves meanwhile: other(contact={…}, hours=1)."""
    post = colleagues.colleague(cast.first_school, "何军", role=Role.CLERK)

    def _save(hours: int = 1, identity: str = "", **sets):
        current = Record.objects.get(pk=record.pk)
        data = {**current.data, **sets}
        return actions.save_record(
            submission=submission,
            data=data,
            identity=identity,
            identity_type="1",
            record=current,
            **acting(post, now + timedelta(hours=hours)),
        )

    return _save


def choices(answer) -> dict[str, tuple]:
    """Name → what the page shows before, mine, theirs, and what it suggests."""
    return {
        line.name: (line.before, line.mine, line.theirs, side)
        for line, side in answer.context["lines"]
    }


def hidden(answer) -> dict:
    return dict(answer.context["kept"]) | {
        "against": answer.context["record"].entered_at.isoformat()
    }


def test_the_second_is_shown_the_change_of_the_first_and_nothing_is_saved(
    clerk_page, where, opened, other, record
):
    mobile = record.data["contact"]["mobile"]
    other(contact={"mobile": "19900000001"})

    answer = clerk_page.post(where, opened | {"contact-mobile": "19900000002"})

    assert answer.status_code == 422
    assert "何军" in text(answer)
    assert choices(answer) == {
        "contact-mobile": ([mobile], ["19900000002"], ["19900000001"], "mine")
    }
    record.refresh_from_db()
    assert record.data["contact"]["mobile"] == "19900000001"


def test_what_only_one_of_them_changed_is_chosen_already_and_saved_together(
    clerk_page, where, opened, other, record
):
    other(contact={"mobile": "19900000001"})
    answer = clerk_page.post(where, opened | {"basic-ict": "3"})

    assert {name: line[3] for name, line in choices(answer).items()} == {
        "basic-ict": "mine",
        "contact-mobile": "theirs",
    }
    saved = clerk_page.post(where, hidden(answer))

    assert saved.status_code == 302
    record.refresh_from_db()
    assert (record.data["basic"]["ict"], record.data["contact"]["mobile"]) == ("3", "19900000001")


@pytest.mark.parametrize(("side", "saved"), [("mine", "19900000002"), ("theirs", "19900000001")])
def test_where_both_changed_a_field_the_second_chooses(
    clerk_page, where, opened, other, record, side, saved
):
    other(contact={"mobile": "19900000001"})
    answer = clerk_page.post(where, opened | {"contact-mobile": "19900000002"})

    clerk_page.post(where, hidden(answer) | {"choice-contact-mobile": side})

    record.refresh_from_db()
    assert record.data["contact"]["mobile"] == saved
    assert record.entered_by.name == "汪晓梅"


def test_rows_that_both_added_are_all_kept(clerk_page, where, opened, other, record):
    first = record.data["learning"]
    other(learning=[*first, OTHER_SCHOOL])
    sent = opened | {"learning-rows": "2", "learning-1-education": "21", "learning-1-major": "数学"}

    answer = clerk_page.post(where, sent)
    assert [line[3] for line in choices(answer).values()] == ["both"]
    clerk_page.post(where, hidden(answer))

    record.refresh_from_db()
    assert record.data["learning"] == [*first, {"education": "21", "major": "数学"}, OTHER_SCHOOL]


def test_a_third_saving_in_between_is_shown_again(clerk_page, where, opened, other, record):
    other(contact={"mobile": "19900000001"})
    answer = clerk_page.post(where, opened | {"contact-mobile": "19900000002"})
    other(contact={"mobile": "19900000003"}, hours=2)

    again = clerk_page.post(where, hidden(answer) | {"choice-contact-mobile": "theirs"})

    assert again.status_code == 422
    assert [line[2:] for line in choices(again).values()] == [(["19900000003"], "theirs")]
    record.refresh_from_db()
    assert record.data["contact"]["mobile"] == "19900000003"


def test_the_same_entries_twice_ask_nothing(clerk_page, where, opened, other):
    other(contact={"mobile": "19900000001"})

    answer = clerk_page.post(where, opened | {"contact-mobile": "19900000001"})

    assert answer.status_code == 302


def test_a_number_that_the_other_corrected_is_kept_unless_the_second_typed_one(
    clerk_page, where, opened, other, record
):
    other(identity=people.card(40))

    answer = clerk_page.post(where, opened | {"basic-ict": "3"})
    assert choices(answer)["basic-id_no"][3] == "theirs"
    clerk_page.post(where, hidden(answer))

    record.refresh_from_db()
    assert record.identity_mask == people.card(40)[:6] + "********" + people.card(40)[-4:]
    assert record.data["basic"]["ict"] == "3"


def test_the_second_may_go_back_to_the_number_there_was(clerk_page, where, opened, other, record):
    before = record.identity_hash
    other(identity=people.card(40))
    answer = clerk_page.post(where, opened | {"basic-ict": "3"})

    clerk_page.post(where, hidden(answer) | {"choice-basic-id_no": "mine"})

    record.refresh_from_db()
    assert record.identity_hash == before


def test_the_entries_of_the_second_are_kept_as_a_draft_until_then(clerk_page, where, opened, other):
    other(contact={"mobile": "19900000001"})
    answer = clerk_page.post(where, opened | {"contact-mobile": "19900000002"})

    draft = RecordDraft.objects.get()
    assert actions.content_of(draft)["contact-mobile"] == ["19900000002"]
    clerk_page.post(where, hidden(answer))
    assert RecordDraft.objects.count() == 0


def test_the_look_at_the_others_version_is_logged(clerk_page, where, opened, other):
    other(contact={"mobile": "19900000001"})
    before = AccessEntry.objects.count()

    clerk_page.post(where, opened | {"contact-mobile": "19900000002"})

    assert AccessEntry.objects.count() == before + 1


def test_a_record_removed_meanwhile_leaves_what_was_typed(
    clerk_page, where, opened, submission, record, clerk
):
    actions.remove_record(submission=submission, record=record, **clerk)

    answer = clerk_page.post(where, opened | {"contact-mobile": "19900000002"})

    page = text(answer)
    assert answer.status_code == 422
    assert "19900000002" in page
    assert "已将该记录移出" in page
    assert f'action="/submissions/{submission.pk}/records/new/"' in page


def test_differences_of_rows_are_told_field_by_field_where_nobody_added_or_removed_any(form):
    before = {"learning": [{"education": "21", "major": "数学"}]}
    mine = {"learning": [{"education": "21", "major": "语文"}]}
    theirs = {"learning": [{"education": "31", "major": "数学"}]}

    found = versions.compare(form, before, mine, theirs)

    assert [(one.name, one.suggested) for one in found] == [
        ("learning-0-education", "theirs"),
        ("learning-0-major", "mine"),
    ]
    assert found[1] == Difference(
        "learning-0-major", "学习经历 1 · 所学专业", ["数学"], ["语文"], ["数学"], "mine"
    )
    assert versions.merged(form, before, mine, theirs, {}) == {
        "learning": [{"education": "31", "major": "语文"}]
    }


def test_what_i_took_out_does_not_come_back_with_their_rows(form):
    row, kept, new = ({"major": word} for word in ("数学", "语文", "英语"))

    result = versions.merged(
        form, {"learning": [row, kept]}, {"learning": [kept]}, {"learning": [row, kept, new]}, {}
    )

    assert result == {"learning": [kept, new]}


def test_a_field_that_they_emptied_is_emptied(form):
    before, theirs = {"contact": {"mobile": "1", "phone": "2"}}, {"contact": {"mobile": "1"}}

    assert versions.merged(form, before, before, theirs, {}) == theirs


def test_a_form_that_does_not_say_what_it_was_opened_on_is_compared_with_what_is_saved(
    clerk_page, where, opened, other, record
):
    other(contact={"mobile": "19900000001"})

    for forged in (
        "",
        "k1:nonsense",
        versions.sealed(Record(pk=1, data={}, entered_at=record.entered_at)),
    ):
        answer = clerk_page.post(where, opened | {"contact-mobile": "2", "opened": forged})

        assert choices(answer)["contact-mobile"] == (
            ["19900000001"],
            ["2"],
            ["19900000001"],
            "mine",
        )
