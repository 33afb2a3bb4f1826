"""The photo of a record: chosen, shown, exchanged, taken away."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Record
from teachers import attachments
from teachers.attachments import picture_address
from teachers.models import Attachment
from tests import uploads
from tests.campaigns.test_record_pages import fields_of, text


def chosen(content: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


@pytest.fixture
def record(enter) -> Record:
    return enter(1)[0]


@pytest.fixture
def browser(client, cast):
    client.force_login(cast.school_clerk.user)
    return client


@pytest.fixture
def where(submission, record) -> str:
    return f"/submissions/{submission.pk}/records/{record.pk}/"


@pytest.fixture
def save(browser, where):
    """Send the record's form as it is, with some fields changed."""

    def send(**changed):
        return browser.post(where, fields_of(browser.get(where)) | changed)

    return send


def photo_of(record: Record) -> bytes | None:
    return attachments.photo_of(Record.objects.get(pk=record.pk).data)


def test_a_photo_is_saved_with_the_record_and_shown_there(save, browser, where, record, cast):
    answer = save(**{"basic-photo": chosen(uploads.photo())})

    assert answer.status_code == 302, answer.context["form"].errors
    kept = Attachment.objects.get()
    assert Record.objects.get(pk=record.pk).data["basic"]["photo"] == str(kept.pk)
    assert (kept.organisation, kept.uploaded_by) == (cast.first_school, cast.school_clerk.user)
    assert picture_address(uploads.photo()) in text(browser.get(where))


def test_saving_without_choosing_a_photo_keeps_the_one_there_is(save, record):
    save(**{"basic-photo": chosen(uploads.photo())})

    save(**{"contact-mobile": "19912345678"})

    assert photo_of(record) == uploads.photo()


def test_another_photo_takes_its_place(save, record):
    save(**{"basic-photo": chosen(uploads.photo())})

    save(**{"basic-photo": chosen(uploads.photo(shade=200))})

    assert photo_of(record) == uploads.photo(shade=200)


def test_the_photo_is_taken_away(save, record):
    save(**{"basic-photo": chosen(uploads.photo())})

    save(**{"basic-photo-remove": "on"})

    assert "photo" not in Record.objects.get(pk=record.pk).data["basic"]


def test_a_file_that_is_no_photo_is_refused_beside_its_field(save, record):
    answer = save(**{"basic-photo": chosen(uploads.pdf(), "身份证.jpg")})

    assert answer.status_code == 422
    assert "“身份证.jpg”不是 JPEG 图片" in text(answer)
    assert (photo_of(record), Attachment.objects.count()) == (None, 0)


def test_nobody_names_somebody_elses_photo_by_its_key(save, record, cast, now):
    foreign = attachments.take(
        name="照片.jpg",
        content=uploads.photo(),
        kind="photo",
        organisation=cast.neighbour_school,
        by=cast.neighbour_clerk.user,
        post=cast.neighbour_clerk,
        at=now,
    )

    save(**{"basic-photo": str(foreign.pk)})

    assert photo_of(record) is None


def test_a_new_teacher_is_entered_with_a_photo(browser, submission, where):
    known = fields_of(browser.get(where))
    new = f"/submissions/{submission.pk}/records/new/"
    sent = {**known, "seen": "", "basic-id_no": "622926199203046528", "basic-name": "唐秀英"}

    answer = browser.post(new, sent | {"basic-photo": chosen(uploads.photo())})

    assert answer.status_code == 302, answer.context["form"].errors
    assert photo_of(Record.objects.get(name="唐秀英")) == uploads.photo()


def test_an_import_and_a_second_photo_leave_what_else_is_recorded(save, record):
    save(**{"basic-photo": chosen(uploads.photo())})
    before = Record.objects.get(pk=record.pk).data["basic"]

    save(**{"basic-photo": chosen(uploads.photo(shade=9))})

    after = Record.objects.get(pk=record.pk).data["basic"]
    assert {**after, "photo": ""} == {**before, "photo": ""}


@pytest.mark.parametrize("who", ["county_reviewer", "school_head"])
def test_who_reads_the_record_sees_the_photo_and_not_its_key(
    save, client, cast, submission, record, who
):
    save(**{"basic-photo": chosen(uploads.photo())})
    key = str(Attachment.objects.get().pk)
    client.force_login(cast.posts[who].user)

    for address in (
        f"/submissions/{submission.pk}/records/{record.pk}/",
        f"/submissions/{submission.pk}/records/{record.pk}/view/",
    ):
        page = text(client.get(address))
        assert picture_address(uploads.photo()) in page
        assert key not in page
