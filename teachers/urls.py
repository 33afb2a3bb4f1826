"""Addresses of the register."""

from django.urls import path

from teachers.index.urls import addresses as index_addresses
from teachers.views import access_log, attachments, exports, files, privacy, search, sessions

app_name = "teachers"
urlpatterns = [
    path("sign-in/", sessions.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sessions.SignOut.as_view(), name="sign_out"),
    path("posts/<int:pk>/", sessions.choose_post, name="choose_post"),
    path("posts/<int:pk>/for/<int:delegation>/", sessions.act_for, name="act_for"),
    path("teachers/export.xlsx", exports.export, name="export"),
    path("teachers/exports/", exports.exports, name="exports"),
    path("teachers/exports/<int:pk>/teachers.xlsx", exports.export_file, name="export_file"),
    path("attachments/<uuid:key>/", attachments.attachment, name="attachment"),
    path("teachers/", search.search, name="search"),
    path("access-log/", access_log.access_log, name="access_log"),
    path("access-log/export.csv", access_log.export, name="access_log_export"),
    path("notice/", privacy.notice_page, name="notice"),
    path("teachers/<int:pk>/reveal/", privacy.reveal, name="reveal"),
    path("my-file/", files.my_file, name="my_file"),
    path("my-file/confirm/", files.confirm_file, name="confirm_file"),
    *index_addresses,
]
