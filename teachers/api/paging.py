"""Lists page by key: the address of the next page carries the key of the last row shown."""

import base64
import binascii
import json
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

CURSOR, SIZE = "cursor", "page_size"
DEFAULT_SIZE, LARGEST_SIZE = 50, 200


class KeysetPages(BasePagination):
    """Pages through `order`, a tuple of fields ending in the key ("-id" = downwards, all alike).

    One query a page whatever its depth: rows after the cursor, one more than the page holds.
    """

    order: tuple[str, ...] = ("id",)

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView) -> list:
        self.request = request
        self.order = getattr(view, "order", self.order)
        size = page_size(request)
        rows = queryset.order_by(*self.order)
        if request.query_params.get(CURSOR):
            rows = self._after(rows, _read_cursor(request.query_params[CURSOR]))
        found = list(rows[: size + 1])
        self.next_cursor = _write_cursor(found[size - 1], self._names()) if found[size:] else None
        return found[:size]

    def _names(self) -> list[str]:
        return [field.lstrip("-") for field in self.order]

    def _after(self, rows: QuerySet, values: list) -> QuerySet:
        """(a, b) > (x, y) as `a >= x and (a > x or b > y)`: the first part is an index range."""
        beyond = "lt" if self.order[0].startswith("-") else "gt"
        names = self._names()
        if len(values) != len(names):
            raise _bad_cursor()
        condition = Q()
        for name, value in reversed(list(zip(names, values, strict=True))):
            further = Q(**{f"{name}__{beyond}": value})
            condition = (
                Q(**{f"{name}__{beyond}e": value}) & (further | condition) if condition else further
            )
        try:
            return rows.filter(condition)
        except (ValueError, TypeError, ValidationError):
            raise _bad_cursor() from None

    def get_paginated_response(self, data: list) -> Response:
        address = None
        if self.next_cursor is not None:
            address = replace_query_param(
                self.request.build_absolute_uri(), CURSOR, self.next_cursor
            )
        return Response({"next": address, "results": data})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "example": "https://jszx.example.gov.cn/api/v1/…/?cursor=WzEyM10",
                    "description": "Address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict]:
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": "Where the page begins; taken from `next`, never made by hand.",
                "schema": {"type": "string"},
            },
            {
                "name": SIZE,
                "in": "query",
                "required": False,
                "description": "Rows a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": LARGEST_SIZE,
                    "default": DEFAULT_SIZE,
                },
            },
        ]


def page_size(request: Request) -> int:
    """How many rows the request asks for. Raises ValidationError."""
    asked = request.query_params.get(SIZE, str(DEFAULT_SIZE))
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= LARGEST_SIZE):
        raise exceptions.ValidationError(
            {SIZE: _("Ask for 1 to %(most)s rows a page.") % {"most": LARGEST_SIZE}}
        )
    return int(asked)


def _bad_cursor() -> exceptions.ValidationError:
    return exceptions.ValidationError(
        {CURSOR: _("This cursor is not one of ours: take it from “next” of the page before.")}
    )


def _write_cursor(row: Model, names: list[str]) -> str:
    values = [_plain(reduce(getattr, name.split("__"), row)) for name in names]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _read_cursor(text: str) -> list:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None
    sound = isinstance(values, list) and all(
        isinstance(value, int) or (isinstance(value, str) and "\0" not in value) for value in values
    )
    if not sound:
        raise _bad_cursor()
    return values
