from django.urls import path

from workflows.api import submissions, views

app_name = "workflows_api"
urlpatterns = [
    path("campaigns/<str:code>/launch/", submissions.LaunchView.as_view(), name="launch"),
    path("submissions/<int:pk>/", submissions.SubmissionView.as_view(), name="submission"),
    path("submissions/<int:pk>/recall/", submissions.RecallView.as_view(), name="recall"),
    path("submissions/<int:pk>/cancel/", submissions.CancelView.as_view(), name="cancel"),
    path("submissions/<int:pk>/reopen/", submissions.ReopenView.as_view(), name="reopen"),
    path("tasks/", views.TasksView.as_view(), name="tasks"),
    path("tasks/decide/", views.DecideView.as_view(), name="decide"),
    path("tasks/reasons/", views.ReasonsView.as_view(), name="reasons"),
    path("tasks/<int:pk>/", views.TaskView.as_view(), name="task"),
]
