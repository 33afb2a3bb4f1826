"""What every page may say: the acting post, the rail, and whether the data are invented."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config import navigation


def site(request: HttpRequest) -> dict:
    """`rail` is computed only by pages that show it (its one query is not paid by fragments)."""
    return {
        "post": getattr(request, "post", None),
        "demonstration": settings.DEMONSTRATION,
        "rail": SimpleLazyObject(partial(navigation.rail, request)),
    }
