"""Who is exported: the filters of the search, over its whole answer instead of a page."""

from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.code_tables import code_table
from teachers.enums import FileStatus
from teachers.models import Organisation, Post
from teachers.refusals import Refusal
from teachers.search import Filters, finding

_KEPT = ("q", "by", "unit", "school", "ethnic", "status")


class SecretInSelection(Refusal):
    """A whole identity number would stand in the row of the export."""

    code = "secret_in_selection"


def teachers(post: Post, filters: Filters) -> list[int]:
    """The keys of all teachers of the post's subtree who fit, in the order of the search.

    Raises SecretInSelection, TooFewDigits, TooManySchools.
    """
    if filters.question.is_secret:
        raise SecretInSelection(
            _("Export by name, school or status; a whole identity number is not kept in exports.")
        )
    return finding.everybody(post, filters, on=timezone.localdate())


def kept(filters: Filters) -> dict[str, str]:
    """The filters as they are kept with the export."""
    return {name: value for name in _KEPT if (value := getattr(filters, name))}


def address(filters: Filters) -> str:
    """The filters in one line, for the access log."""
    return " ".join(f"{name}={value}" for name, value in kept(filters).items()) or "all"


def describe(post: Post, filters: Filters) -> str:
    """The selection in words: "东乡族自治县 · 回族 · 在职"."""
    unit = post.top
    if filters.unit:
        unit = Organisation.objects.visible_to(post).filter(code=filters.unit).first() or unit
    words = [str(unit)]
    if filters.school:
        words.append(filters.school)
    if filters.ethnic:
        words.append(code_table(finding.ETHNIC, timezone.localdate()).label(filters.ethnic))
    if filters.status:
        words.append(str(FileStatus(filters.status).label))
    if filters.q:
        words.append(f"“{filters.q}”")
    return " · ".join(words)
