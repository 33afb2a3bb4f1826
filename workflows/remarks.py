"""What levels and the school write to each other about a submission."""

from django.db.models import Count, QuerySet

from campaigns.models import Submission
from teachers.enums import Role
from teachers.models import Post
from teachers.policies import oversees
from teachers.ready_queries import Ready
from workflows.models import Remark


def read(submission: Submission, post: Post | None) -> QuerySet[Remark]:
    """The thread as the post may read it, the newest first, with authors and files."""
    return (
        Remark.objects.of_submission(submission)
        .readable_by(post)
        .select_related("by", "post__organisation", "post__user")
        .prefetch_related("files")
        .order_by("-pk")
    )


def counted(submission: Submission, post: Post | None) -> int:
    """How many of them there are (one query)."""
    found = (_ALL if oversees(post) else _OF_THE_SCHOOL)(submission=submission.pk)
    return found[0][0] if found else 0


def _counted(submission: int, post: Post | None) -> QuerySet:
    rows = Remark.objects.of_submission(submission).readable_by(post).order_by()
    return rows.values("case").annotate(n=Count("pk")).values_list("n")


_ALL = Ready(
    "remarks_counted",
    lambda submission: _counted(submission, Post(role=Role.REVIEWER)),
    submission="bigint",
)
_OF_THE_SCHOOL = Ready(
    "remarks_for_a_school_counted",
    lambda submission: _counted(submission, Post(role=Role.CLERK)),
    submission="bigint",
)
