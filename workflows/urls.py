from django.urls import URLPattern, path

from workflows.views import decisions, inbox, submissions

app_name = "workflows"
urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("tasks/decide/", decisions.decide, name="decide"),
    path("tasks/<int:pk>/", inbox.pane, name="pane"),
    path("submissions/<int:pk>/", submissions.submission, name="submission"),
]
