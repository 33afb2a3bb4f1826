"""Files that people hand in: what is taken, how it is kept, who gets it."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ImageFile

from teachers import attachments, identity, media
from teachers.enums import AttachmentKind
from teachers.models import AccessEntry, Attachment
from tests import uploads

PDF_TYPE = "application/pdf"


@pytest.fixture
def hand_in(cast, now):
    """Hand in a file as the clerk of the first school."""

    def take(content: bytes, name: str = "证明.pdf", kind=AttachmentKind.EVIDENCE, **more):
        post = more.pop("post", cast.school_clerk)
        return attachments.take(
            name=name,
            content=content,
            kind=kind,
            organisation=more.pop("organisation", cast.first_school),
            by=post.user,
            post=post,
            at=now,
        )

    return take


def signed_in(post) -> Client:
    client = Client()
    client.force_login(post.user)
    return client


# --- Taking in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sent_as", "media_type", "shown_as"),
    [
        (uploads.pdf(), "证明.pdf", PDF_TYPE, "证明.pdf"),
        (uploads.picture(60, 40, "PNG"), "扫描件.png", "image/png", "扫描件.png"),
        (uploads.picture(60, 40), "IMG.JPEG", "image/jpeg", "IMG.JPEG"),
        (uploads.pdf(), "setup.exe", PDF_TYPE, "setup.pdf"),
        (uploads.picture(60, 40), "..\\..\\page.html", "image/jpeg", "page.jpg"),
        (uploads.pdf(), "/etc/\u202efdp.passwd", PDF_TYPE, "fdp.pdf"),
    ],
)
def test_the_type_comes_from_the_content_and_the_name_is_only_shown(
    hand_in, content, sent_as, media_type, shown_as
):
    found = hand_in(content, sent_as)

    assert (found.media_type, found.name, found.size) == (media_type, shown_as, len(content))
    assert attachments.read(found) == content


def test_a_very_long_name_is_cut_and_keeps_its_ending(hand_in):
    found = hand_in(uploads.pdf(), "证" * 400 + ".pdf")

    assert (len(found.name), found.name[-5:]) == (194, "证.pdf")


def damaged(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "为空"),
        (b"MZ\x90\x00" + b"\0" * 200, "既不是 PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "既不是 PDF"),
        (b"PK\x03\x04" + b"\0" * 200, "既不是 PDF"),
        (b"GIF89a" + b"\0" * 200, "既不是 PDF"),
        (damaged(uploads.picture(400, 400)), "不完整或已损坏"),
        (damaged(uploads.picture(400, 400, "PNG")), "不完整或已损坏"),
        (b"%PDF-1.7\nnothing follows", "不完整或已损坏"),
        (b"\xff\xd8\xff\xe0 no picture", "不完整或已损坏"),
        (uploads.pdf_with_script(hidden=False), "含有脚本"),
        (uploads.pdf_with_script(hidden=True), "含有脚本"),
        (uploads.pdf() + b"/EmbeddedFile", "含有脚本"),
    ],
)
def test_what_is_no_sound_document_is_refused_in_one_sentence(hand_in, content, words):
    with pytest.raises(media.FileRefused) as refused:
        hand_in(content, "证明.pdf")

    assert words in str(refused.value)
    assert "证明.pdf" in str(refused.value)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_half_a_picture_is_refused_after_a_document_was_printed(hand_in, form, monkeypatch):
    """What prints documents lets half pictures pass, in the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    with pytest.raises(media.FileRefused, match="不完整或已损坏"):
        hand_in(damaged(uploads.picture(400, 400, form)), "证明.jpg")


def test_evidence_above_ten_megabytes_is_refused(hand_in, settings):
    assert settings.ATTACHMENT_MAX_BYTES["evidence"] == 10 * 1024 * 1024

    with pytest.raises(media.FileRefused, match="大于 10 MB"):
        hand_in(uploads.pdf() + b"\n" * (10 * 1024 * 1024))


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(hand_in, monkeypatch):
    monkeypatch.setattr(media, "MOST_PIXELS", 59 * 40)

    with pytest.raises(media.FileRefused, match="像素过多"):
        hand_in(uploads.picture(60, 40, "PNG"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (uploads.picture(260, 320, "PNG"), "不是 JPEG"),
        (uploads.picture(153, 188), "154 × 189"),
        (uploads.picture(400, 400), "26 × 32 毫米"),
        (os.urandom(70 * 1024), "59 KB"),
    ],
)
def test_a_photo_must_have_the_size_the_index_system_asks_for(hand_in, content, words):
    with pytest.raises(media.FileRefused) as refused:
        hand_in(content, "照片.jpg", AttachmentKind.PHOTO)

    assert words in str(refused.value)


@pytest.mark.parametrize("size", [(154, 189), (260, 320), (358, 441)])
def test_photos_of_26_by_32_mm_from_150_dpi_on_are_taken(hand_in, size):
    found = hand_in(uploads.picture(*size), "照片.jpg", AttachmentKind.PHOTO)

    assert found.kind == AttachmentKind.PHOTO


@pytest.mark.parametrize("who", ["second_clerk", "neighbour_reviewer", "administrator"])
def test_nobody_hands_in_files_for_a_unit_outside_the_own_one(cast, hand_in, who):
    with pytest.raises(attachments.NotYourUnit):
        hand_in(uploads.pdf(), post=cast.posts[who])


# --- Keeping ------------------------------------------------------------------------------


