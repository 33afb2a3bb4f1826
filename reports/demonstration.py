"""The demonstration: a province, a whole round through it, and the reports of every stage."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import TextIO

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from campaigns.enums import CampaignState, SubmissionState
from campaigns.models import Campaign
from reports import signing
from reports.batches import Batch
from teachers import province
from teachers.enums import OrganisationKind, Role
from teachers.models import Organisation, Post, Teacher, TeacherNumber
from workflows.demonstration import (
    CODE,
    Changes,
    Playback,
    counted,
    in_force,
    new_round,
    play,
    play_partly,
)
from workflows.enums import Verdict
from workflows.models import Decision, Task
from workflows.problem_sweep import sweep

SECOND = "2026-autumn"


@dataclass
class Stopwatch:
    """Seconds by step, in the order the steps began."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = monotonic()
        try:
            yield
        finally:
            spent = self.seconds.get(name, 0) + monotonic() - began
            self.seconds[name] = round(spent, 1)


def reports_folder() -> Path:
    return settings.VAR_DIR / "reports"


def is_finished() -> bool:
    """Has the round been played to its end in this database?"""
    return Campaign.objects.filter(code=CODE, state=CampaignState.CLOSED).exists()


def units_reported_on() -> list[Organisation]:
    """The province, one city, one county of it and one university: the demonstration's readers."""
    tree = Organisation.objects.order_by("path")
    city = tree.filter(code="622900").first() or tree.filter(kind=OrganisationKind.CITY).first()
    county = _largest(tree.filter(kind=OrganisationKind.COUNTY, parent=city))
    university = _largest(tree.filter(kind=OrganisationKind.UNIVERSITY))
    top = tree.get(parent=None)
    return [unit for unit in (top, city, county, university) if unit is not None]


def _largest(units: QuerySet[Organisation]) -> Organisation | None:
    """The one with the most schools of its own."""
    return units.annotate(schools=Count("children")).order_by("-schools", "path").first()


def run(*, scale: float, seed: int, stream: TextIO | None) -> dict:
    """Build the province, play the round, write the stage reports, then change some files.

    Returns what the demo reports. Side effects: fills the database; writes PDFs to var/reports/.
    Needs a database without the round; a province of the same scale and seed may be there already.
    """
    watch = Stopwatch()
    signing.make_demonstration_key()
    with watch.step("province"):
        province.build(scale=scale, seed=seed, stream=stream)
    yesterday = timezone.localdate() - timedelta(days=1)
    units = units_reported_on()
    playback = Playback(new_round(last_day=yesterday), Random(seed), stream, finds_one=units[2])
    supervisor = playback.desks.post(units[0].pk, Role.SUPERVISOR)
    moments = play(playback)
    with Batch(
        playback.campaign,
        by=supervisor.user,
        post=supervisor,
        folder=reports_folder(),
        stream=stream,
    ) as batch:
        while True:
            with watch.step("round"):
                stage, at = next(moments, (None, None))
            if stage is None:
                break
            with watch.step("figures"):
                batch.freeze(stage, units, at)
        with watch.step("documents"):
            paths = batch.finish()
    with watch.step("changes"):
        Changes(playback.desks, _this_morning()).play()
        sweep(at=_this_morning())
    return summary(playback.campaign, watch.seconds, paths)


def _this_morning() -> datetime:
    """Eight o'clock today: the changes of the demonstration take effect today."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time(8)))


def open_second_round(*, stream: TextIO | None) -> None:
    """A smaller campaign in the middle of its county review, for visitors to try their hand on.

    It asks the city and the university of the demonstration; nothing is done if it is there.
    """
    if Campaign.objects.filter(code=SECOND).exists():
        return
    _top, city, _county, university = units_reported_on()
    campaign = new_round(
        last_day=timezone.localdate() + timedelta(days=16),
        code=SECOND,
        name="2026 年秋季教师信息核对",
        name_en="Autumn check of teacher information 2026",
        scope=[city, university],
    )
    playback = Playback(campaign, Random(SECOND), stream)
    play_partly(playback)
    Changes(playback.desks, _this_morning()).begin()


def summary(campaign: Campaign, seconds: dict[str, float], paths: list[Path]) -> dict:
    """The counts of the round, ready for JSON."""
    states = Counter(campaign.submissions.values_list("state", flat=True))
    decisions = Decision.objects.filter(case__campaign=campaign)
    return {
        "organisations": Organisation.objects.count(),
        "schools": Organisation.objects.reporting().count(),
        "teachers": Teacher.objects.count(),
        "submissions": {state.value: states.get(state, 0) for state in SubmissionState},
        "tasks": Task.objects.filter(process__campaign=campaign).count(),
        "decisions": decisions.count(),
        "returns": decisions.filter(verdict=Verdict.RETURN).count(),
        "changes": in_force(),
        "problems": counted(campaign),
        "teacher_numbers_issued": TeacherNumber.objects.count(),
        "seconds": seconds,
        "reports": [str(path) for path in paths],
    }


def accounts() -> QuerySet[Post]:
    """One post for each role and level, as a visitor would like to try them."""
    county = units_reported_on()[2]
    school = (
        Organisation.objects.filter(parent=county, teachers__isnull=False)
        .annotate(people=Count("teachers"))
        .order_by("people", "code")
        .first()
    )
    wanted = [
        *Post.objects.filter(organisation=school, role__in=[Role.CLERK, Role.HEAD]),
        *Post.objects.filter(role=Role.TEACHER)[:1],
    ]
    for unit in reversed(units_reported_on()):
        wanted += _first_of_each_role(unit)
    ids = [post.pk for post in wanted]
    posts = Post.objects.with_organisation().in_bulk(ids)
    return [posts[pk] for pk in dict.fromkeys(ids)]


def _first_of_each_role(unit: Organisation) -> list[Post]:
    first: dict[str, Post] = {}
    posts = Post.objects.filter(organisation=unit).exclude(role__in=[Role.CLERK, Role.HEAD])
    for post in posts.order_by("pk"):
        first.setdefault(post.role, post)
    return list(first.values())
