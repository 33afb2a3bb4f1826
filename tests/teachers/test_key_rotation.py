"""Rotating the keys: everything opens with the new one alone, nothing else changes."""

import base64
import threading
from io import StringIO

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from campaigns.enums import ImportState
from campaigns.models import Record, RecordDraft, WorkbookImport
from teachers import attachments, identity, key_rotation
from teachers.enums import AttachmentKind, ChangeKind
from teachers.models import ChangeRequest, DossierRevision, FormerIdentity, Teacher
from tests import rounds, uploads
from tests.backends import LONGEST
from tests.campaigns import people

NEW = base64.b64encode(b"n" * 32).decode()
DATA = {**people.document(1, health="2"), "pay": [{"year": "2025", "annual_pay": 88123.5}]}

TABLES = {
    "campaigns_record",
    "campaigns_recorddraft",
    "campaigns_recordevent",
    "campaigns_workbookimport",
    "teachers_changerequest",
    "teachers_changerequestevent",
    "teachers_dossierrevision",
    "teachers_formeridentity",
    "teachers_teacher",
    "teachers_teacherevent",
}


@pytest.fixture
def world(cast, now, settings, tmp_path):
    """At least one row with seals in every table that has them, and a stored file."""
    settings.ATTACHMENTS_ROOT = str(tmp_path)
    campaign = rounds.launched(cast, now)
    submission = campaign.submission(cast.first_school)
    (record,) = campaign.add_people(cast.first_school, cast.school_clerk)
    Record.objects.filter(pk=record.pk).update(data=DATA)
    people.register(cast.first_school, [1, 2], now, data=DATA)
    teacher = Teacher.objects.order_by("pk")[0]
    Teacher.objects.filter(pk=teacher.pk).update(status="away")
    FormerIdentity.objects.create(
        teacher=teacher,
        identity_type="1",
        identity_hash="0" * 64,
        identity_sealed=identity.seal("622926197001011230"),
        identity_mask="622926********1230",
        replaced_at=now,
    )
    ChangeRequest.objects.create(
        kind=ChangeKind.CORRECTION,
        organisation=cast.first_school,
        teacher=teacher,
        name=teacher.name,
        values={"basic": {"health": "3"}, "pay": DATA["pay"]},
        effective_date=now.date(),
        entered_by=cast.school_clerk.user,
        entered_at=now,
    )
    ChangeRequest.objects.update(reason="history")
    RecordDraft.objects.create(
        submission=submission,
        by=cast.school_clerk.user,
        content=identity.seal('{"basic-name": "马晓兰"}'),
        saved_at=now,
    )
    WorkbookImport.objects.create(
        submission=submission,
        state=ImportState.REFUSED,
        file_name="a.xlsx",
        sha256="0" * 64,
        failed=identity.seal_bytes(b"failed rows"),
        imported_by=cast.school_clerk.user,
        imported_at=now,
    )
    return attachments.take(
        name="a.pdf",
        content=uploads.pdf(),
        kind=AttachmentKind.EVIDENCE,
        organisation=cast.first_school,
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=now,
    )


def rotated(settings) -> str:
    """Add a key, rotate to it, and take the old one away."""
    settings.IDENTITY_KEYS = {**settings.IDENTITY_KEYS, "k2": NEW}
    settings.IDENTITY_KEY_ID = "k2"
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    settings.IDENTITY_KEYS = {"k2": NEW}
    return out.getvalue()


def whole(model) -> list[dict]:
    """Every row as Python reads it, sealed texts opened."""
    texts = getattr(model, "SEALED_TEXTS", ())
    rows = list(model.objects.order_by("pk").values())
    for row in rows:
        for name, value in row.items():
            if value and (name.endswith("_sealed") or name in texts):
                row[name] = identity.unseal(value)
            elif isinstance(value, memoryview):
                row[name] = identity.unseal_bytes(bytes(value))
    return rows


def test_every_table_with_seals_is_known():
    assert {model._meta.db_table for model in key_rotation.sealed_models()} == TABLES


def test_everything_reads_the_same_with_the_new_key_alone(world, settings):
    before = {model: whole(model) for model in key_rotation.sealed_models()}
    content = attachments.read(world)
    assert all(before.values())

    rotated(settings)

    assert {model: whole(model) for model in key_rotation.sealed_models()} == before
    assert attachments.read(world) == content


def test_a_second_run_finds_nothing_to_do(world, settings):
    first = rotated(settings)
    seals = Teacher.objects.order_by("pk").values_list("identity_sealed", flat=True)
    before = list(seals)
    out = StringIO()

    call_command("rotate_keys", stdout=out)

    assert "teachers_teacher                         2 rows sealed again" in first
    assert "teachers_teacher                         0 rows sealed again" in out.getvalue()
    assert "Nothing is left under an older key" in out.getvalue()
    assert list(seals) == before


def test_a_run_that_was_stopped_is_taken_up_again(world, settings, monkeypatch):
    monkeypatch.setattr(key_rotation, "CHUNK", 1)
    settings.IDENTITY_KEYS = {**settings.IDENTITY_KEYS, "k2": NEW}
    settings.IDENTITY_KEY_ID = "k2"
    values = key_rotation.sealed_values(Teacher)
    key_rotation._rotate_chunk(Teacher, values, 0)

    rotated(settings)

    assert [identity.unseal(t.identity_sealed) for t in Teacher.objects.order_by("pk")] == [
        people.card(1),
        people.card(2),
    ]


def test_revisions_cannot_be_edited_after_a_rotation_either(world, settings):
    rotated(settings)

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        DossierRevision.objects.update(source="x")


def test_a_seal_whose_key_is_gone_stops_the_run_and_names_the_key(world, settings):
    settings.IDENTITY_KEYS, settings.IDENTITY_KEY_ID = {"k2": NEW}, "k2"

    with pytest.raises(CommandError, match="the key k1, which is not configured"):
        call_command("rotate_keys")


def test_an_altered_seal_is_noticed():
    sealed = identity.seal("622926197001011230")

    with pytest.raises(InvalidTag):
        identity.unseal(sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:])


def test_what_lay_plain_before_there_were_seals_is_sealed_too(settings):
    settings.IDENTITY_KEYS, settings.IDENTITY_KEY_ID = {"k2": NEW}, "k2"
    place = key_rotation.Value("data", "text", "{pay}")

    sealed = place.sealed('[{"annual_pay": 1}]')

    assert identity.unseal(sealed) == '[{"annual_pay": 1}]'
    health = key_rotation.Value("data", "text", "{basic,health}").sealed("1")
    assert identity.unseal(health) == '"1"'


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_works_on_is_left_to_the_next_run(reference, cast, now, settings):
    people.register(cast.first_school, [1, 2], now)
    settings.IDENTITY_KEYS = {**settings.IDENTITY_KEYS, "k2": NEW}
    settings.IDENTITY_KEY_ID = "k2"
    held, let_go = threading.Event(), threading.Event()

    def work():
        try:
            with transaction.atomic():
                Teacher.objects.select_for_update().order_by("pk")[0]
                held.set()
                let_go.wait(LONGEST)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    held.wait(LONGEST)
    try:
        with pytest.raises(CommandError, match="1 rows were held"):
            call_command("rotate_keys", stdout=StringIO())
    finally:
        let_go.set()
        worker.join()
    call_command("rotate_keys", stdout=StringIO())

    assert all(identity.is_current(t.identity_sealed) for t in Teacher.objects.all())
