from django.urls import path

from reports.views import dossiers, pages, verification

app_name = "reports"
urlpatterns = [
    path("teachers/<int:pk>/dossier.pdf", dossiers.dossier, name="dossier"),
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>/", verification.verify_code, name="verify_code"),
    path("reports/", pages.report_list, name="list"),
    path("reports/ask/", pages.ask, name="ask"),
    path("reports/<int:pk>/retry/", pages.retry, name="retry"),
    path("reports/<int:pk>/report.pdf", pages.download, name="download"),
]
