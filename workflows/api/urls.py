from django.urls import path

from workflows.api import acts, claims, submissions, views

app_name = "workflows_api"
urlpatterns = [
    path("acts/", acts.ActsView.as_view(), name="acts"),
    path("acts/<int:pk>/", acts.ActView.as_view(), name="act"),
    path("acts/<int:pk>/items/", acts.ActItemsView.as_view(), name="act_items"),
    path("acts/<int:pk>/undo/", acts.UndoActView.as_view(), name="act_undo"),
    path("acts/<int:pk>/resume/", acts.ResumeActView.as_view(), name="act_resume"),
    path("campaigns/<str:code>/launch/", submissions.LaunchView.as_view(), name="launch"),
    path("submissions/<int:pk>/", submissions.SubmissionView.as_view(), name="submission"),
    path("submissions/<int:pk>/recall/", submissions.RecallView.as_view(), name="recall"),
    path("submissions/<int:pk>/cancel/", submissions.CancelView.as_view(), name="cancel"),
    path("submissions/<int:pk>/reopen/", submissions.ReopenView.as_view(), name="reopen"),
    path("tasks/", views.TasksView.as_view(), name="tasks"),
    path("tasks/decide/", views.DecideView.as_view(), name="decide"),
    path("tasks/claim/", claims.ClaimView.as_view(), name="claim"),
    path("tasks/release/", claims.ReleaseView.as_view(), name="release"),
    path("tasks/assign/", claims.AssignView.as_view(), name="assign"),
    path("tasks/reasons/", views.ReasonsView.as_view(), name="reasons"),
    path("tasks/<int:pk>/", views.TaskView.as_view(), name="task"),
]
