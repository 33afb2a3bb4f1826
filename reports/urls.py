from django.urls import path

from reports.views import (
    dossiers,
    downloads,
    pages,
    sheets,
    verification,
)

app_name = "reports"
urlpatterns = [
    path("teachers/<int:pk>/dossier.pdf", dossiers.dossier, name="dossier"),
    path("submissions/<int:pk>/corrections.pdf", sheets.correction_list, name="corrections"),
    path("submissions/<int:pk>/form.pdf", sheets.submission_form, name="submission_form"),
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>/", verification.verify_code, name="verify_code"),
    path("reports/", pages.report_list, name="list"),
    path("reports/ask/", pages.ask, name="ask"),
    path("reports/<int:pk>/", pages.report_page, name="report"),
    path("reports/<int:pk>/retry/", pages.retry, name="retry"),
    path("reports/<int:pk>/cancel/", pages.cancel, name="cancel"),
    path("reports/<int:pk>/report.pdf", downloads.report, name="download"),
    path("reports/packs/ask/", pages.ask_pack, name="ask_pack"),
    path("reports/packs/<int:pk>/", pages.pack_page, name="pack"),
    path("reports/packs/<int:pk>/retry/", pages.retry_pack, name="retry_pack"),
    path("reports/packs/<int:pk>/cancel/", pages.cancel_pack, name="cancel_pack"),
    path("reports/packs/<int:pk>/<str:form>/", downloads.pack, name="pack_file"),
]
