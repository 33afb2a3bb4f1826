"""Every failure of the API as application/problem+json (RFC 9457) with a stable code."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from teachers.refusals import NotAllowed, Refusal

log = logging.getLogger("django.request")
CONTENT_TYPE = "application/problem+json"


class NoPost(exceptions.PermissionDenied):
    """The user holds no post today, so there is nothing to act for."""

    default_code = "no_post"
    default_detail = _("You hold no post today. Ask your administrator to enter one.")


class NotYourPost(exceptions.PermissionDenied):
    """The header X-Post names a post that is not the user's, or not in force today."""

    default_code = "not_your_post"
    default_detail = _(
        "The header X-Post must be the key of one of your posts in force today; "
        "/api/v1/me/ lists them."
    )


class LockedOut(exceptions.APIException):
    """Too many wrong passwords for this account from this place."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "locked_out"
    default_detail = _("Too many wrong passwords. Wait a quarter of an hour, then try again.")


class TooLarge(exceptions.APIException):
    """The request carries more than the endpoint takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The file is too large. Split it, or send fewer rows.")


class FieldErrorSerializer(serializers.Serializer):
    """One field that does not fit."""

    field = serializers.CharField(help_text="Path of the field, e.g. `tasks.0`; empty: the whole.")
    code = serializers.CharField(help_text="Stable code of the rule.")
    message = serializers.CharField(help_text="Text in the language of the request.")


class ProblemSerializer(serializers.Serializer):
    """A failure (RFC 9457). Branch on `code`, show `detail`."""

    type = serializers.CharField(help_text="`urn:problem:` and the code.")
    title = serializers.CharField(help_text="The HTTP status in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    code = serializers.CharField(help_text="Stable name of this kind of failure.")
    detail = serializers.CharField(help_text="What to do next, in the language of the request.")
    errors = FieldErrorSerializer(many=True, required=False)


def problem(status: int, code: str, detail: Any, errors: list | None = None) -> dict:
    """The body of a failure."""
    body = {
        "type": f"urn:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": str(detail),
    }
    return body if errors is None else {**body, "errors": errors}


def answer(exc: Exception, context: dict) -> Response | None:
    """REST framework's exception handler. An unknown exception is a 500 (raised when DEBUG)."""
    if isinstance(exc, Refusal):
        status = HTTPStatus.FORBIDDEN if isinstance(exc, NotAllowed) else HTTPStatus.CONFLICT
        body, headers = problem(status, exc.code, exc.message), {}
    else:
        known = _as_api_exception(exc)
        if known is None:
            return None if settings.DEBUG else _unexpected(exc, context)
        status, body, headers = known.status_code, _body(known), _headers(known)
    set_rollback()
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        return TooLarge()
    return None


def _body(exc: exceptions.APIException) -> dict:
    if isinstance(exc, exceptions.ValidationError):
        return problem(
            exc.status_code,
            "invalid",
            _("Some values do not fit; see “errors”."),
            list(_flat(exc.get_full_details())),
        )
    code = exc.get_codes()
    return problem(exc.status_code, code if isinstance(code, str) else "invalid", exc.detail)


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait) + 1)
    return headers


def _flat(details: Any, path: str = "") -> Iterator[dict]:
    """Nested details of serializers as rows: field path, code, message."""
    if isinstance(details, dict) and {"message", "code"} == details.keys():
        yield {"field": path, "code": details["code"], "message": str(details["message"])}
    elif isinstance(details, dict):
        for key, value in details.items():
            key = "" if key == "non_field_errors" else str(key)
            yield from _flat(value, ".".join(part for part in (path, key) if part))
    else:
        for position, value in enumerate(details):
            is_leaf = isinstance(value, dict) and {"message", "code"} == value.keys()
            yield from _flat(value, path if is_leaf else f"{path}.{position}")


def _unexpected(exc: Exception, context: dict) -> Response:
    request: HttpRequest = context["request"]._request
    got_request_exception.send(sender=APIView, request=request)
    log.error("Internal error in the API: %s", request.path, exc_info=exc)
    set_rollback()
    body = problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        _("Something went wrong on our side and was logged. Try again later."),
    )
    return Response(body, status=body["status"], content_type=CONTENT_TYPE)
