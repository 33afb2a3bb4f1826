from django.urls import path

from reports.api import views

app_name = "reports_api"
urlpatterns = [
    path("reports/", views.ReportsView.as_view(), name="reports"),
    path("reports/<int:pk>/", views.ReportView.as_view(), name="report"),
    path("reports/<int:pk>/report.pdf", views.DocumentView.as_view(), name="document"),
]
