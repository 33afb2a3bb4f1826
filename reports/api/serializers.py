"""What the API says about reports, and what it asks for."""

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from campaigns.enums import StageKind
from reports import kinds
from reports.enums import ReportKind, ReportState
from reports.models import Pack, PackFile, Report
from teachers.api.serializers import OrganisationSerializer


class ReportSerializer(serializers.ModelSerializer):
    """One issue of a stage's report. `sha256` is the fingerprint of its PDF; `code` finds it on the
    public page that verifies documents; `signed_as` is empty where it is unsigned."""

    campaign = serializers.CharField(source="campaign.code", help_text="Code of the campaign.")
    organisation = OrganisationSerializer()
    asked_by = serializers.CharField(source="asked_by.name")
    document = serializers.SerializerMethodField(
        help_text="Address of the PDF; null while it is not ready."
    )

    class Meta:
        model = Report
        fields = [
            "id",
            "campaign",
            "kind",
            "stage",
            "organisation",
            "issue",
            "language",
            "state",
            "frozen_at",
            "asked_by",
            "asked_at",
            "finished_at",
            "pages_done",
            "pages",
            "size",
            "sha256",
            "code",
            "signed_as",
            "error",
            "document",
        ]

    def get_document(self, report: Report) -> str | None:
        if report.state != ReportState.DONE:
            return None
        path = reverse("reports_api:document", args=[report.pk])
        return self.context["request"].build_absolute_uri(path)


class ReportQuerySerializer(serializers.Serializer):
    campaign = serializers.CharField(required=False, max_length=20, help_text="Code of a campaign.")
    kind = serializers.ChoiceField(required=False, choices=ReportKind.choices)
    stage = serializers.ChoiceField(required=False, choices=StageKind.choices)
    unit = serializers.CharField(required=False, max_length=20, help_text="Code of a unit.")


class AskSerializer(serializers.Serializer):
    """Which report or pack to make."""

    campaign = serializers.CharField(max_length=20, help_text="Code of the campaign.")
    stage = serializers.ChoiceField(choices=StageKind.choices)
    unit = serializers.CharField(max_length=20, help_text="Code of an authority.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="zh-hans")


class AskReportSerializer(AskSerializer):
    kind = serializers.ChoiceField(choices=kinds.choices(), default=ReportKind.STAGE)


class PackFileSerializer(serializers.ModelSerializer):
    """One of the two files of a pack. `document` is its address."""

    document = serializers.SerializerMethodField(help_text="Address of the file.")

    class Meta:
        model = PackFile
        fields = ["form", "size", "sha256", "document"]

    def get_document(self, file: PackFile) -> str:
        path = reverse("reports_api:pack_file", args=[file.pack_id, file.form])
        return self.context["request"].build_absolute_uri(path)


class PackSerializer(serializers.ModelSerializer):
    """The reports of a stage on a unit and all authorities below it, as of one moment.

    `files` is empty until `state` is `done`.
    """

    campaign = serializers.CharField(source="campaign.code", help_text="Code of the campaign.")
    organisation = OrganisationSerializer()
    asked_by = serializers.CharField(source="asked_by.name")
    files = PackFileSerializer(many=True)

    class Meta:
        model = Pack
        fields = [
            "id",
            "campaign",
            "stage",
            "organisation",
            "language",
            "state",
            "reports_count",
            "reports_done",
            "asked_by",
            "asked_at",
            "finished_at",
            "error",
            "files",
        ]
