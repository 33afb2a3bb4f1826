from django.urls import URLPattern, path

from campaigns.views import campaigns, workbooks

app_name = "campaigns"
urlpatterns: list[URLPattern] = [
    path("campaigns/", campaigns.campaign_list, name="list"),
    path("campaigns/new/", campaigns.create, name="create"),
    path("campaigns/<slug:code>/", campaigns.progress, name="progress"),
    path("campaigns/<slug:code>/preview/", campaigns.preview, name="preview"),
    path("submissions/<int:submission_id>/template.xlsx", workbooks.template, name="template"),
    path("submissions/<int:submission_id>/import/", workbooks.take, name="import"),
    path("imports/<int:import_id>/failed.xlsx", workbooks.failed_rows, name="failed_rows"),
]
