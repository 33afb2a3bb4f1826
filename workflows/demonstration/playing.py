"""The round itself: stage by stage, day by day, every desk in its turn."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import TextIO

from django.utils import timezone
from django.utils.translation import override

from campaigns import actions as collecting
from campaigns.enums import StageKind
from campaigns.models import Campaign, Submission
from teachers.enums import OrganiserKind, Role, SchoolKind
from teachers.models import Code, IndexVersion, Organisation, Post
from teachers.progress import Progress
from teachers.province.people import new_person
from workflows import actions, problem_sweep
from workflows.demonstration import corrections
from workflows.demonstration.people import Desks
from workflows.demonstration.problem_data import Duplicate, choose
from workflows.demonstration.sampling import Sampling
from workflows.demonstration.schools import Newcomer, School
from workflows.demonstration.side_by_side import side_by_side
from workflows.enums import Verdict
from workflows.flows import step, steps
from workflows.models import Draw, Task
from workflows.routes import stops_of

CODE = "2026"
#: Days each stage lasts, in order; the last one ends today.
DAYS = {
    StageKind.PREPARATION: 10,
    StageKind.COLLECTION: 14,
    StageKind.COUNTY_REVIEW: 7,
    StageKind.CITY_REVIEW: 5,
    StageKind.PROVINCE_REVIEW: 5,
    StageKind.CLOSING: 3,
}
#: Share of the answers that each step returns when it sees them first.
RETURNED = {"county_review": 0.08, "city_review": 0.04, "authority_review": 0.04}
RETURNED_BY_PROVINCE = 0.02
#: What the authorities look at before they approve together: as a new campaign proposes it.
SAMPLES = {"sampling_share": 10, "sampling_least": 5, "sampling_limit": 5}
LATE, NEWCOMERS, BY_WORKBOOK = 0.04, 0.06, 0.03
WORDS = (
    "最高学历与毕业证书不一致，请核对后重新填报。",
    "岗位等级与聘任文件不符，请按聘任文件更正。",
    "请补充教师资格证书信息，并核对颁发日期。",
    "本校教师人数与上年相比变化较大，请核实是否漏报。",
)


def timetable(last_day: date) -> dict[StageKind, tuple[date, date]]:
    """First and last day of each stage, back to back, ending on `last_day`."""
    days, end = {}, last_day
    for kind, length in reversed(DAYS.items()):
        days[kind] = (end - timedelta(days=length - 1), end)
        end = days[kind][0] - timedelta(days=1)
    return dict(reversed(days.items()))


def new_round(
    *,
    last_day: date,
    code: str = CODE,
    name: str = "2026 年度教师信息采集",
    name_en: str = "Teacher information 2026",
    scope: list[Organisation] | None = None,
) -> Campaign:
    """The draft of a campaign that asks every school for everything, made by the manager."""
    desks = Desks(timezone.localdate())
    province = Organisation.objects.get(parent=None)
    manager = desks.post(province.pk, Role.MANAGER)
    days = timetable(last_day)
    kinds = [kind.value for kind in SchoolKind]
    version = IndexVersion.objects.get(code="2026")
    return collecting.create_campaign(
        code=code,
        name=name,
        name_en=name_en,
        organisation=province,
        index_version=version,
        scope=scope or [province],
        school_kinds=kinds,
        organiser_kinds=[kind.value for kind in OrganiserKind],
        asked=collecting.everything_asked(version, kinds),
        stages=days,
        by=manager.user,
        post=manager,
        at=_moment(days[StageKind.PREPARATION][0], 9),
        **SAMPLES,
    )


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@dataclass(frozen=True)
class Planned:
    """What one school does in the collection, and when."""

    submission: Submission
    at: datetime
    newcomers: list[Newcomer]
    by_workbook: bool
    rng: Random


@dataclass
class Playback:
    """A campaign being played: its people, its chance, its clock.

    finds_one: the county whose first sample has an error, so that it has to draw again, as has the
        first desk of all that draws.
    """

    campaign: Campaign
    rng: Random
    stream: TextIO | None = None
    finds_one: Organisation | None = None
    desks: Desks = field(init=False)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.desks = Desks(timezone.localdate())
        self.days = {s.kind: (s.starts_on, s.ends_on) for s in self.campaign.stages.all()}
        self.manager = self.desks.post(self.campaign.organisation_id, Role.MANAGER)
        codes = Code.objects.filter(code_list__key="return_reason").order_by("position")
        self.reasons = list(codes.values_list("code", flat=True))

    def managed(self, act, at: datetime | None = None) -> None:
        """Let the campaign manager do something to the campaign."""
        clock = {"at": at} if at else {}
        act(self.campaign, by=self.manager.user, post=self.manager, **clock)
        self.campaign.refresh_from_db()

    def begin(self) -> None:
        """Launch; where there is a chief, the authority has chosen to work in two steps before."""
        at = _moment(self.days[StageKind.PREPARATION][0], 10)
        chiefs = Post.objects.current(timezone.localdate()).filter(role=Role.CHIEF)
        for chief in chiefs.with_organisation().order_by("pk"):
            actions.set_desk(two_steps=True, by=chief.user, post=chief, at=at)
        self.managed(actions.launch, at)

    def plant_duplicate(self) -> Duplicate | None:
        """On the first day a clerk enters somebody whom a school of the next county has."""
        duplicate = choose(self.campaign, self.desks)
        if duplicate is not None:
            first, _last = self.days[StageKind.COLLECTION]
            duplicate.plant(self.campaign, self.desks, _moment(first, 9))
        return duplicate

    # --- The schools ---------------------------------------------------------------------------

    def collect(self) -> list[Submission]:
        """Every school fills in and hands in on its day; returns those that are late."""
        first, last = self.days[StageKind.COLLECTION]
        planned, late = [], []
        rows = self.campaign.submissions.select_related("organisation", "campaign")
        for submission in rows.order_by("organisation__path"):
            if self.rng.random() < LATE:
                late.append(submission)
            else:
                day = first + timedelta(days=self._day((last - first).days))
                planned.append(self._planned(submission, day))
        planned.sort(key=lambda one: timezone.localdate(one.at))
        with Progress(self.stream, "Schools fill in and sign", len(planned)) as progress:
            side_by_side(self._fill_and_hand_in, planned, progress)
        return late

    def _day(self, days: int) -> int:
        """Most schools come in the second half."""
        return round(self.rng.triangular(1, days, days * 0.8))

    def _planned(self, submission: Submission, day: date) -> Planned:
        """All that chance decides, so that it does not matter which school comes first."""
        at = _moment(day, self.rng.randint(8, 16), self.rng.randint(0, 59))
        newcomers = []
        if self.rng.random() < NEWCOMERS:
            unit = submission.organisation
            newcomers = [new_person(self.rng, unit, hired=day, taken=self.taken)]
        by_workbook = self.rng.random() < BY_WORKBOOK
        return Planned(submission, at, newcomers, by_workbook, Random(self.rng.random()))

    def _fill_and_hand_in(self, planned: Planned) -> None:
        school = self._school(planned.submission, planned.rng)
        school.fill_in(planned.at, newcomers=planned.newcomers, by_workbook=planned.by_workbook)
        school.correct(planned.at)
        self._hand_in(planned.submission, planned.at, planned.rng)

    def _school(self, submission: Submission, rng: Random) -> School:
        return School(submission, self.desks.post(submission.organisation_id, Role.CLERK), rng)

    def _hand_in(self, submission: Submission, at: datetime, rng: Random) -> None:
        for role, verdict in ((Role.CLERK, Verdict.SUBMIT), (Role.HEAD, Verdict.SIGN)):
            task = Task.objects.open().get(process__submission=submission)
            if task.role != role:
                continue
            post = self.desks.post(submission.organisation_id, role, turn=rng.randrange(7))
            receipt = actions.decide([task.pk], verdict=verdict, by=post.user, post=post, at=at)
            if receipt.refused:
                raise RuntimeError(f"{submission.organisation}: {receipt.refused[0].text}")

    def _decide(self, tasks, organisation_id: int, role: str, verdict: Verdict, at, **more):
        post = self.desks.post(organisation_id, role, turn=self.rng.randrange(7))
        return actions.decide(tasks, verdict=verdict, by=post.user, post=post, at=at, **more)

    # --- The authorities -----------------------------------------------------------------------

    def review(self, names: tuple[str, ...], stage: StageKind) -> None:
        """Play until nothing waits at these steps or before: returns, answers, approvals."""
        first, last = self.days[stage]
        order = [node.name for node in steps()]
        up_to = order[: max(order.index(name) for name in names) + 1]
        seen: set[tuple[str, int]] = set()
        days = (last - first).days
        for round_number in range(12):
            waiting = self._waiting(up_to)
            if not waiting:
                return
            at = _moment(first + timedelta(days=min(round_number * 2, days)), 9 + round_number % 8)
            for name in up_to:
                self._work_through(name, waiting[name], at, seen, returns=name in names)
        raise RuntimeError(f"{stage}: answers keep coming back.")

    def _waiting(self, names: list[str]) -> dict[str, dict[int, list[Task]]]:
        """Open tasks by step and desk."""
        waiting: dict[str, dict[int, list[Task]]] = defaultdict(lambda: defaultdict(list))
        tasks = Task.objects.open().filter(process__campaign=self.campaign, step__in=names)
        for task in tasks.select_related("process").order_by("organisation_id", "pk"):
            waiting[task.step][task.organisation_id].append(task)
        return waiting

    def _work_through(
        self,
        name: str,
        desks: dict[int, list[Task]],
        at: datetime,
        seen: set[tuple[str, int]],
        *,
        returns: bool,
    ) -> None:
        if not step(name).is_review:
            self._answer(name, desks, at)
            return
        share = RETURNED.get(name, RETURNED_BY_PROVINCE) if returns else 0
        with override("en"):
            title = str(step(name).task_title)
        with Progress(self.stream, title, len(desks)) as progress:
            for desk, tasks in desks.items():
                fresh = [t for t in tasks if (name, t.process_id) not in seen]
                seen.update((name, t.process_id) for t in fresh)
                back = [t for t in fresh if self.rng.random() < share]
                for task in back:
                    self._return(task, at)
                onward = self._sampled([t for t in tasks if t not in back], desk, name, at)
                for start in range(0, len(onward), 500):
                    chunk = onward[start : start + 500]
                    self._decide(chunk, desk, step(name).role, Verdict.APPROVE, at)
                progress.advance()

    def _sampled(self, tasks: list[Task], desk: int, name: str, at: datetime) -> list[int]:
        """Approve together what the desk's sample lets pass; the others are looked at in turn."""
        post = self.desks.post(desk, step(name).role, turn=self.rng.randrange(7))
        finds_one = self.finds_one is not None and self.finds_one.pk == desk
        finds_one |= not Draw.objects.filter(campaign=self.campaign).exists()
        sampling = Sampling(self.campaign, post, at=at, finds_one=finds_one)
        left = sampling.approve(tasks, lambda task: self._return(task, at, to_school=True))
        return [task.pk for task in left]

    def decide_some(self, names: tuple[str, ...], at: datetime) -> None:
        """Each desk returns one answer in ten and approves about half of the others."""
        for name in names:
            for desk, tasks in self._waiting([name])[name].items():
                for task in tasks:
                    if self.rng.random() < 0.1:
                        self._return(task, at)
                    elif self.rng.random() < 0.5:
                        self._decide([task.pk], desk, task.role, Verdict.APPROVE, at)

    def _return(self, task: Task, at: datetime, *, to_school: bool = False) -> None:
        """To the school or to the level below. What was found wrong in a sample goes to the school:
        unchanged it would hold up the next sample.
        """
        legal = {node.name for node in step(task.step).returns_to}
        stops = stops_of(task.process.route_id)[2 : task.position]
        below = [stop.step for stop in stops if stop.step in legal]
        targets = ["fill", "fill", *below[-1:]]
        why = {
            "reasons": self.rng.sample(self.reasons, self.rng.choice((1, 1, 2))),
            "words": self.rng.choice(WORDS),
            "return_to": self.rng.choice(targets),
        }
        if to_school:
            why["return_to"] = "fill"
        if why["return_to"] == "fill":
            post = self.desks.post(task.organisation_id, task.role)
            corrections.mark(task.process.submission, post, at)
        self._decide([task.pk], task.organisation_id, task.role, Verdict.RETURN, at, **why)

    def _answer(self, name: str, desks: dict[int, list[Task]], at: datetime) -> None:
        """Schools that were returned or are late correct, submit and sign."""
        ids = [task.process.submission_id for tasks in desks.values() for task in tasks]
        rows = Submission.objects.select_related("organisation", "campaign")
        for submission in rows.filter(pk__in=ids).order_by("pk"):
            if name == "fill":
                school = self._school(submission, self.rng)
                if submission.attempt:
                    school.answer_return(at)
                else:
                    school.fill_in(at)
                    school.correct(at)
            self._hand_in(submission, at, self.rng)


