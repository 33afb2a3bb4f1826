"""Where a request comes from; the reader's language, Chinese first; and no NUL characters."""

import contextlib
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class CallerMiddleware:
    """Puts the caller's address in REMOTE_ADDR where a proxy stands before us.

    Then the access log and the sign-in throttle see the person's machine, not the proxy. Only as
    many entries of X-Forwarded-For are believed as there are proxies (NUM_PROXIES).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        proxies = settings.REST_FRAMEWORK["NUM_PROXIES"]
        if proxies and (sent := request.headers.get("X-Forwarded-For")):
            callers = [part.strip() for part in sent.split(",")]
            with contextlib.suppress(ValueError):
                caller = ipaddress.ip_address(callers[-min(proxies, len(callers))])
                request.META["REMOTE_ADDR"] = str(caller)
        return self.get_response(request)


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
