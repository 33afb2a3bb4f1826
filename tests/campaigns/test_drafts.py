"""Drafts of records: kept while one types, offered again, ended by saving, seen by nobody else."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns import actions
from campaigns.models import Record, RecordDraft
from teachers import key_rotation
from teachers.enums import Role
from teachers.models import Post
from tests import colleagues
from tests.campaigns import people
from tests.campaigns.conftest import acting
from tests.campaigns.test_record_pages import fields_of, text

NEW_MOBILE = "19912345678"


@pytest.fixture
def clerk_page(client, cast):
    client.force_login(cast.school_clerk.user)
    return client


@pytest.fixture
def record(enter) -> Record:
    return enter(1)[0]


@pytest.fixture
def where(submission, record) -> str:
    return f"/submissions/{submission.pk}/records/{record.pk}/"


@pytest.fixture
def typed(clerk_page, where) -> dict:
    """The form of the record with another mobile number."""
    return fields_of(clerk_page.get(where)) | {"contact-mobile": NEW_MOBILE}


def test_what_is_typed_is_kept_and_counts_for_nothing(clerk_page, where, typed, record, submission):
    answer = clerk_page.post(f"{where}draft/", typed)

    kept = RecordDraft.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "saved_at": kept.saved_at.isoformat(),
        "words": f"已存为草稿 {timezone.localtime(kept.saved_at):%H:%M}",
    }
    assert actions.content_of(kept)["contact-mobile"] == [NEW_MOBILE]
    assert kept.based_on == record.entered_at
    record.refresh_from_db()
    submission.refresh_from_db()
    assert record.data["contact"]["mobile"] != NEW_MOBILE
    assert submission.records_count == 1


def test_a_draft_lies_sealed(clerk_page, where, typed):
    clerk_page.post(f"{where}draft/", typed | {"basic-id_no": people.card(7)})

    content = RecordDraft.objects.get().content
    assert people.card(7) not in content
    assert NEW_MOBILE not in content
    values = [value.column for value in key_rotation.sealed_values(RecordDraft)]
    assert values == ["content"]


def test_the_form_offers_the_draft_and_takes_it_over(clerk_page, where, typed):
    clerk_page.post(f"{where}draft/", typed)

    offered = clerk_page.get(where)
    taken = clerk_page.get(f"{where}?draft=1")

    assert "您有未保存的填写内容" in text(offered)
    assert NEW_MOBILE not in text(offered)
    assert "data-draft=" not in text(offered)
    assert NEW_MOBILE in text(taken)
    assert f'data-draft="{where}draft/"' in text(taken)


def test_a_draft_that_cannot_be_read_yet_is_taken_over_with_its_faults(clerk_page, where, typed):
    clerk_page.post(f"{where}draft/", typed | {"basic-birth_date": "昨天"})

    taken = clerk_page.get(f"{where}?draft=1")

    assert taken.status_code == 200
    assert "昨天" in text(taken)
    assert "草稿中有的内容无法识别" in text(taken)


def test_saving_ends_the_draft(clerk_page, where, typed):
    clerk_page.post(f"{where}draft/", typed)

    clerk_page.post(where, typed)

    assert RecordDraft.objects.count() == 0
    assert "您有未保存的填写内容" not in text(clerk_page.get(where))


def test_a_draft_that_arrives_just_after_the_saving_is_not_offered(clerk_page, where, typed):
    clerk_page.post(where, typed)
    clerk_page.post(f"{where}draft/", typed)

    page = clerk_page.get(where)

    assert "您有未保存的填写内容" not in text(page)
    assert f'data-following="{RecordDraft.objects.get().saved_at:%Y}' in text(page)


def test_a_draft_goes_on_from_the_one_before(clerk_page, where, typed):
    first = clerk_page.post(f"{where}draft/", typed).json()["saved_at"]

    second = clerk_page.post(f"{where}draft/", typed | {"following": first})

    assert second.status_code == 200
    assert RecordDraft.objects.count() == 1


def test_a_second_window_does_not_overwrite_the_draft_of_the_first(clerk_page, where, typed):
    clerk_page.post(f"{where}draft/", typed)

    answer = clerk_page.post(f"{where}draft/", typed | {"contact-mobile": "19900000001"})

    assert answer.status_code == 409
    assert "另一个窗口" in answer.json()["words"]
    assert actions.content_of(RecordDraft.objects.get())["contact-mobile"] == [NEW_MOBILE]


def test_a_draft_is_thrown_away(clerk_page, where, typed):
    clerk_page.post(f"{where}draft/", typed)

    answer = clerk_page.post(f"{where}draft/drop/", follow=True)

    assert RecordDraft.objects.count() == 0
    assert "草稿已丢弃" in text(answer)


def test_a_new_person_has_a_draft_too(clerk_page, submission, record, where):
    new = f"/submissions/{submission.pk}/records/new/"
    sent = fields_of(clerk_page.get(where)) | {"basic-name": "唐新", "basic-id_no": people.card(7)}
    sent.pop("seen")

    clerk_page.post(f"{new}draft/", sent)
    offered, taken = clerk_page.get(new), clerk_page.get(f"{new}?draft=1")
    clerk_page.post(new, sent)

    assert "您有未保存的填写内容" in text(offered)
    assert "唐新" in text(taken)
    assert RecordDraft.objects.count() == 0
    assert submission.records.count() == 2


def test_nobody_else_sees_a_draft_not_even_a_colleague(
    clerk_page, client, where, typed, collection, cast
):
    clerk_page.post(f"{where}draft/", typed)
    colleague = colleagues.colleague(cast.first_school, "何军", role=Role.CLERK)

    client.force_login(colleague.user)
    page = client.get(f"{where}?draft=1")
    client.post(f"{where}draft/drop/")

    assert NEW_MOBILE not in text(page)
    assert RecordDraft.objects.count() == 1


@pytest.mark.parametrize("who", ["neighbour_clerk", "county_reviewer", "teacher"])
def test_others_can_keep_no_draft(client, cast, where, record, who):
    client.force_login(cast.posts[who].user)

    for address in (f"{where}draft/", f"{where}draft/drop/"):
        assert client.post(address, {"contact-mobile": "1"}).status_code == 404
    assert RecordDraft.objects.count() == 0


def test_a_head_keeps_none_either(client, cast, where, record):
    client.force_login(cast.school_head.user)

    assert client.post(f"{where}draft/", {"contact-mobile": "1"}).status_code == 409
    assert RecordDraft.objects.count() == 0


def test_a_draft_says_that_the_record_was_saved_after_it(
    clerk_page, where, typed, cast, save, submission, record, now
):
    clerk_page.post(f"{where}draft/", typed)
    colleague = colleagues.colleague(cast.first_school, "何军", role=Role.CLERK)
    actions.save_record(
        submission=submission,
        data=people.document(0),
        identity="",
        identity_type="1",
        record=record,
        **acting(colleague, now + timedelta(hours=2)),
    )

    page = text(clerk_page.get(where))

    assert f"此后{colleague.user.name}" in page
    assert "两个版本将并列显示" in page


def test_a_submission_that_is_handed_in_takes_no_drafts(
    clerk_page, where, typed, collection, cast, submission
):
    collection.hand_in(cast.first_school, cast.school_clerk, cast.school_head)

    assert clerk_page.post(f"{where}draft/", typed).status_code == 404


def test_too_long_a_value_is_refused_in_words(clerk_page, where, typed):
    answer = clerk_page.post(f"{where}draft/", typed | {"contact-other": "长" * 400_001})

    assert answer.status_code == 409
    assert "400000" in answer.json()["words"]


def test_drafts_nobody_goes_on_with_are_thrown_away(clerk_page, where, typed, capsys):
    clerk_page.post(f"{where}draft/", typed)

    call_command("sweep_drafts")
    assert RecordDraft.objects.count() == 1
    RecordDraft.objects.update(saved_at=timezone.now() - timedelta(days=61))
    call_command("sweep_drafts")

    assert RecordDraft.objects.count() == 0
    assert capsys.readouterr().out.splitlines() == ["0 drafts thrown away", "1 drafts thrown away"]


def test_only_the_clerks_post_may_keep_one(submission, record, cast, now):
    head: Post = cast.school_head

    with pytest.raises(actions.NotYourSchool):
        actions.keep_draft(
            submission=submission,
            record=record,
            fields={},
            based_on=None,
            following=None,
            **acting(head, now),
        )
