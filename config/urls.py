"""Addresses of the whole site; each app lists its own."""

from django.urls import include, path

from config import views
from teachers.admin import site

urlpatterns = [
    path("", views.home, name="home"),
    path("admin/", site.urls),
    path("api/", include("config.api_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("teachers.urls")),
    path("", include("campaigns.urls")),
    path("", include("workflows.urls")),
    path("", include("reports.urls")),
]
