"""Which language a reader gets."""

import pytest
from django.conf import settings
from django.urls import reverse


@pytest.mark.parametrize(
    ("cookie", "wish", "spoken"),
    [
        (None, "en", "zh-hans"),
        (None, "", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en", "zh-hans"),
        ("fr", "en", "zh-hans"),
    ],
)
def test_a_page_follows_the_readers_choice_and_else_is_chinese(client, db, cookie, wish, spoken):
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    page = client.get(reverse("teachers:sign_in"), headers={"accept-language": wish})

    assert page.headers["Content-Language"] == spoken
