"""Returning one submission with what lies in the basket of corrections."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import ngettext

from teachers.models import Post, User
from teachers.retrying import whole
from workflows.acts.asking import ask
from workflows.enums import Verdict
from workflows.models import Act, Correction
from workflows.statements import lock_documents_of


@whole
def return_one(
    task_id: int,
    *,
    key: UUID,
    by: User,
    post: Post,
    at: datetime,
    reasons: Iterable[str] = (),
    words: str = "",
    return_to: str = "",
    seen: datetime | None = None,
) -> Act:
    """Return one task as an act; the lines of the desk's basket give reasons, and words if none
    are said. The same key again is the same act.

    Locks the document before it reads the basket: a line that a colleague marks at the same moment
    is either among the reasons or refused. With an empty basket it is a plain return. Raises what
    `acts.ask` raises.
    """
    known = Act.objects.visible_to(post).filter(key=key, by=by).first()
    if known is not None:
        return known
    lock_documents_of([task_id])
    basket = Correction.objects.in_basket_of(post).filter(submission__case__tasks=task_id)
    marked = list(basket.order_by("pk").values_list("reason", flat=True))
    return ask(
        key=key,
        verdict=Verdict.RETURN,
        by=by,
        post=post,
        at=at,
        tasks=[task_id],
        reasons=dict.fromkeys([*reasons, *marked]),
        words=words or _words(len(marked)),
        return_to=return_to,
        seen=seen,
        wait=True,
    )


def _words(lines: int) -> str:
    """What the ledger says where the list says it all."""
    if not lines:
        return ""
    text = ngettext(
        "Correct what the list of corrections names: %(count)d line.",
        "Correct what the list of corrections names: %(count)d lines.",
        lines,
    )
    return text % {"count": lines}
