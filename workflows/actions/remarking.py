"""Writing a remark on a submission: between the levels, or for the school, too."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.models import Submission
from teachers import attachments
from teachers.enums import AttachmentKind
from teachers.models import Post, User
from teachers.policies import acts_under, oversees, reports_for_own_school
from teachers.refusals import Refusal
from teachers.retrying import whole
from teachers.upload_forms import Upload
from workflows.models import Case, Remark

LONGEST = 1000


class CannotRemark(Refusal):
    code = "cannot_remark"


@whole
def remark(
    submission: Submission,
    *,
    words: str,
    by: User,
    post: Post,
    at: datetime,
    for_school: bool = False,
    files: Iterable[Upload] = (),
) -> Remark:
    """Add a remark to the thread of a submission; nothing moves by it and nobody is told.

    for_school: the school reads it; what the school itself writes is always for both. The files
    are kept with the school. The submission must be one that the post may see. Raises CannotRemark,
    and FileRefused for a file that may not be handed in.
    """
    if not (oversees(post) or reports_for_own_school(post)) or not acts_under(post, by):
        raise CannotRemark(_("Remarks are written by the school and the levels above it."))
    words = "\n".join(line.rstrip() for line in words.strip().splitlines())
    if not words:
        raise CannotRemark(_("Write a few words."))
    if len(words) > LONGEST:
        raise CannotRemark(_("Say it in at most %(most)d characters.") % {"most": LONGEST})
    written = Remark.objects.create(
        case=Case.objects.get(submission=submission),
        by=by,
        post=post,
        delegation=post.delegation,
        at=at,
        words=words,
        for_school=for_school or not oversees(post),
    )
    written.files.set(
        attachments.take(
            name=file.name,
            content=file.content,
            kind=AttachmentKind.REMARK,
            organisation=submission.organisation,
            by=by,
            post=post,
            at=at,
        )
        for file in files
    )
    return written
