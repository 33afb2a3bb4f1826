"""Lists of corrections in the demonstration: marked before a return, answered by the school."""

from datetime import datetime

from campaigns.models import Record, Submission
from teachers.models import Post
from workflows import actions
from workflows.actions.marking import Place
from workflows.enums import CorrectionAnswer
from workflows.models import Correction

#: What a reviewer asks about: where, the reason (code) and in words.
ASKED = (
    (Place("learning", 0, "education"), "02", "与毕业证书不一致，请按证书更正。"),
    (Place("post", 0, "post_grade"), "05", "与聘任文件不符，请按聘任文件更正。"),
    (Place("qualification", 0, "issue_date"), "10", "与教师资格证书上的颁发日期不一致。"),
    (Place("basic", None, "work_start"), "06", "与人事档案中的参加工作时间不一致。"),
)
MARKED = 3
EXPLAINED = "已与原件核对，填报无误。"


def mark(submission: Submission, post: Post, at: datetime) -> None:
    """Put some fields of the first records into the desk's basket; the same ones every time."""
    records = submission.records.order_by("pk")[:MARKED]
    for number, record in enumerate(records, start=submission.pk):
        place, reason, words = ASKED[number % len(ASKED)]
        if _has(record, place):
            actions.mark(
                submission,
                record=record,
                place=place,
                reason=reason,
                words=words,
                by=post.user,
                post=post,
                at=at,
            )


def _has(record: Record, place: Place) -> bool:
    return place.row is None or bool(record.data.get(place.set_key))


def answer(submission: Submission, clerk: Post, at: datetime) -> None:
    """Answer every line: the first was right as it was, the others are corrected."""
    lines = Correction.objects.unanswered().filter(submission=submission).order_by("pk")
    for number, line in enumerate(lines):
        explained = number == 0
        actions.answer(
            line,
            answer=CorrectionAnswer.EXPLAINED if explained else CorrectionAnswer.CORRECTED,
            words=EXPLAINED if explained else "",
            by=clerk.user,
            post=clerk,
            at=at,
        )
