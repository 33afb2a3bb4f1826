"""Campaigns: list, read, preview, progress."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import policies, queries
from campaigns.api import examples, serializers
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from teachers.api.desk import DeskView, find
from teachers.api.documents import answer, endpoint
from teachers.models import Organisation
from teachers.policies import oversees


def campaigns(request: Request) -> QuerySet[Campaign]:
    """Those the acting post may see; drafts only where they are drawn up, as on the pages."""
    own_or_launched = ~Q(state=CampaignState.DRAFT) | Q(organisation=request.post.organisation)
    visible = Campaign.objects.visible_to(request.post).filter(own_or_launched)
    return visible.select_related("organisation")


class CampaignsView(DeskView):
    """Campaigns that touch the acting post's organisation, the newest first."""

    order = ("-id",)

    @endpoint(
        summary="List campaigns",
        answers=answer(
            serializers.CampaignSerializer(many=True), "a campaign", [examples.CAMPAIGN]
        ),
        fails=(400,),
    )
    def get(self, request: Request) -> Response:
        return self.page_of(campaigns(request), serializers.CampaignSerializer)


class CampaignView(DeskView):
    """One campaign with its scope, its timetable and what it asks."""

    @endpoint(
        summary="Read a campaign",
        answers=answer(
            serializers.CampaignDetailSerializer, "a campaign", examples.CAMPAIGN_DETAIL
        ),
        fails=(404,),
    )
    def get(self, request: Request, code: str) -> Response:
        campaign = find(campaigns(request).prefetch_related("stages", "scope"), code=code)
        return Response(serializers.CampaignDetailSerializer(campaign).data)


class PreviewView(DeskView):
    """For those who oversee the organisation that runs the campaign."""

    @endpoint(
        summary="Preview a launch",
        description="Whom the campaign would ask today by authority, and what is wrong there.",
        answers=answer(serializers.PreviewSerializer, "a preview", examples.PREVIEW),
        fails=(404,),
    )
    def get(self, request: Request, code: str) -> Response:
        campaign = find(campaigns(request), code=code)
        if not policies.may_preview(request.post, campaign.organisation):
            raise exceptions.PermissionDenied
        preview = queries.preview(campaign, timezone.localdate())
        return Response(serializers.PreviewSerializer(preview).data)


class ProgressView(DeskView):
    """For those who oversee: how far the units below one unit are."""

    @endpoint(
        summary="Read the progress by unit",
        parameters=[serializers.ProgressQuerySerializer],
        answers=answer(serializers.ProgressSerializer, "a county", examples.PROGRESS),
        fails=(400, 404),
    )
    def get(self, request: Request, code: str) -> Response:
        if not oversees(request.post):
            raise exceptions.PermissionDenied
        campaign = find(campaigns(request), code=code)
        wanted = self.asked(serializers.ProgressQuerySerializer).get("unit")
        unit = request.post.organisation
        if wanted:
            unit = find(Organisation.objects.visible_to(request.post), code=wanted)
        progress = queries.progress(campaign, unit, timezone.localdate())
        return Response(serializers.ProgressSerializer(progress).data)
