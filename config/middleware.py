"""Chinese first: pages follow the reader's choice, programs say what they want."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class ReaderLocaleMiddleware(LocaleMiddleware):
    """The language cookie decides, else the site's language; under /api/ the request's header.

    Office machines are often installed in English, so the browser's wish says little.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
