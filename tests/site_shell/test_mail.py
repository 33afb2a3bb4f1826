"""Which mail server the site speaks to."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import settings_of


@pytest.mark.parametrize(
    ("url", "backend", "host", "port", "user", "secret", "tls", "ssl"),
    [
        ("", "dummy", "", 25, "", "", False, False),
        ("console:", "console", "", 25, "", "", False, False),
        ("smtp://mail.example", "smtp", "mail.example", 25, "", "", False, False),
        ("smtp+tls://t:%40@mail.example", "smtp", "mail.example", 587, "t", "@", True, False),
        ("smtps://t:s@mail.example:2465", "smtp", "mail.example", 2465, "t", "s", False, True),
    ],
)
def test_an_address_names_the_server(url, backend, host, port, user, secret, tls, ssl):
    assert settings_of(url) == {
        "backend": f"django.core.mail.backends.{backend}.EmailBackend",
        "host": host,
        "port": port,
        "user": user,
        "password": secret,
        "tls": tls,
        "ssl": ssl,
    }


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp:", "smtp://"])
def test_an_address_that_names_none_is_refused_at_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        settings_of(url)
