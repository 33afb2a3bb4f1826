from django.urls import path

from teachers.api import views

app_name = "teachers_api"
urlpatterns = [
    path("token/", views.TokenView.as_view(), name="token"),
    path("me/", views.MeView.as_view(), name="me"),
]
