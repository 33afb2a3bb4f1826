"""Which mail server: the one named by EMAIL_URL, or none."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BACKENDS = "django.core.mail.backends"
#: Scheme to the port that it means.
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def settings_of(url: str) -> dict:
    """Turn ``smtps://user:secret@host:465`` into the parts of Django's e-mail settings.

    ``smtp://`` speaks in the open, ``smtp+tls://`` changes to TLS, ``smtps://`` begins with it;
    ``console:`` prints what would be sent. Empty: nothing is ever sent. Raises
    ImproperlyConfigured for anything else.
    """
    parts = urlsplit(url)
    settings = {
        "backend": f"{BACKENDS}.dummy.EmailBackend",
        "host": parts.hostname or "",
        "port": PORTS["smtp"],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": parts.scheme == "smtp+tls",
        "ssl": parts.scheme == "smtps",
    }
    if not url:
        return settings
    if parts.scheme == "console":
        return {**settings, "backend": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must be smtp://host, smtp+tls://user:secret@host or smtps://…, or console:"
        )
    return {
        **settings,
        "backend": f"{BACKENDS}.smtp.EmailBackend",
        "port": parts.port or PORTS[parts.scheme],
    }
