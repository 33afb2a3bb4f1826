"""What the API says about reports, and what it asks for."""

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from campaigns.enums import StageKind
from reports.enums import ReportState
from reports.models import Report
from teachers.api.serializers import OrganisationSerializer


class ReportSerializer(serializers.ModelSerializer):
    """One issue of a stage's report. `sha256` is the fingerprint of its PDF."""

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
            "stage",
            "organisation",
            "issue",
            "language",
            "state",
            "frozen_at",
            "asked_by",
            "asked_at",
            "finished_at",
            "pages",
            "size",
            "sha256",
            "document",
        ]

    def get_document(self, report: Report) -> str | None:
        if report.state != ReportState.DONE:
            return None
        path = reverse("reports_api:document", args=[report.pk])
        return self.context["request"].build_absolute_uri(path)


class ReportQuerySerializer(serializers.Serializer):
    campaign = serializers.CharField(required=False, max_length=20, help_text="Code of a campaign.")
    stage = serializers.ChoiceField(required=False, choices=StageKind.choices)
    unit = serializers.CharField(required=False, max_length=20, help_text="Code of a unit.")


class AskSerializer(serializers.Serializer):
    """Which report to make."""

    campaign = serializers.CharField(max_length=20, help_text="Code of the campaign.")
    stage = serializers.ChoiceField(choices=StageKind.choices)
    unit = serializers.CharField(max_length=20, help_text="Code of an authority.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="zh-hans")
