"""Addresses of the register."""

from django.urls import path

from teachers.index.urls import addresses as index_addresses
from teachers.views import attachments, files, search, sessions

app_name = "teachers"
urlpatterns = [
    path("sign-in/", sessions.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sessions.SignOut.as_view(), name="sign_out"),
    path("posts/<int:pk>/", sessions.choose_post, name="choose_post"),
    path("attachments/<uuid:key>/", attachments.attachment, name="attachment"),
    path("teachers/", search.search, name="search"),
    path("my-file/", files.my_file, name="my_file"),
    *index_addresses,
]
