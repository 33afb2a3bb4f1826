"""Addresses of the API: each app lists its own; the schema describes them all."""

from django.urls import include, path, re_path
from django.views.decorators.cache import cache_page
from drf_spectacular.views import SpectacularAPIView

from teachers.api.views import NothingHereView

HOUR = 60 * 60

urlpatterns = [
    path("schema/", cache_page(HOUR)(SpectacularAPIView.as_view()), name="schema"),
    path("v1/", include("teachers.api.urls")),
    path("v1/", include("campaigns.api.urls")),
    path("v1/", include("workflows.api.urls")),
    path("v1/", include("reports.api.urls")),
    re_path(r"^.*$", NothingHereView.as_view(), name="api_nothing_here"),
]
