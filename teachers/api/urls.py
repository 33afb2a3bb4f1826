from django.urls import path

from teachers.api import index, teachers, views

app_name = "teachers_api"
urlpatterns = [
    path("token/", views.TokenView.as_view(), name="token"),
    path("teachers/", teachers.TeachersView.as_view(), name="teachers"),
    path("teachers/by-identity/", teachers.ByIdentityView.as_view(), name="by_identity"),
    path("me/", views.MeView.as_view(), name="me"),
    path(
        "index/<slug:code>/<slug:kind>.schema.json",
        index.FormSchemaView.as_view(),
        name="form_schema",
    ),
]
