"""manage.py make_stage_reports: make reports now and write the PDFs into a folder."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaigns.enums import StageKind
from campaigns.models import Campaign
from reports.batches import Batch
from teachers.enums import Role
from teachers.models import Organisation, Post


class Command(BaseCommand):
    help = "Make stage reports of some units now and write them into a folder."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", required=True, help="code of the campaign")
        parser.add_argument("--stage", nargs="+", choices=StageKind.values, required=True)
        parser.add_argument("--units", nargs="+", required=True, help="codes of the authorities")
        parser.add_argument("--out", type=Path, default=settings.VAR_DIR / "reports")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
        parser.add_argument("--processes", type=int, default=2)

    def handle(self, **options) -> None:
        now = timezone.now()
        campaign = Campaign.objects.filter(code=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        units = list(Organisation.objects.filter(code__in=options["units"]).order_by("path"))
        missing = set(options["units"]) - {unit.code for unit in units}
        if missing:
            raise CommandError(f"There is no organisation {', '.join(sorted(missing))}.")
        posts = Post.objects.current(timezone.localdate(now)).with_organisation()
        post = posts.filter(
            organisation=campaign.organisation, role__in=[Role.MANAGER, Role.SUPERVISOR]
        ).first()
        if post is None:
            raise CommandError("Nobody manages or supervises this campaign: name somebody first.")
        with Batch(
            campaign,
            by=post.user,
            post=post,
            folder=options["out"],
            stream=self.stdout,
            processes=options["processes"],
            language=options["language"],
        ) as batch:
            for stage in options["stage"]:
                batch.freeze(stage, units, now)
            batch.finish()
