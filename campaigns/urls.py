from django.urls import path

from campaigns.views import workbooks

app_name = "campaigns"
urlpatterns = [
    path("submissions/<int:submission_id>/template.xlsx", workbooks.template, name="template"),
    path("submissions/<int:submission_id>/import/", workbooks.take, name="import"),
    path("imports/<int:import_id>/failed.xlsx", workbooks.failed_rows, name="failed_rows"),
]
