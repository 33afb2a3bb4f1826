"""A launched campaign with the cast, and hands to drive it through the public actions."""

from dataclasses import dataclass
from datetime import date, datetime

from campaigns.enums import StageKind
from campaigns.models import Campaign, CampaignStage, Record, Submission
from teachers import identity
from teachers.enums import OrganiserKind, SchoolKind
from teachers.models import IndexVersion, Organisation, Post
from tests.cast import Cast
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task
from workflows.receipts import Receipt

STAGES = {
    StageKind.PREPARATION: (date(2026, 11, 2), date(2026, 11, 13)),
    StageKind.COLLECTION: (date(2026, 11, 16), date(2026, 11, 27)),
    StageKind.COUNTY_REVIEW: (date(2026, 11, 30), date(2026, 12, 4)),
    StageKind.CITY_REVIEW: (date(2026, 12, 7), date(2026, 12, 11)),
    StageKind.PROVINCE_REVIEW: (date(2026, 12, 14), date(2026, 12, 18)),
    StageKind.CLOSING: (date(2026, 12, 21), date(2026, 12, 25)),
}


def new_campaign(cast: Cast, at: datetime, *, code: str = "2026", asked=None) -> Campaign:
    """A draft campaign of the province that asks every school of every kind."""
    version, _made = IndexVersion.objects.get_or_create(code="2026", defaults={"name": "2026"})
    campaign = Campaign.objects.create(
        code=code,
        name=f"{code} 年度教师信息采集",
        name_en=f"Teacher information {code}",
        organisation=cast.province,
        index_version=version,
        school_kinds=[kind.value for kind in SchoolKind],
        organiser_kinds=[kind.value for kind in OrganiserKind],
        asked=asked or {kind.value: ["basic", "contact"] for kind in SchoolKind},
        post_categories=["1", "2", "3"],
        created_by=cast.manager.user,
        created_at=at,
    )
    campaign.scope.add(cast.province)
    CampaignStage.objects.bulk_create(
        CampaignStage(campaign=campaign, kind=kind, position=i, starts_on=first, ends_on=last)
        for i, (kind, (first, last)) in enumerate(STAGES.items())
    )
    return campaign


@dataclass
class Round:
    """A campaign in collection. Each method acts as the named post would on its page."""

    cast: Cast
    campaign: Campaign
    at: datetime

    def submission(self, organisation: Organisation) -> Submission:
        return Submission.objects.get(campaign=self.campaign, organisation=organisation)

    def task(self, organisation: Organisation) -> Task:
        """The open task of a school's case."""
        return Task.objects.open().get(process__submission=self.submission(organisation))

    def newest_task(self, organisation: Organisation) -> Task:
        """The open task of a school's case, or the last one when the case has ended."""
        case = self.submission(organisation).case
        return Task.objects.filter(process=case).order_by("-id")[0]

    def add_people(self, organisation: Organisation, clerk: Post, count: int = 1) -> list[Record]:
        """Put sound records into a submission, as if entered by the clerk."""
        submission = self.submission(organisation)
        have = submission.records_count
        records = Record.objects.bulk_create(
            person(submission, clerk, have + i, self.at) for i in range(count)
        )
        Submission.objects.filter(pk=submission.pk).update(records_count=have + count)
        return records

    def decide(self, organisation: Organisation, post: Post, verdict: Verdict, **more) -> Receipt:
        return actions.decide(
            [self.task(organisation).pk],
            verdict=verdict,
            by=post.user,
            post=post,
            at=self.at,
            **more,
        )

    def hand_in(self, organisation: Organisation, clerk: Post, head: Post) -> None:
        """Fill in one person if there is none, submit, sign."""
        if not self.submission(organisation).records_count:
            self.add_people(organisation, clerk)
        for post, verdict in [(clerk, Verdict.SUBMIT), (head, Verdict.SIGN)]:
            receipt = self.decide(organisation, post, verdict)
            assert receipt.refused == [], receipt.refused

    def send_back(self, organisation: Organisation, post: Post, to: str | None = None) -> Receipt:
        return self.decide(
            organisation,
            post,
            Verdict.RETURN,
            reasons=[reason()],
            words="请核对学历证书。",
            return_to=to,
        )


def reason() -> str:
    """The first code of the list of reasons."""
    from teachers.models import Code

    return Code.objects.filter(code_list__key="return_reason").order_by("position")[0].code


def person(submission: Submission, clerk: Post, number: int, at: datetime) -> Record:
    """A sound, unsaved record; `number` makes the fictional identity unique in the submission."""
    born = date(1970 + submission.organisation_id % 25, 1 + number // 28 % 12, 1 + number % 28)
    card = _card(born, submission.organisation_id)
    name = _name(submission.organisation_id, number)
    data = {
        "basic": {"name": name, "sex": "1", "birth_date": born.isoformat(), "ethnic": "03"},
        "contact": {"mobile": "19900000000"},
    }
    return Record(
        submission=submission,
        name=name,
        identity_type="1",
        identity_hash=identity.search_hash("1", card),
        identity_sealed=identity.seal(card),
        identity_mask=identity.mask(card),
        data=data,
        entered_by=clerk.user,
        entered_at=at,
    )


def _name(organisation: int, number: int) -> str:
    """A name of its own in every school, so that nobody is taken for a twin: 马一兰七二."""
    signs = "一二三四五六七八九十"
    rest = "".join(signs[int(digit)] for digit in f"{organisation}{number // 10 or ''}")
    return f"马{signs[number % 10]}兰{rest}"


def _card(born: date, organisation: int) -> str:
    """A fictional resident card number of a man from Dongxiang county."""
    body = f"622926{born:%Y%m%d}{organisation // 25 % 500 * 2 + 1:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(d) * w for d, w in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def launched(cast: Cast, at: datetime, **more) -> Round:
    """The campaign launched and in collection."""
    campaign = new_campaign(cast, at, **more)
    by = {"by": cast.manager.user, "post": cast.manager}
    actions.launch(campaign, at=at, **by)
    return Round(cast, actions.begin_collection(campaign, at=at, **by), at)
