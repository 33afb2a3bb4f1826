"""The sampling desks of the demonstration: drawn, opened and judged before a bulk approval."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from campaigns.models import Campaign
from teachers.models import Post
from workflows import actions, acts
from workflows.actions.sampling import newest
from workflows.enums import SampleVerdict, Verdict
from workflows.models import Draw, SampledRecord, Task
from workflows.sampling_desk import sheets

#: Share of the drawn records in which a reviewer finds something.
FOUND = 0.015
#: How long before the decision the sample is drawn, and by when it is judged.
BEFORE, AFTER = timedelta(minutes=55), timedelta(minutes=5)
WORDS = (
    "最高学历与毕业证书不一致。",
    "岗位等级与聘任文件不符。",
    "教师资格证书编号少一位。",
    "参加工作年月与人事档案不符。",
)


class Sampling:
    """How one desk brings what it may approve together on its way.

    Chance is its own, told by the campaign, the desk and the day, so that the rest of the round is
    played as without it. `finds_one`: the first record of its first draw is wrong.
    """

    def __init__(
        self, campaign: Campaign, post: Post, *, at: datetime, finds_one: bool = False
    ) -> None:
        self.campaign, self.post, self.at = campaign, post, at
        self.rng = Random(f"{campaign.code}/{post.organisation_id}/{post.role}/{at:%m%d%H}")
        self.finds_one = finds_one

    def approve(self, tasks: list[Task], send_back: Callable[[Task], object]) -> list[Task]:
        """Draw, judge, return the wrong ones and draw again until a draw passes, then approve
        together what it lets pass. Returns the tasks that are left to be decided one by one."""
        bulk = {task.process.submission_id: task for task in tasks if task.is_clean}
        if not self.campaign.sampling_share or len(bulk) < max(2, self.campaign.sampling_least):
            return tasks
        passed = False
        while bulk and not passed:
            drawn = self._judged_draw()
            passed = sheets([drawn])[0].state == "passed"
            wrong = drawn.records.filter(verdict=SampleVerdict.WRONG)
            for submission in wrong.values_list("submission_id", flat=True):
                send_back(bulk.pop(submission, None) or _open_task(submission))
        self._approve([task.pk for task in bulk.values()])
        return [task for task in tasks if not task.is_clean]

    def _judged_draw(self) -> Draw:
        who = {"by": self.post.user, "post": self.post}
        first = newest(self.campaign, self.post) is None
        seed = f"{self.rng.getrandbits(128):032x}"
        drawn = actions.draw(self.campaign, seed=seed, at=self.at - BEFORE, **who)
        rows = list(drawn.records.order_by("position"))
        for row in rows:
            wrong = self.rng.random() < FOUND or (first and self.finds_one and not row.position)
            at = self.at - BEFORE + (BEFORE - AFTER) * (row.position + 1) / len(rows)
            self._judge(row, at=at, wrong=wrong)
        return drawn

    def _judge(self, row: SampledRecord, *, at: datetime, wrong: bool) -> None:
        who = {"by": self.post.user, "post": self.post, "at": at}
        actions.open_sampled(row, **who)
        actions.judge(
            row,
            verdict=SampleVerdict.WRONG if wrong else SampleVerdict.RIGHT,
            words=self.rng.choice(WORDS) if wrong else "",
            **who,
        )

    def _approve(self, tasks: list[int]) -> None:
        if not tasks:
            return
        act = acts.ask(
            key=UUID(int=self.rng.getrandbits(128)),
            verdict=Verdict.APPROVE,
            tasks=tasks,
            by=self.post.user,
            post=self.post,
            at=self.at,
            wait=True,
        )
        if act.done_count != len(tasks):
            raise RuntimeError(f"{self.post}: {len(tasks) - act.done_count} were held back.")


def _open_task(submission_id: int) -> Task:
    """The task of one that came to the desk after the others were counted."""
    return Task.objects.open().select_related("process").get(process__submission=submission_id)
