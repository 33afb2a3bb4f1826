"""The digital signature of a document: PAdES (baseline B-B) by the key that the settings name.

The same document signed as of the same moment has the same bytes: RSA with PKCS #1 v1.5 knows no
chance, the moment is given, and the identifier of the file comes from its content.
"""

import functools
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigSeedSubFilter

FIELD = "Signature"
#: Bytes kept free for the signature and its certificates.
ROOM = 16384
DEMONSTRATION_NAME = "甘肃省教师信息采集 演示证书"
DEMONSTRATION_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
DEMONSTRATION_DAYS = 365 * 30


class UnusableKey(ValueError):
    """The key that the settings name cannot be read, or is none that signs the same way twice."""


def key_file() -> Path | None:
    """The PKCS #12 file that signs: REPORT_SIGNING_KEY, or the demonstration's own if it is there.

    None: documents are made unsigned.
    """
    if settings.REPORT_SIGNING_KEY:
        return Path(settings.REPORT_SIGNING_KEY)
    own = demonstration_file()
    return own if settings.DEMONSTRATION and own.exists() else None


def demonstration_file() -> Path:
    return Path(settings.VAR_DIR) / "signing" / "demonstration.p12"


def signed(content: bytes, *, at: datetime) -> tuple[bytes, str]:
    """(the document with its signature as of `at`, the name on the certificate).

    Without a key: the document as it is, and an empty name. Raises UnusableKey.
    """
    stream = io.BytesIO(content)
    name = sign(stream, at=at)
    return stream.getvalue(), name


def sign(stream: IO[bytes], *, at: datetime) -> str:
    """Add the signature to a PDF that can be read and written, without holding it in memory.

    Returns the name on the certificate; without a key the file stays as it is, and the name is
    empty. Raises UnusableKey.
    """
    file = key_file()
    if file is None:
        return ""
    signer = _signer(file, settings.REPORT_SIGNING_PASSWORD)
    about = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    # pyHanko runs an event loop of its own: in a thread where there can be no other.
    with ThreadPoolExecutor(1) as thread:
        work = _At(about, signer=signer, at=at).sign_pdf
        thread.submit(work, _Addition(stream), in_place=True, bytes_reserved=ROOM).result()
    return _name(signer)


class _Addition(IncrementalPdfFileWriter):
    """The signature as an addition to the file: without chance in it, and with its old dates."""

    @classmethod
    def _handle_id(cls, prev) -> generic.ArrayObject:
        first = prev.trailer["/ID"][0].original_bytes
        second = hashlib.sha256(b"signed" + first).digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(part) for part in (first, second)])

    def _update_meta(self) -> None:
        """The document's dates and the name of what made it stay as they were printed."""


class _At(signers.PdfSigner):
    """Signs as of a moment that is given, not as of now."""

    def __init__(self, *args, at: datetime, **kwargs) -> None:
        super().__init__(
            *args,
            new_field_spec=fields.SigFieldSpec(FIELD, on_page=0, readable_field_name=FIELD),
            **kwargs,
        )
        self._at = at

    def init_signing_session(self, *args, **kwargs):
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def _signer(file: Path, password: str) -> signers.SimpleSigner:
    try:
        return _read(file, file.stat().st_mtime_ns, password)
    except OSError as problem:
        raise UnusableKey(
            f"REPORT_SIGNING_KEY={str(file)!r} cannot be read ({problem.strerror}): name the file"
            " of the unit's key."
        ) from None


@functools.cache
def _read(file: Path, _changed: int, password: str) -> signers.SimpleSigner:
    """The key, read once until its file changes."""
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(
            file.read_bytes(), password.encode() or None
        )
    except ValueError:
        raise UnusableKey(
            f"REPORT_SIGNING_KEY={str(file)!r} is no PKCS #12 file that REPORT_SIGNING_PASSWORD"
            " opens: check both."
        ) from None
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey):
        raise UnusableKey(
            f"REPORT_SIGNING_KEY={str(file)!r} must hold an RSA key and its certificate: with any"
            " other the same report would not have the same bytes."
        )
    return signers.SimpleSigner.load_pkcs12_data(
        file.read_bytes(),
        other_certs=[],
        passphrase=password.encode() or None,
        signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
    )


def _name(signer: signers.SimpleSigner) -> str:
    subject = signer.signing_cert.subject
    return str(subject.native.get("common_name", subject.human_friendly))[:200]


# --- The demonstration's own certificate --------------------------------------------------
def make_demonstration_key() -> Path:
    """Make the demonstration's key and certificate under var/ unless they are there.

    It vouches for itself alone: readers find the signature sound and its signer unknown.
    """
    file = demonstration_file()
    if file.exists():
        return file
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    content = pkcs12.serialize_key_and_certificates(
        DEMONSTRATION_NAME.encode(), key, _own_certificate(key), None, serialization.NoEncryption()
    )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = file.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.rename(file)
    return file


def _own_certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMONSTRATION_NAME)])
    usage = dict.fromkeys(
        [
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMONSTRATION_SINCE)
        .not_valid_after(DEMONSTRATION_SINCE + timedelta(days=DEMONSTRATION_DAYS))
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
