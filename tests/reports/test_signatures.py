"""The signature of a report: sound, of its moment, the same bytes again, broken by one byte."""

import shutil
from datetime import timedelta
from io import StringIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from django.core.management import CommandError, call_command
from django.utils import timezone

from reports import actions, making, signing
from reports.models import Report
from tests.reports.signatures import status

pytestmark = pytest.mark.usefixtures("drawn_once")

NAME = "甘肃省教师信息采集 演示证书"


@pytest.fixture(scope="session")
def own_key(tmp_path_factory, django_db_setup):
    """The demonstration's key, made once: making one takes longer than all else here."""
    from django.test import override_settings

    with override_settings(VAR_DIR=tmp_path_factory.mktemp("var"), REPORT_SIGNING_KEY=""):
        return signing.make_demonstration_key()


@pytest.fixture
def signing_key(own_key, settings, tmp_path):
    """The unit's key as production names it, under a password."""
    key, certificate, _others = pkcs12.load_key_and_certificates(own_key.read_bytes(), None)
    file = tmp_path / "unit.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"unit", key, certificate, None, BestAvailableEncryption(b"geheim")
        )
    )
    settings.REPORT_SIGNING_KEY, settings.REPORT_SIGNING_PASSWORD = str(file), "geheim"
    return file


def make(round_, cast) -> Report:
    asked = actions.ask(
        campaign=round_.campaign,
        stage="collection",
        organisation=cast.county,
        by=cast.manager.user,
        post=cast.manager,
        at=round_.at,
    )
    return actions.make(asked.pk, round_.at)


@pytest.mark.usefixtures("signing_key")
def test_a_report_is_signed_as_of_its_moment_and_says_with_which_certificate(under_way, cast):
    report = make(under_way, cast)

    content = bytes(report.file.content)
    found = status(content)
    assert (report.state, report.error, report.signed_as) == ("done", "", NAME)
    assert found.bottom_line
    assert found.coverage.name == "ENTIRE_FILE"
    assert found.signer_reported_dt == under_way.at
    assert b"/ETSI.CAdES.detached" in content


@pytest.mark.usefixtures("signing_key")
def test_the_same_row_gives_the_same_signed_bytes(under_way, cast):
    report = make(under_way, cast)
    report.refresh_from_db()

    again = making.of(report)

    assert (again.content, again.sha256) == (bytes(report.file.content), report.sha256)


@pytest.mark.usefixtures("signing_key")
@pytest.mark.parametrize("place", [20, 5000, 60000])
def test_one_changed_byte_breaks_the_signature(under_way, cast, place):
    content = bytearray(make(under_way, cast).file.content)
    content[place] ^= 1

    assert not status(bytes(content)).bottom_line


def test_without_a_key_a_report_is_made_unsigned_and_says_so(under_way, cast, settings, tmp_path):
    settings.REPORT_SIGNING_KEY, settings.VAR_DIR = "", tmp_path

    report = make(under_way, cast)

    assert (report.state, report.signed_as) == ("done", "")
    assert b"/ByteRange" not in bytes(report.file.content)


def test_the_demonstration_signs_with_the_key_it_has_made(own_key, settings, tmp_path):
    settings.REPORT_SIGNING_KEY, settings.VAR_DIR = "", tmp_path
    out = StringIO()
    (tmp_path / "signing").mkdir()
    shutil.copy(own_key, tmp_path / "signing" / "demonstration.p12")

    call_command("make_signing_certificate", stdout=out)

    assert out.getvalue() == f"{tmp_path / 'signing' / 'demonstration.p12'}\n"
    assert signing.demonstration_file().read_bytes() == own_key.read_bytes()
    assert signing.key_file() == signing.demonstration_file()
    settings.DEMONSTRATION = False
    assert signing.key_file() is None


def test_a_key_is_readable_by_its_owner_alone(own_key):
    assert oct(own_key.stat().st_mode & 0o777) == "0o600"
    assert oct(own_key.parent.stat().st_mode & 0o777) == "0o700"


def test_where_a_key_is_named_none_is_made(settings):
    settings.REPORT_SIGNING_KEY = "unit.p12"

    with pytest.raises(CommandError, match="names a key already"):
        call_command("make_signing_certificate")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda file, _settings: file.unlink(), "cannot be read (No such file or directory)"),
        (lambda file, _settings: file.write_bytes(b"key"), "check both"),
        (lambda _file, settings: setattr(settings, "REPORT_SIGNING_PASSWORD", "x"), "check both"),
        (lambda file, settings: curve(file, settings), "must hold an RSA key"),
    ],
)
def test_an_unusable_key_fails_the_report_with_a_sentence(
    under_way, cast, signing_key, settings, spoil, reason
):
    spoil(signing_key, settings)

    report = make(under_way, cast)

    assert report.state == "failed"
    assert report.error.startswith("UnusableKey: REPORT_SIGNING_KEY='")
    assert reason in report.error


def curve(file, settings) -> None:
    """A key whose signatures are never twice the same."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    settings.REPORT_SIGNING_PASSWORD = ""
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, NoEncryption())
    )
