from django.urls import path

from campaigns.api import submissions, views

app_name = "campaigns_api"
urlpatterns = [
    path("campaigns/", views.CampaignsView.as_view(), name="campaigns"),
    path("campaigns/<str:code>/", views.CampaignView.as_view(), name="campaign"),
    path("campaigns/<str:code>/preview/", views.PreviewView.as_view(), name="preview"),
    path("campaigns/<str:code>/progress/", views.ProgressView.as_view(), name="progress"),
    path("submissions/", submissions.SubmissionsView.as_view(), name="submissions"),
    path("submissions/<int:pk>/findings/", submissions.FindingsView.as_view(), name="findings"),
    path("submissions/<int:pk>/imports/", submissions.ImportsView.as_view(), name="imports"),
    path("imports/<int:pk>/failed/", submissions.FailedRowsView.as_view(), name="failed_rows"),
]
