"""Addresses of the API: each app lists its own; the schema describes them all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_page
from drf_spectacular.views import SpectacularAPIView

from teachers.api.views import NothingHereView

HOUR = 60 * 60


def without_query(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, which is shown nothing of what follows a question mark."""

    def asked_plainly(request: HttpRequest) -> HttpResponse:
        request.META["QUERY_STRING"], request.GET = "", QueryDict()
        return view(request)

    return asked_plainly


# The schema takes half a second to write: nobody can ask for it past what is kept.
schema = without_query(cache_page(HOUR)(SpectacularAPIView.as_view()))

urlpatterns = [
    path("schema/", schema, name="schema"),
    path("v1/", include("teachers.api.urls")),
    path("v1/", include("campaigns.api.urls")),
    path("v1/", include("workflows.api.urls")),
    path("v1/", include("reports.api.urls")),
    re_path(r"^.*$", NothingHereView.as_view(), name="api_nothing_here"),
]
