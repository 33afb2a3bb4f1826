"""What a teacher's file holds, put together for the page and for the printed form."""

from django.utils import timezone
from django.utils.translation import get_language

from teachers import attachments
from teachers.code_tables import code_table
from teachers.models import DossierRevision, Employment, Post, Teacher
from teachers.provenance import origins
from workflows import file_sheet, responsibility


def revisions_of(teacher: Teacher) -> list[DossierRevision]:
    """All revisions of a file in their order, with what the page and the form say of each."""
    rows = teacher.revisions.select_related(
        "index_version", "organisation", "entered_by", "accepted_by", "confirmation__by"
    )
    return list(rows.order_by("sequence"))


def contents(
    revisions: list[DossierRevision], shown: DossierRevision | None, *, post: Post | None
) -> dict:
    """The sub-sets of the shown revision, and the chains of all revisions by sequence.

    `sources` are the chains that some value of the shown revision still rests on, newest first.
    """
    by_key = responsibility.chains(revisions, post=post)
    chains = {revision.sequence: by_key[revision.pk] for revision in revisions}
    if shown is None:
        return {"chains": chains, "filled": [], "empty": [], "sources": []}
    marks = origins([row for row in revisions if row.sequence <= shown.sequence])
    sheets = file_sheet.lay_out(shown, marks, get_language() or "")
    used = sorted({revision.sequence for revision in marks.values()}, reverse=True)
    return {
        "chains": chains,
        "filled": [sheet for sheet in sheets if sheet.rows],
        "empty": [sheet for sheet in sheets if not sheet.rows],
        "sources": [chains[sequence] for sequence in used],
    }


def photo(revision: DossierRevision | None) -> str:
    """The photo that the revision names, as an address of its own; "" without one."""
    found = attachments.photo_of(revision.data) if revision else None
    return attachments.picture_address(found) if found else ""


def employments(teacher: Teacher) -> list[tuple[Employment, str]]:
    """Each employment with its post category in words, the newest first."""
    posts = code_table("post_category", timezone.localdate())
    language = get_language() or ""
    rows = teacher.employments.select_related("organisation").order_by("-from_date", "-pk")
    return [(row, posts.label(row.post_category, language)) for row in rows]
