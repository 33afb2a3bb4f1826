from django.urls import URLPattern, path

from workflows.views import (
    campaigns,
    change_asking,
    changes,
    decisions,
    files,
    inbox,
    problems,
    records,
    school,
    submissions,
)

app_name = "workflows"
urlpatterns: list[URLPattern] = [
    path("teachers/<int:pk>/", files.file, name="file"),
    path("school/", school.desk, name="school"),
    path("submissions/<int:pk>/submit/", school.submit, name="submit"),
    path("submissions/<int:pk>/sign/", school.sign, name="sign"),
    path("submissions/<int:pk>/send-back/", school.send_back, name="send_back"),
    path("submissions/<int:pk>/recall/", school.recall, name="recall"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("changes/", changes.changes, name="changes"),
    path("changes/new/", change_asking.change_new, name="change_new"),
    path("changes/<int:pk>/", changes.change, name="change"),
    path("changes/<int:pk>/edit/", change_asking.change_edit, name="change_edit"),
    path("changes/<int:pk>/decide/", changes.change_decide, name="change_decide"),
    path("changes/<int:pk>/evidence/", changes.evidence_add, name="change_evidence"),
    path(
        "changes/<int:pk>/evidence/<uuid:key>/remove/",
        changes.evidence_remove,
        name="change_evidence_remove",
    ),
    path("problems/", problems.problems, name="problems"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/answers/<int:party_pk>/", problems.answer, name="problem_answer"),
    path("problems/<int:pk>/settle/", problems.settle, name="problem_settle"),
    path("tasks/decide/", decisions.decide, name="decide"),
    path("tasks/<int:pk>/", inbox.pane, name="pane"),
    path("submissions/<int:pk>/", submissions.submission, name="submission"),
    path("submissions/<int:pk>/records/<int:record_pk>/view/", records.record, name="record"),
    path("submissions/<int:pk>/records/<int:record_pk>/reveal/", records.reveal, name="reveal"),
    path("campaigns/<slug:code>/launch/", campaigns.launch, name="launch"),
    path("campaigns/<slug:code>/stage/", campaigns.stage, name="stage"),
]
