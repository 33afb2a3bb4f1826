"""What the API says about campaigns and submissions, and what it asks for."""

from django.urls import reverse
from rest_framework import serializers

from campaigns import rules
from campaigns.enums import SubmissionState
from campaigns.models import Campaign, CampaignStage, Finding, Submission, WorkbookImport
from teachers.api.serializers import OrganisationSerializer


class CampaignStageSerializer(serializers.ModelSerializer):
    """The days of one stage; `ends_on` is the last day that counts as on time."""

    class Meta:
        model = CampaignStage
        fields = ["kind", "starts_on", "ends_on"]


class CampaignSerializer(serializers.ModelSerializer):
    """A collection round."""

    name = serializers.CharField(source="__str__", help_text="In the language of the request.")
    organisation = OrganisationSerializer(help_text="Who runs it.")

    class Meta:
        model = Campaign
        fields = [
            "code",
            "name",
            "state",
            "organisation",
            "school_kinds",
            "organiser_kinds",
            "created_at",
            "launched_at",
            "closed_at",
        ]


class CampaignDetailSerializer(CampaignSerializer):
    """A collection round with its scope, its timetable and the information it asks for."""

    stages = serializers.SerializerMethodField(help_text="In the order of the timetable.")
    scope = OrganisationSerializer(many=True)
    asked = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Keys of the sub-sets asked, by form of school.",
    )

    class Meta(CampaignSerializer.Meta):
        fields = [
            *CampaignSerializer.Meta.fields,
            "return_days",
            "sampling_share",
            "sampling_least",
            "sampling_limit",
            "asked",
            "scope",
            "stages",
        ]

    def get_stages(self, campaign: Campaign) -> CampaignStageSerializer(many=True):
        rows = sorted(campaign.stages.all(), key=lambda stage: stage.position)
        return CampaignStageSerializer(rows, many=True).data


class PreviewRowSerializer(serializers.Serializer):
    """What one authority would be asked for; `problems` are sentences to act on."""

    authority = OrganisationSerializer()
    schools = serializers.IntegerField()
    teachers = serializers.IntegerField()
    no_clerk = serializers.IntegerField(help_text="Schools without a clerk.")
    no_head = serializers.IntegerField(help_text="Schools without a head.")
    problems = serializers.ListField(child=serializers.CharField())


class PreviewSerializer(serializers.Serializer):
    """Whom a launch would ask today, and what is wrong."""

    schools = serializers.IntegerField()
    teachers = serializers.IntegerField()
    problems = serializers.IntegerField()
    rows = PreviewRowSerializer(many=True)


class CountsSerializer(serializers.Serializer):
    """Submissions of a unit and of all below it."""

    asked = serializers.IntegerField()
    submitted = serializers.IntegerField(help_text="Have left the school.")
    in_review = serializers.IntegerField(help_text="On a desk above the school.")
    approved = serializers.IntegerField()
    returned = serializers.IntegerField(help_text="Back at the school now.")
    overdue = serializers.IntegerField(help_text="Still at the school after the last day.")
    teachers = serializers.IntegerField()
    errors = serializers.IntegerField()


class ProgressRowSerializer(CountsSerializer):
    unit = OrganisationSerializer()


class ProgressSerializer(serializers.Serializer):
    """How far the units directly below one unit are."""

    unit = OrganisationSerializer()
    total = CountsSerializer()
    rows = ProgressRowSerializer(many=True)


class ProgressQuerySerializer(serializers.Serializer):
    unit = serializers.CharField(
        required=False, max_length=20, help_text="Code of a unit; the acting post's by default."
    )


class SubmissionSerializer(serializers.ModelSerializer):
    """What one school answers in one campaign."""

    campaign = serializers.CharField(source="campaign.code", help_text="Code of the campaign.")
    organisation = OrganisationSerializer()

    class Meta:
        model = Submission
        fields = [
            "id",
            "campaign",
            "organisation",
            "state",
            "attempt",
            "records_count",
            "errors_count",
            "warnings_count",
            "unexplained_count",
            "checked_at",
            "submitted_at",
            "approved_at",
        ]


class SubmissionQuerySerializer(serializers.Serializer):
    campaign = serializers.CharField(required=False, max_length=20, help_text="Code of a campaign.")
    state = serializers.ChoiceField(required=False, choices=SubmissionState)
    unit = serializers.CharField(
        required=False, max_length=20, help_text="Code of a unit: it and all below it."
    )


class FindingRecordSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    identity_mask = serializers.CharField(help_text="Identity number, middle digits hidden.")


class FindingSerializer(serializers.ModelSerializer):
    """What a rule found: an error blocks signing, a warning must be explained."""

    text = serializers.SerializerMethodField(help_text="In the language of the request.")
    record = FindingRecordSerializer(allow_null=True, help_text="null: the whole submission.")

    class Meta:
        model = Finding
        fields = [
            "id",
            "rule",
            "severity",
            "text",
            "record",
            "set_key",
            "row",
            "indicator_key",
            "explanation",
        ]

    def get_text(self, finding: Finding) -> str:
        return rules.text(finding.rule, finding.params)


class ImportSerializer(serializers.ModelSerializer):
    """What became of a workbook. `failed_workbook` holds the rows not taken, with the reasons."""

    failed_workbook = serializers.SerializerMethodField(
        help_text="Address of the workbook of failed rows; null when there are none."
    )

    class Meta:
        model = WorkbookImport
        fields = [
            "id",
            "submission",
            "state",
            "message",
            "file_name",
            "sha256",
            "rows_count",
            "taken_count",
            "failed_count",
            "failed_workbook",
            "imported_at",
        ]

    def get_failed_workbook(self, outcome: WorkbookImport) -> str | None:
        if not outcome.failed_count:
            return None
        path = reverse("campaigns_api:failed_rows", args=[outcome.pk])
        return self.context["request"].build_absolute_uri(path)


class WorkbookSerializer(serializers.Serializer):
    """A filled-in template of the school."""

    file = serializers.FileField(max_length=200, allow_empty_file=True)
    sound_rows_only = serializers.BooleanField(
        default=False, help_text="Take the sound rows and return the others; else all or nothing."
    )
