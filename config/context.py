"""What every page may say: the acting post, and whether the data are invented."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    return {
        "post": getattr(request, "post", None),
        "demonstration": settings.DEMONSTRATION,
    }
