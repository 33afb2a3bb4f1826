"""What the API says about tasks and decisions, and what it asks for."""

from django.utils import timezone
from rest_framework import serializers

from campaigns.api.serializers import FindingSerializer, SubmissionSerializer
from teachers.api.serializers import OrganisationSerializer
from teachers.models import User
from workflows.actions.deciding import DECIDED_HERE
from workflows.enums import OutcomeKind, Verdict
from workflows.flows import step
from workflows.models import Decision, Task
from workflows.policies import verdicts_of
from workflows.separation import RULES

MOST_TASKS = 10_000
DECIDED = [choice for choice in Verdict.choices if choice[0] in DECIDED_HERE]
PLACES = [("done", "Done"), ("now", "Now"), ("ahead", "Ahead")]


class TaskSerializer(serializers.ModelSerializer):
    """One thing the acting post's desk has to do next."""

    title = serializers.SerializerMethodField(help_text="The step, in the language of the request.")
    overdue = serializers.SerializerMethodField()
    verdicts = serializers.SerializerMethodField(help_text="What can be said at this step.")
    since = serializers.DateTimeField(source="created")
    claimed_by = serializers.CharField(source="owner.name", default=None, allow_null=True)
    campaign = serializers.CharField(source="process.campaign.code")
    organisation = OrganisationSerializer(source="process.organisation", help_text="Whose answer.")
    submission = serializers.IntegerField(source="process.submission_id")
    attempt = serializers.IntegerField(source="process.submission.attempt")
    records_count = serializers.IntegerField(source="process.submission.records_count")
    errors_count = serializers.IntegerField(source="process.submission.errors_count")
    warnings_count = serializers.IntegerField(source="process.submission.warnings_count")

    class Meta:
        model = Task
        fields = [
            "id",
            "step",
            "title",
            "due_date",
            "overdue",
            "since",
            "claimed_by",
            "verdicts",
            "campaign",
            "organisation",
            "submission",
            "attempt",
            "records_count",
            "errors_count",
            "warnings_count",
        ]

    def get_title(self, task: Task) -> str:
        return str(step(task.step).task_title)

    def get_overdue(self, task: Task) -> bool:
        return task.is_overdue(timezone.localdate())

    def get_verdicts(self, task: Task) -> list[str]:
        return [verdict.value for verdict in verdicts_of(step(task.step))]


class ReturnTargetSerializer(serializers.Serializer):
    """A step to which a task may be returned."""

    step = serializers.CharField()
    title = serializers.CharField()
    organisation = OrganisationSerializer()


class TaskDetailSerializer(TaskSerializer):
    """A task with the steps it may be returned to."""

    return_to = ReturnTargetSerializer(many=True)

    class Meta(TaskSerializer.Meta):
        fields = [*TaskSerializer.Meta.fields, "return_to"]


class TaskQuerySerializer(serializers.Serializer):
    campaign = serializers.CharField(required=False, max_length=20, help_text="Its code.")
    overdue = serializers.BooleanField(required=False, allow_null=True, default=None)


class DecideSerializer(serializers.Serializer):
    """One verdict on one task or many."""

    tasks = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST_TASKS,
    )
    verdict = serializers.ChoiceField(choices=DECIDED)
    reasons = serializers.ListField(
        child=serializers.CharField(max_length=12),
        default=list,
        max_length=20,
        help_text="Codes from `/api/v1/tasks/reasons/`; a return needs at least one.",
    )
    words = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="A return needs them.",
    )
    return_to = serializers.CharField(
        required=False,
        allow_null=True,
        default=None,
        max_length=30,
        help_text="The step it goes back to; the school's filling in by default.",
    )


class OutcomeSerializer(serializers.Serializer):
    """What became of one task."""

    task = serializers.IntegerField(source="task_id")
    kind = serializers.ChoiceField(choices=OutcomeKind.choices)
    done = serializers.BooleanField()
    submission = serializers.IntegerField(source="submission_id", allow_null=True)
    organisation = serializers.CharField(help_text="Name of the school; empty if not yours.")
    text = serializers.CharField(help_text="One sentence in the language of the request.")
    decided_by = serializers.CharField(help_text="Who was quicker, when already decided.")
    decided_at = serializers.DateTimeField(allow_null=True)
    acting_for = serializers.CharField(help_text="For whom, if a colleague decided it.")
    claimed_by = serializers.CharField(help_text="Who has it in hand, when claimed.")
    rules = serializers.ListField(
        child=serializers.ChoiceField(choices=[(rule.code, rule.title) for rule in RULES]),
        help_text="The rules of separation that stand against it.",
    )


class HoldSerializer(serializers.Serializer):
    """Tasks that are claimed or given back."""

    tasks = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST_TASKS,
    )
    reason = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Needed to take a task from a colleague, as who leads the desk.",
    )


class AssignSerializer(HoldSerializer):
    """Tasks that go to a colleague of the desk."""

    to = serializers.SlugRelatedField(
        queryset=User.objects.all(),
        slug_field="username",
        help_text="The colleague's account.",
    )
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=200, help_text="Words for the colleague."
    )


class ReceiptSerializer(serializers.Serializer):
    """Every task asked for, in the order asked."""

    verdict = serializers.CharField()
    done = serializers.SerializerMethodField(help_text="How many were done.")
    refused = serializers.SerializerMethodField(help_text="How many were not.")
    outcomes = OutcomeSerializer(many=True)

    def get_done(self, receipt) -> int:
        return len(receipt.done)

    def get_refused(self, receipt) -> int:
        return len(receipt.refused)


class ReasonSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language of the request.")


class PlaceSerializer(serializers.Serializer):
    """A stop on the way of a submission."""

    position = serializers.IntegerField()
    step = serializers.CharField()
    title = serializers.CharField()
    organisation = OrganisationSerializer()
    state = serializers.ChoiceField(choices=PLACES)
    since = serializers.DateTimeField(allow_null=True)


class DecisionSerializer(serializers.ModelSerializer):
    """Who decided what, and why. `hash` chains it to the decision before."""

    by = serializers.CharField(source="by.name")
    acting_for = serializers.CharField(
        source="acting_for.name",
        default=None,
        allow_null=True,
        help_text="For whom, if a colleague decided it.",
    )
    organisation = OrganisationSerializer()

    class Meta:
        model = Decision
        fields = [
            "sequence",
            "verdict",
            "step",
            "attempt",
            "organisation",
            "by",
            "acting_for",
            "at",
            "reasons",
            "words",
            "hash",
        ]


class SubmissionDetailSerializer(SubmissionSerializer):
    """A submission with where it stands, what was decided, and the first findings."""

    path = PlaceSerializer(many=True, help_text="Its way, in order.")
    history = DecisionSerializer(many=True, help_text="The newest first.")
    findings = FindingSerializer(
        many=True,
        help_text="The first hundred; all of them: `…/findings/`.",
        source="first_findings",
    )

    class Meta(SubmissionSerializer.Meta):
        fields = [*SubmissionSerializer.Meta.fields, "path", "history", "findings"]


class RecallSerializer(serializers.Serializer):
    words = serializers.CharField(default="", allow_blank=True, max_length=1000)


class WhySerializer(serializers.Serializer):
    words = serializers.CharField(max_length=500, help_text="Why: the school reads it.")


class LaunchedSerializer(serializers.Serializer):
    """What a launch did. Repeated, it opens nothing twice."""

    opened = serializers.IntegerField(help_text="Cases opened by this call.")
    existing = serializers.IntegerField(help_text="Cases that were open before.")
