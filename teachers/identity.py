"""Identity numbers: sealing, search hash, mask (PIPL Art 28, 51)."""

import base64
import hmac
import os
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

#: How a seal begins: the id of its key. The text is for PostgreSQL.
SEAL_TEXT = "^k[0-9]+:"
SEAL = re.compile(SEAL_TEXT)


class UnknownKey(ValueError):
    """Something was sealed with a key that is not configured."""


@cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


@cache
def _decoded(key: str) -> bytes:
    return base64.b64decode(key)


def _cipher_of(key_id: str) -> AESGCM:
    try:
        return _cipher(settings.IDENTITY_KEYS[key_id])
    except KeyError:
        raise UnknownKey(
            f"This was sealed with the key {key_id[:8]}, which is not configured:"
            " add it to IDENTITY_KEYS."
        ) from None


def normalise(number: str) -> str:
    """Full-width to half-width, no spaces, upper case: "６２０１…ｘ" becomes "6201…X"."""
    if not number.isascii():
        number = unicodedata.normalize("NFKC", number)
    return "".join(number.split()).upper()


def seal(text: str) -> str:
    """Encrypt a text with AES-256-GCM under the current key; the answer names it ("k1:…")."""
    return sealer()(text)


def sealer() -> Callable[[str], str]:
    """`seal` for many texts in a row: the key is looked up once."""
    key_id = settings.IDENTITY_KEY_ID
    encrypt = _cipher(settings.IDENTITY_KEYS[key_id]).encrypt

    def seal_one(text: str) -> str:
        nonce = os.urandom(12)
        sealed = base64.b64encode(nonce + encrypt(nonce, text.encode(), None))
        return f"{key_id}:{sealed.decode()}"

    return seal_one


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made. Raises UnknownKey, or InvalidTag if it was altered."""
    key_id, _colon, text = sealed.partition(":")
    raw = base64.b64decode(text)
    return _cipher_of(key_id).decrypt(raw[:12], raw[12:], None).decode()


def seal_bytes(content: bytes) -> bytes:
    """Encrypt a file that holds personal data, with the key that seals the numbers."""
    key_id, nonce = settings.IDENTITY_KEY_ID, os.urandom(12)
    sealed = _cipher(settings.IDENTITY_KEYS[key_id]).encrypt(nonce, content, None)
    return f"{key_id}:".encode() + nonce + sealed


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt what `seal_bytes` made; raises as `unseal` does."""
    key_id, _colon, raw = sealed.partition(b":")
    return _cipher_of(key_id.decode("ascii", "replace")).decrypt(raw[:12], raw[12:], None)


def is_current(sealed: str | bytes) -> bool:
    """Whether the current key made this seal."""
    prefix = f"{settings.IDENTITY_KEY_ID}:"
    return sealed.startswith(prefix if isinstance(sealed, str) else prefix.encode())


def search_hash(kind: str, number: str) -> str:
    """Keyed hash (HMAC-SHA-256, 64 hex digits) of type and normalised number, for equality only."""
    return hasher()(kind, number)


def hasher() -> Callable[[str, str], str]:
    """`search_hash` for many numbers in a row: the key is looked up once."""
    key, digest = _decoded(settings.IDENTITY_HASH_KEY), hmac.digest

    def hash_one(kind: str, number: str) -> str:
        return digest(key, f"{kind}:{number}".encode(), "sha256").hex()

    return hash_one


def mask(number: str) -> str:
    """ "620102198506150031" becomes "620102********0031"; shorter numbers keep two at each end."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return number[:2] + "*" * max(len(number) - 4, 1) + number[-2:] if len(number) > 4 else "*" * 4
