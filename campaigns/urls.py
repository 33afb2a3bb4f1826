from django.urls import URLPattern, path

from campaigns.views import campaigns, drafts, entering, records, rehearsals, workbooks

app_name = "campaigns"
urlpatterns: list[URLPattern] = [
    path("campaigns/", campaigns.campaign_list, name="list"),
    path("campaigns/new/", campaigns.create, name="create"),
    path("campaigns/<slug:code>/", campaigns.progress, name="progress"),
    path("campaigns/<slug:code>/preview/", campaigns.preview, name="preview"),
    path("submissions/<int:submission_id>/prefill/", records.prefill, name="prefill"),
    path("submissions/<int:submission_id>/records/new/", entering.new, name="record_new"),
    path("submissions/<int:submission_id>/records/new/draft/", drafts.keep, name="draft_new"),
    path("submissions/<int:submission_id>/records/new/draft/drop/", drafts.drop, name="drop_new"),
    path("submissions/<int:submission_id>/records/<int:pk>/", records.record, name="record"),
    path(
        "submissions/<int:submission_id>/records/<int:pk>/remove/",
        records.remove,
        name="record_remove",
    ),
    path("submissions/<int:submission_id>/records/<int:pk>/draft/", drafts.keep, name="draft"),
    path("submissions/<int:submission_id>/records/<int:pk>/draft/drop/", drafts.drop, name="drop"),
    path("findings/<int:pk>/explain/", records.explain, name="explain"),
    path("submissions/<int:submission_id>/template.xlsx", workbooks.template, name="template"),
    path("submissions/<int:submission_id>/import/", workbooks.take, name="import"),
    path("imports/<int:import_id>/", workbooks.import_result, name="import_result"),
    path("imports/<int:import_id>/failed.xlsx", workbooks.failed_rows, name="failed_rows"),
    path("index/<slug:code>/rehearsals/", rehearsals.rehearsal_list, name="rehearsals"),
    path("index/<slug:code>/rehearse/", rehearsals.ask, name="rehearse"),
    path("rehearsals/<int:pk>/", rehearsals.rehearsal, name="rehearsal"),
]
