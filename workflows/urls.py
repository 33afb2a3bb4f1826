from django.urls import URLPattern, path

from workflows.views import campaigns, decisions, files, inbox, records, school, submissions

app_name = "workflows"
urlpatterns: list[URLPattern] = [
    path("teachers/<int:pk>/", files.file, name="file"),
    path("school/", school.desk, name="school"),
    path("submissions/<int:pk>/submit/", school.submit, name="submit"),
    path("submissions/<int:pk>/sign/", school.sign, name="sign"),
    path("submissions/<int:pk>/send-back/", school.send_back, name="send_back"),
    path("submissions/<int:pk>/recall/", school.recall, name="recall"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("tasks/decide/", decisions.decide, name="decide"),
    path("tasks/<int:pk>/", inbox.pane, name="pane"),
    path("submissions/<int:pk>/", submissions.submission, name="submission"),
    path("submissions/<int:pk>/records/<int:record_pk>/view/", records.record, name="record"),
    path("submissions/<int:pk>/records/<int:record_pk>/reveal/", records.reveal, name="reveal"),
    path("campaigns/<slug:code>/launch/", campaigns.launch, name="launch"),
    path("campaigns/<slug:code>/stage/", campaigns.stage, name="stage"),
]
