"""What levels and the school write to each other about a submission."""

from django.db.models import QuerySet

from campaigns.models import Submission
from teachers.models import Post
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