def play(playback: Playback) -> Iterator[tuple[StageKind, datetime]]:
    """Play the campaign from launch to closing; yields each stage at its last moment.

    Every move goes through the actions that the pages use. The caller may look (and make reports)
    between the stages.
    """
    days = playback.days
    playback.begin()
    yield StageKind.PREPARATION, _moment(days[StageKind.PREPARATION][1], 18)
    playback.managed(actions.begin_collection, _moment(days[StageKind.PREPARATION][1], 18))
    duplicate = playback.plant_duplicate()
    playback.collect()
    last = days[StageKind.COLLECTION][1]
    problem_sweep.sweep(at=_moment(last, 8))
    if duplicate is not None:
        duplicate.settle(playback.campaign, playback.desks, _moment(last, 17))
    yield StageKind.COLLECTION, _moment(days[StageKind.COLLECTION][1], 18)
    playback.managed(actions.begin_review, _moment(days[StageKind.COLLECTION][1], 18))
    for names, stage in (
        (("county_review", "county_chief_review"), StageKind.COUNTY_REVIEW),
        (("city_review", "city_chief_review", "authority_review"), StageKind.CITY_REVIEW),
        (("province_review",), StageKind.PROVINCE_REVIEW),
    ):
        playback.review(names, stage)
        playback.managed(partial(actions.seal, stage=stage), _moment(days[stage][1], 18))
        yield stage, _moment(days[stage][1], 18)
    closing = _moment(days[StageKind.CLOSING][1], 8)
    playback.managed(actions.close, closing)
    yield StageKind.CLOSING, closing


def play_partly(playback: Playback) -> None:
    """Play until the middle of the county review, so that there is work on every desk."""
    days = playback.days
    playback.begin()
    playback.managed(actions.begin_collection, _moment(days[StageKind.PREPARATION][1], 18))
    playback.collect()
    playback.managed(actions.begin_review, _moment(days[StageKind.COLLECTION][1], 18))
    at = _moment(days[StageKind.COUNTY_REVIEW][0], 9)
    names = ("county_review", "county_chief_review", "city_review", "authority_review")
    playback.decide_some(names, at)
