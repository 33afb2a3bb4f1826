"""Identity numbers: sealing, search hash, mask (PIPL Art 28, 51)."""

import base64
import hmac
import os
import unicodedata
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_PREFIX = "k1:"


@cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


def normalise(number: str) -> str:
    """Full-width to half-width, no spaces, upper case: "６２０１…ｘ" becomes "6201…X"."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def seal(number: str) -> str:
    """Encrypt a normalised number with AES-256-GCM; the text names the key ("k1:...")."""
    nonce = os.urandom(12)
    sealed = _cipher(settings.IDENTITY_KEY).encrypt(nonce, number.encode(), None)
    return _PREFIX + base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made. Raises ValueError for an unknown key, InvalidTag if altered."""
    if not sealed.startswith(_PREFIX):
        raise ValueError("The identity number was sealed with a key that is not configured.")
    raw = base64.b64decode(sealed[len(_PREFIX) :])
    return _cipher(settings.IDENTITY_KEY).decrypt(raw[:12], raw[12:], None).decode()


def seal_bytes(content: bytes) -> bytes:
    """Encrypt a file that holds identity numbers, with the key that seals the numbers."""
    nonce = os.urandom(12)
    sealed = _cipher(settings.IDENTITY_KEY).encrypt(nonce, content, None)
    return _PREFIX.encode() + nonce + sealed


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt what `seal_bytes` made; raises as `unseal` does."""
    if not sealed.startswith(_PREFIX.encode()):
        raise ValueError("The file was sealed with a key that is not configured.")
    raw = sealed[len(_PREFIX) :]
    return _cipher(settings.IDENTITY_KEY).decrypt(raw[:12], raw[12:], None)


def search_hash(kind: str, number: str) -> str:
    """Keyed hash (HMAC-SHA-256, 64 hex digits) of type and normalised number, for equality only."""
    key = base64.b64decode(settings.IDENTITY_HASH_KEY)
    return hmac.digest(key, f"{kind}:{number}".encode(), "sha256").hex()


def mask(number: str) -> str:
    """ "620102198506150031" becomes "620102********0031"; shorter numbers keep two at each end."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return number[:2] + "*" * max(len(number) - 4, 1) + number[-2:] if len(number) > 4 else "*" * 4
