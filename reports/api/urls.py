from django.urls import path

from reports.api import packs, views

app_name = "reports_api"
urlpatterns = [
    path("reports/", views.ReportsView.as_view(), name="reports"),
    path("reports/<int:pk>/", views.ReportView.as_view(), name="report"),
    path("reports/<int:pk>/report.pdf", views.DocumentView.as_view(), name="document"),
    path("reports/<int:pk>/cancel/", views.CancelReportView.as_view(), name="report_cancel"),
    path("reports/<int:pk>/retry/", views.RetryReportView.as_view(), name="report_retry"),
    path("packs/", packs.PacksView.as_view(), name="packs"),
    path("packs/<int:pk>/", packs.PackView.as_view(), name="pack"),
    path("packs/<int:pk>/cancel/", packs.CancelPackView.as_view(), name="cancel_pack"),
    path("packs/<int:pk>/retry/", packs.RetryPackView.as_view(), name="retry_pack"),
    path("packs/<int:pk>/<str:form>/", packs.PackFileView.as_view(), name="pack_file"),
]
