"""The pages of a person's record: entering, correcting, removing, explaining, importing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Finding, Record, Submission, WorkbookImport
from teachers.models import AccessEntry
from tests.campaigns import books, people


@pytest.fixture
def act(client):
    def _act(post):
        client.force_login(post.user)
        return client

    return _act


@pytest.fixture
def record(enter) -> Record:
    return enter(1)[0]


def text(answer) -> str:
    return answer.content.decode()


def fields_of(answer) -> dict:
    """What a browser would send back from the page's form, unchanged."""
    form = answer.context["form"]
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, "", False):
            shown = form[name].field.widget.format_value(value)
            sent[name] = shown
    return sent


def test_the_form_shows_what_is_recorded_and_hides_the_identity(act, cast, submission, record):
    page = text(act(cast.school_clerk).get(f"/submissions/{submission.pk}/records/{record.pk}/"))

    assert record.name in page
    assert record.identity_mask in page
    assert people.card(0) not in page


def test_a_correction_is_saved_and_leads_back_to_the_desk(act, cast, submission, record):
    clerk = act(cast.school_clerk)
    where = f"/submissions/{submission.pk}/records/{record.pk}/"
    sent = fields_of(clerk.get(where)) | {"contact-mobile": "19912345678"}

    answer = clerk.post(where, sent)

    assert answer.status_code == 302, answer.context["form"].errors
    record.refresh_from_db()
    assert record.data["contact"]["mobile"] == "19912345678"
    assert record.identity_mask == Record.objects.get(pk=record.pk).identity_mask


def test_what_cannot_be_read_stays_in_the_form_and_nothing_is_saved(act, cast, submission, record):
    clerk = act(cast.school_clerk)
    where = f"/submissions/{submission.pk}/records/{record.pk}/"
    sent = fields_of(clerk.get(where)) | {"basic-birth_date": "昨天"}

    answer = clerk.post(where, sent)

    assert answer.status_code == 422
    assert "昨天" in text(answer)
    assert "尚未保存" in text(answer)
    assert Record.objects.get(pk=record.pk).data == record.data


def test_a_colleague_who_saved_meanwhile_is_named(act, cast, submission, record, enter):
    clerk = act(cast.school_clerk)
    where = f"/submissions/{submission.pk}/records/{record.pk}/"
    sent = fields_of(clerk.get(where))
    clerk.post(where, sent | {"contact-mobile": "19912345678"})

    answer = clerk.post(where, sent | {"contact-mobile": "19987654321"})

    assert answer.status_code == 422
    assert "汪晓梅" in text(answer)
    assert Record.objects.get(pk=record.pk).data["contact"]["mobile"] == "19912345678"


def test_a_new_teacher_is_entered_by_form(act, cast, submission, record):
    clerk = act(cast.school_clerk)
    sent = fields_of(clerk.get(f"/submissions/{submission.pk}/records/{record.pk}/"))
    sent |= {"basic-id_no": people.card(7), "basic-name": "唐新"}
    sent.pop("seen")

    answer = clerk.post(f"/submissions/{submission.pk}/records/new/", sent)

    assert answer.status_code == 302
    assert set(submission.records.values_list("name", flat=True)) == {record.name, "唐新"}


def test_the_same_person_twice_is_refused_beside_the_form(act, cast, submission, record):
    clerk = act(cast.school_clerk)
    sent = fields_of(clerk.get(f"/submissions/{submission.pk}/records/{record.pk}/"))
    sent |= {"basic-id_no": people.card(0)}

    answer = clerk.post(f"/submissions/{submission.pk}/records/new/", sent)

    assert answer.status_code == 422
    assert record.identity_mask in text(answer)
    assert submission.records.count() == 1


def test_a_head_reads_and_the_look_is_logged(act, cast, submission, record):
    answer = act(cast.school_head).get(f"/submissions/{submission.pk}/records/{record.pk}/")

    assert record.name in text(answer)
    assert 'id="record-form"' not in text(answer)
    entry = AccessEntry.objects.get()
    assert (entry.user, entry.action, entry.subject) == (
        cast.school_head.user,
        "read_record",
        f"submission {submission.pk}, record {record.pk}",
    )


def test_a_reviewer_of_the_county_reads_and_cannot_write(act, cast, submission, record):
    where = f"/submissions/{submission.pk}/records/{record.pk}/"

    assert act(cast.county_reviewer).get(where).status_code == 200
    act(cast.county_reviewer).post(where, {"basic-name": "改"})

    assert Record.objects.get(pk=record.pk).name == record.name


@pytest.mark.parametrize(
    "who", ["neighbour_clerk", "neighbour_reviewer", "second_head", "teacher", "administrator"]
)
def test_the_neighbour_finds_nothing(act, cast, submission, record, who):
    visitor = act(cast.posts[who])
    base = f"/submissions/{submission.pk}"

    assert visitor.get(f"{base}/records/{record.pk}/").status_code == 404
    assert visitor.get(f"{base}/records/new/").status_code == 404
    assert visitor.post(f"{base}/records/{record.pk}/remove/").status_code == 404
    assert visitor.post(f"{base}/prefill/").status_code == 404
    assert submission.records.count() == 1


def test_a_record_is_not_reached_through_another_submission(
    act, cast, collection, submission, record
):
    other = collection.submission(cast.second_school)
    clerk = act(cast.second_clerk)

    assert clerk.get(f"/submissions/{other.pk}/records/{record.pk}/").status_code == 404
    assert clerk.post(f"/submissions/{other.pk}/records/{record.pk}/remove/").status_code == 404


