"""manage.py check_draws [--campaign CODE]: repeat every draw of the sampling desks and compare."""

from django.core.management.base import BaseCommand, CommandError, no_translations

from campaigns.models import Campaign
from workflows.models import Draw
from workflows.sampling_check import differences


class Command(BaseCommand):
    help = (
        "Repeat every draw from its seed and the submissions it was drawn from; name what differs"
        " and exit 1. Reads only; may run beside live work."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", help="code of one campaign; everything if left out")

    @no_translations
    def handle(self, *, campaign: str | None, **_options) -> None:
        draws = Draw.objects.select_related("campaign", "organisation").order_by("pk")
        if campaign is not None:
            draws = draws.filter(campaign=_named(campaign))
        checked, differing = 0, 0
        for draw in draws.iterator(chunk_size=100):
            found, checked = differences(draw), checked + 1
            differing += bool(found)
            for line in found:
                self.stdout.write(
                    f"{draw.campaign.code}, {draw.organisation.code} {draw.organisation.name}"
                    f" ({draw.role}), draw {draw.number}: {line}"
                )
        if differing:
            raise CommandError(f"{differing} of {checked} draws cannot be repeated.")
        self.stdout.write(f"Repeated: {checked} draws, each as it is written down.")


def _named(code: str) -> Campaign:
    try:
        return Campaign.objects.get(code=code)
    except Campaign.DoesNotExist:
        raise CommandError(f"No campaign has the code “{code}”: give one that exists.") from None
