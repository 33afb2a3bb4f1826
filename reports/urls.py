from django.urls import path

from reports.views import corrections, dossiers, pages

app_name = "reports"
urlpatterns = [
    path("teachers/<int:pk>/dossier.pdf", dossiers.dossier, name="dossier"),
    path("submissions/<int:pk>/corrections.pdf", corrections.correction_list, name="corrections"),
    path("reports/", pages.report_list, name="list"),
    path("reports/ask/", pages.ask, name="ask"),
    path("reports/<int:pk>/retry/", pages.retry, name="retry"),
    path("reports/<int:pk>/report.pdf", pages.download, name="download"),
]
