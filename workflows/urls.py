from django.urls import URLPattern, path

from workflows.views import campaigns, decisions, inbox, records, submissions

app_name = "workflows"
urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("tasks/decide/", decisions.decide, name="decide"),
    path("tasks/<int:pk>/", inbox.pane, name="pane"),
    path("submissions/<int:pk>/", submissions.submission, name="submission"),
    path("submissions/<int:pk>/records/<int:record_pk>/view/", records.record, name="record"),
    path("submissions/<int:pk>/records/<int:record_pk>/reveal/", records.reveal, name="reveal"),
    path("campaigns/<slug:code>/launch/", campaigns.launch, name="launch"),
    path("campaigns/<slug:code>/stage/", campaigns.stage, name="stage"),
]