def test_a_record_is_removed_by_a_form_not_by_a_link(act, cast, submission, record):
    clerk = act(cast.school_clerk)
    where = f"/submissions/{submission.pk}/records/{record.pk}/remove/"

    assert clerk.get(where).status_code == 405
    answer = clerk.post(where, follow=True)

    assert f"已将{record.name}移出" in text(answer)
    assert submission.records.count() == 0


def test_starting_from_the_register_says_how_many_came(act, cast, submission):
    answer = act(cast.school_clerk).post(f"/submissions/{submission.pk}/prefill/", follow=True)

    assert "已从教师名册带入 0 名教师" in text(answer)


@pytest.fixture
def warning(submission, record) -> Finding:
    return Finding.objects.create(
        submission=submission,
        rule="fewer_than_on_the_register",
        severity="warning",
        params={"recorded": 1, "registered": 9},
    )


def test_an_explanation_is_kept_and_answered_in_place(act, cast, warning):
    answer = act(cast.school_clerk).post(
        f"/findings/{warning.pk}/explain/",
        {"words": "撤并教学点，8 人已调出。"},
        headers={"hx-request": "true"},
    )

    warning.refresh_from_db()
    assert warning.explanation == "撤并教学点，8 人已调出。"
    assert warning.explained_by == cast.school_clerk.user
    assert f'id="finding-{warning.pk}"' in text(answer)
    assert "<html" not in text(answer)


def test_an_explanation_without_a_script_returns_to_the_page(act, cast, warning):
    answer = act(cast.school_clerk).post(
        f"/findings/{warning.pk}/explain/", {"words": "撤并教学点。"}
    )

    assert answer.url == "/school/?campaign=2026"


def test_an_empty_explanation_is_refused(act, cast, warning):
    answer = act(cast.school_clerk).post(
        f"/findings/{warning.pk}/explain/", {"words": " "}, headers={"hx-request": "true"}
    )

    assert "bad small" in text(answer)
    assert Finding.objects.get(pk=warning.pk).explanation == ""


@pytest.mark.parametrize("who", ["school_head", "neighbour_clerk", "county_reviewer"])
def test_only_the_schools_clerk_explains(act, cast, warning, who):
    answer = act(cast.posts[who]).post(f"/findings/{warning.pk}/explain/", {"words": "属实。"})

    assert answer.status_code in (302, 404)
    assert Finding.objects.get(pk=warning.pk).explanation == ""


def test_a_file_that_is_no_workbook_is_explained_on_a_page_of_its_own(act, cast, submission):
    file = SimpleUploadedFile("教师.xlsx", b"nothing of the kind")

    answer = act(cast.school_clerk).post(
        f"/submissions/{submission.pk}/import/", {"workbook": file}, follow=True
    )

    outcome = WorkbookImport.objects.get()
    assert answer.redirect_chain == [(f"/imports/{outcome.pk}/", 302)]
    assert outcome.message in text(answer)


def test_the_first_failed_rows_are_listed_with_their_reasons(act, cast, submission, form):
    content = books.filled(
        form,
        cast.first_school,
        range(2),
        lambda book: books.put(book, "基本信息", 3, "民族", "汉人"),
    )
    file = SimpleUploadedFile("教师.xlsx", content)

    answer = act(cast.school_clerk).post(
        f"/submissions/{submission.pk}/import/", {"workbook": file}, follow=True
    )

    first = answer.context["reasons"][0]
    assert (first.sheet, first.line, first.name) == ("基本信息", 3, people.name(0))
    assert "汉人" in first.reason
    assert first.reason in text(answer)
    assert people.card(0) not in text(answer)
    assert "导入改正后的表格" in text(answer)


def test_an_import_result_is_not_there_for_the_neighbour(act, cast, submission, now):
    outcome = WorkbookImport.objects.create(
        submission=submission,
        state="refused",
        file_name="教师.xlsx",
        imported_by=cast.school_clerk.user,
        imported_at=now,
    )

    assert act(cast.school_head).get(f"/imports/{outcome.pk}/").status_code == 200
    assert act(cast.neighbour_clerk).get(f"/imports/{outcome.pk}/").status_code == 404
    assert act(cast.county_reviewer).get(f"/imports/{outcome.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_record_costs_a_fixed_number_of_queries(
    act, cast, submission, record, rows, django_assert_num_queries
):
    record.data["learning"] = [{"education": "21"}] * rows
    record.save()
    for index in range(rows):
        Finding.objects.create(
            submission=submission,
            record=record,
            rule="has_left",
            severity="error",
            set_key="learning",
            row=index,
            indicator_key="education",
            params={"status": "308"},
        )
    clerk = act(cast.school_clerk)
    where = f"/submissions/{submission.pk}/records/{record.pk}/"
    clerk.get(where)

    with django_assert_num_queries(11):
        clerk.get(where)


def test_a_signed_submission_is_read_only_for_the_clerk(act, cast, submission, record):
    Submission.objects.filter(pk=submission.pk).update(state="signing")
    where = f"/submissions/{submission.pk}/records/{record.pk}/"
    clerk = act(cast.school_clerk)

    assert 'id="record-form"' not in text(clerk.get(where))
    assert "目前不能修改" in text(clerk.post(where, {}, follow=True))
