"""Read settings from the environment; complain in one sentence when a value does not fit."""

import base64
import binascii
import os
import re

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable as text; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def flag(name: str, default: bool) -> bool:
    """Return the variable as a yes/no value (1, true, yes, on / 0, false, no, off)."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no: use 1 or 0.")


def number(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    value = os.environ.get(name, "")
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None


def words(name: str, default: str = "") -> list[str]:
    """Return the variable split at commas, without empty parts."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def keys(name: str) -> dict[str, str]:
    """Return "k1:…,k2:…" as keys by id, in that order: 32 bytes each, in base64. Empty: {}."""
    found: dict[str, str] = {}
    for position, part in enumerate(words(name), start=1):
        key_id, _colon, key = part.partition(":")
        try:
            sound = len(base64.b64decode(key, validate=True)) == 32
        except binascii.Error:
            sound = False
        if not re.fullmatch("k[0-9]{1,4}", key_id) or not sound or key_id in found:
            raise ImproperlyConfigured(
                f"{name}: entry {position} is not an id of its own such as k2, a colon, and 32"
                " bytes in base64."
            )
        found[key_id] = key
    return found
