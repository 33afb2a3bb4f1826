from django.urls import path

from workflows.api import claims, submissions, views

app_name = "workflows_api"
urlpatterns = [
    path("campaigns/<str:code>/launch/", submissions.LaunchView.as_view(), name="launch"),
    path("submissions/<int:pk>/", submissions.SubmissionView.as_view(), name="submission"),
    path("submissions/<int:pk>/recall/", submissions.RecallView.as_view(), name="recall"),
    path("tasks/", views.TasksView.as_view(), name="tasks"),
    path("tasks/decide/", views.DecideView.as_view(), name="decide"),
    path("tasks/claim/", claims.ClaimView.as_view(), name="claim"),
    path("tasks/release/", claims.ReleaseView.as_view(), name="release"),
    path("tasks/assign/", claims.AssignView.as_view(), name="assign"),
    path("tasks/reasons/", views.ReasonsView.as_view(), name="reasons"),
    path("tasks/<int:pk>/", views.TaskView.as_view(), name="task"),
]