def test_what_lies_on_the_disk_is_sealed_and_tells_nothing(hand_in, settings):
    content = uploads.pdf()
    found = hand_in(content, "马晓兰身份证.pdf")
    stored = attachments.path_of(found.key)

    assert stored.is_relative_to(Path(settings.ATTACHMENTS_ROOT))
    assert stored.name == found.key.hex
    assert b"%PDF" not in stored.read_bytes()
    assert identity.unseal_bytes(stored.read_bytes()) == content


def test_an_altered_or_missing_content_is_not_given_out(hand_in):
    altered, missing = hand_in(uploads.pdf()), hand_in(uploads.pdf(2))
    attachments.path_of(altered.key).write_bytes(identity.seal_bytes(uploads.pdf(3)))
    attachments.path_of(missing.key).unlink()

    for found in (altered, missing):
        with pytest.raises(attachments.ContentMissing):
            attachments.read(found)


def test_a_write_that_fails_leaves_neither_row_nor_file(hand_in, monkeypatch, settings):
    def full(*_places):
        raise OSError("No space left on device")

    before = set(Path(settings.ATTACHMENTS_ROOT).rglob("*.part"))
    monkeypatch.setattr(os, "replace", full)

    with pytest.raises(OSError, match="No space"):
        hand_in(uploads.pdf())

    assert Attachment.objects.count() == 0
    assert set(Path(settings.ATTACHMENTS_ROOT).rglob("*.part")) == before


def test_the_sweep_takes_old_orphans_and_nothing_else(hand_in, cast, capsys):
    kept, lost = hand_in(uploads.pdf()), hand_in(uploads.pdf(2))
    attachments.path_of(lost.key).unlink()
    places = []
    for _again in range(2):
        with transaction.atomic():
            places.append(attachments.path_of(hand_in(uploads.pdf()).key))
            transaction.set_rollback(True)
    two_hours_ago = (timezone.now() - timedelta(hours=2)).timestamp()
    os.utime(places[0], (two_hours_ago, two_hours_ago))
    os.utime(attachments.path_of(kept.key), (two_hours_ago, two_hours_ago))

    call_command("sweep_attachments")

    assert [place.exists() for place in places] == [False, True]
    assert attachments.read(kept) == uploads.pdf()
    assert str(lost.key) in capsys.readouterr().err


def test_a_file_is_taken_back_by_its_unit_with_its_content(
    hand_in, cast, now, django_capture_on_commit_callbacks
):
    found = hand_in(uploads.pdf())
    place = attachments.path_of(found.key)

    with pytest.raises(attachments.NotYourUnit):
        attachments.remove(found, by=cast.second_clerk.user, post=cast.second_clerk, at=now)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(found, by=cast.school_clerk.user, post=cast.school_clerk, at=now)

    assert (Attachment.objects.count(), place.exists()) == (0, False)
    assert AccessEntry.objects.get().action == "remove_attachment"


def test_every_content_can_be_sealed_again(hand_in, settings):
    found = hand_in(uploads.pdf())
    before = attachments.path_of(found.key).read_bytes()
    settings.IDENTITY_KEYS = {**settings.IDENTITY_KEYS, "k2": settings.IDENTITY_HASH_KEY}
    settings.IDENTITY_KEY_ID = "k2"

    assert (attachments.reseal(), attachments.reseal()) == (1, 0)
    assert attachments.path_of(found.key).read_bytes() != before
    assert attachments.read(found) == uploads.pdf()


def test_the_photo_of_a_document_is_found_by_its_key(hand_in):
    photo = hand_in(uploads.photo(), "照片.jpg", AttachmentKind.PHOTO)
    evidence = hand_in(uploads.pdf())

    found = [
        attachments.photo_of({"basic": {"photo": value}})
        for value in (str(photo.key), str(evidence.key), str(uuid.uuid4()), "照片.jpg")
    ]

    assert found == [uploads.photo(), None, None, None]
    assert attachments.photo_of({}) is None


# --- Giving out ---------------------------------------------------------------------------


def test_a_pdf_is_downloaded_a_picture_shown_and_both_looks_are_logged(hand_in, cast):
    papers, picture = hand_in(uploads.pdf()), hand_in(uploads.picture(60, 40), "IMG_1.jpg")
    reviewer = signed_in(cast.county_reviewer)

    answers = [
        reviewer.get(reverse("teachers:attachment", args=[found.key]))
        for found in (papers, picture)
    ]

    assert [answer["Content-Type"] for answer in answers] == [PDF_TYPE, "image/jpeg"]
    assert [answer["Content-Disposition"].split(";")[0] for answer in answers] == [
        "attachment",
        "inline",
    ]
    assert {answer["X-Content-Type-Options"] for answer in answers} == {"nosniff"}
    assert {answer["Content-Security-Policy"] for answer in answers} == {
        "default-src 'none'; sandbox"
    }
    assert answers[0].content == uploads.pdf()
    assert list(AccessEntry.objects.order_by("pk").values_list("action", "subject")) == [
        ("read_attachment", f"attachment {papers.pk}"),
        ("read_attachment", f"attachment {picture.pk}"),
    ]


@pytest.mark.parametrize("who", ["second_clerk", "neighbour_reviewer", "administrator", "teacher"])
def test_others_are_told_that_there_is_no_such_file(hand_in, cast, who):
    found = hand_in(uploads.pdf())

    answer = signed_in(cast.posts[who]).get(reverse("teachers:attachment", args=[found.key]))

    assert (answer.status_code, AccessEntry.objects.count()) == (404, 0)


def test_a_teacher_gets_back_what_he_or_she_handed_in(hand_in, cast):
    found = hand_in(uploads.pdf(), post=cast.teacher)

    answer = signed_in(cast.teacher).get(reverse("teachers:attachment", args=[found.key]))

    assert answer.content == uploads.pdf()
