"""The reader's language, Chinese first; and no NUL characters."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
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


class NoNulMiddleware:
    """Refuses NUL characters in addresses and forms with a 400: PostgreSQL cannot store them.

    The API's endpoints check their values themselves and say which field it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, *_arguments) -> None:
        """Runs behind the CSRF check, which has read the form already."""
        if getattr(view, "csrf_exempt", False):
            return
        sent = [request.GET, request.POST]
        if any("\0" in value for data in sent for _name, row in data.lists() for value in row):
            raise BadRequest("NUL character in the request")
