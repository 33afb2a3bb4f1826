"""A teacher whose file has grown through the engine: a baseline, two campaigns, one change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Record, Submission
from teachers.enums import ChangeKind
from teachers.models import ChangeRequest, Teacher
from tests import changes, rounds, staff
from tests.cast import Cast
from workflows.enums import Verdict


@dataclass
class Career:
    """Revision 1 is a baseline, 2 and 4 are from the campaigns, 3 is from the correction."""

    teacher: Teacher
    first: Submission
    correction: ChangeRequest
    second: Submission


def reported(
    campaign: rounds.Round, cast: Cast, teacher: Teacher, data: dict, at: datetime
) -> Submission:
    """The first school reports the teacher in the campaign; everybody up to the province agrees."""
    submission = campaign.submission(cast.first_school)
    Record.objects.create(
        submission=submission,
        name=data["basic"]["name"],
        identity_type=teacher.identity_type,
        identity_hash=teacher.identity_hash,
        identity_sealed=teacher.identity_sealed,
        identity_mask=teacher.identity_mask,
        data=data,
        entered_by=cast.school_clerk.user,
        entered_at=at,
    )
    Submission.objects.filter(pk=submission.pk).update(records_count=1)
    campaign.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    for post in (cast.county_reviewer, cast.city_reviewer, cast.province_reviewer):
        receipt = campaign.decide(cast.first_school, post, Verdict.APPROVE)
        assert receipt.refused == [], receipt.refused
    submission.refresh_from_db()
    return submission


def play(cast: Cast, at: datetime) -> Career:
    """First campaign: a new mobile number. Change: marital status. Second: a further title."""
    teacher = staff.employed(cast.first_school, at)
    data = teacher.dossier.revision.data
    data["contact"]["mobile"] = "13911112222"
    first = rounds.launched(cast, at, asked=_everything())
    submission = reported(first, cast, teacher, data, at)

    later = at + timedelta(days=30)
    correction = staff.ask(
        ChangeKind.CORRECTION,
        cast.school_clerk,
        later,
        teacher=Teacher.objects.get(pk=teacher.pk),
        values={"basic": {"marital": "10"}},
    )
    changes.walk(correction, later, cast.school_clerk, cast.school_head, cast.county_reviewer)

    last = at + timedelta(days=360)
    data = Teacher.objects.get(pk=teacher.pk).dossier.revision.data
    data["title"].append({"title": "413", "start": "2027-09"})
    data["contact"]["email"] = "lan@example.cn"
    second = rounds.launched(cast, last, code="2027", asked=_everything())
    return Career(
        teacher=Teacher.objects.get(pk=teacher.pk),
        first=submission,
        correction=correction,
        second=reported(second, cast, teacher, data, last),
    )


def _everything() -> dict[str, list[str]]:
    from teachers.models import IndicatorSet

    keys = list(IndicatorSet.objects.order_by("position").values_list("key", flat=True).distinct())
    return dict.fromkeys("KPSVH", keys)
