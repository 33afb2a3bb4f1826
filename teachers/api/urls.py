from django.urls import path

from teachers.api import index, views

app_name = "teachers_api"
urlpatterns = [
    path("token/", views.TokenView.as_view(), name="token"),
    path("me/", views.MeView.as_view(), name="me"),
    path(
        "index/<slug:code>/<slug:kind>.schema.json",
        index.FormSchemaView.as_view(),
        name="form_schema",
    ),
]
