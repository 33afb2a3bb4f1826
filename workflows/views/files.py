"""A teacher's official file: what it says, since when, and who answers for each value."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from teachers import access, files
from teachers.changes import editing
from teachers.changes.kinds import ASKED, ASKED_BY_THE_RECEIVER
from teachers.enums import ChangeKind
from teachers.files import difference
from teachers.models import ChangeRequest, DossierRevision, Post, Teacher
from teachers.policies import reports_for_own_school
from workflows import file_contents, file_sheet, responsibility


@dataclass(frozen=True)
class Step:
    """One line of the list of revisions.

    before: the sequence of the one before. changes: values that differ from that.
    """

    revision: DossierRevision
    before: int | None
    chain: responsibility.Chain
    changes: int
    is_shown: bool


@login_required
@require_safe
@never_cache
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it reads now, on a day (`?on=`) or in a revision (`?revision=`), with the chain
    of responsibility of each value; `?from=&to=` shows what differs between two revisions.

    The look is kept in the access log with the sub-sets that were shown.
    """
    teacher = get_object_or_404(
        files.readable(user=request.user, post=request.post).select_related(
            "organisation__parent", "merged_into"
        ),
        pk=pk,
    )
    revisions = file_contents.revisions_of(teacher)
    asked = Asked.of(request, revisions)
    context = {
        "teacher": teacher,
        "asked": asked,
        "revision": asked.revision,
        "today": timezone.localdate(),
        **_person(request.post, teacher),
    }
    if revisions:
        context |= file_contents.contents(revisions, asked.revision, post=request.post)
        context |= {
            "steps": _steps(revisions, asked, context["chains"]),
            "first": revisions[0],
            "photo": file_contents.photo(asked.revision),
            **_compared(asked),
        }
    _note(request, teacher, asked, context)
    return render(request, "workflows/file.html", context)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `revision` is None when there was no file on that day yet."""

    revision: DossierRevision | None
    newest: DossierRevision | None = None
    on: date | None = None
    old: DossierRevision | None = None
    new: DossierRevision | None = None

    @classmethod
    def of(cls, request: HttpRequest, revisions: list[DossierRevision]) -> "Asked":
        known = {str(revision.sequence): revision for revision in revisions}
        newest = revisions[-1] if revisions else None
        old, new = (known.get(request.GET.get(key, "")) for key in ("from", "to"))
        if old and new and old != new:
            return cls(new, newest, old=old, new=new)
        on = _day(request.GET.get("on", ""))
        if on is not None:
            in_force = [row for row in revisions if row.effective_on <= on]
            return cls(in_force[-1] if in_force else None, newest, on=on)
        return cls(known.get(request.GET.get("revision", ""), newest), newest)

    @property
    def is_newest(self) -> bool:
        return self.revision == self.newest


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _steps(revisions: list[DossierRevision], asked: Asked, chains: dict) -> list[Step]:
    """The revisions, newest first."""
    steps = []
    for before, revision in zip([None, *revisions], revisions, strict=False):
        found = difference(before.data if before else {}, revision.data)
        steps.append(
            Step(
                revision=revision,
                before=before.sequence if before else None,
                chain=chains[revision.sequence],
                changes=sum(bool(item.key) for item in found),
                is_shown=revision == asked.revision,
            )
        )
    return steps[::-1]


def _compared(asked: Asked) -> dict:
    if asked.old is None or asked.new is None:
        return {}
    form = file_sheet.form_of(asked.new)
    found = difference(asked.old.data, asked.new.data, form)
    words = file_sheet.in_words(found, asked.old, asked.new, get_language() or "")
    return {"changed": words}


def _person(post: Post | None, teacher: Teacher) -> dict:
    """What stands beside the revisions: employments, former documents, changes on their way."""
    is_ours = reports_for_own_school(post) and post.organisation_id == teacher.organisation_id
    return {
        "employments": file_contents.employments(teacher),
        "former": list(teacher.former_identities.order_by("-replaced_at")),
        "merged_from": list(teacher.merged_from.order_by("pk")),
        "on_the_way": list(
            ChangeRequest.objects.visible_to(post)
            .on_the_way()
            .filter(teacher=teacher)
            .order_by("pk")
        ),
        "kinds": _kinds(post, teacher) if is_ours else [],
        "in_sight": bool(post)
        and teacher.merged_into is not None
        and Teacher.objects.visible_to(post).filter(pk=teacher.merged_into_id).exists(),
    }


def _kinds(post: Post, teacher: Teacher) -> list[ChangeKind]:
    """What this post of the teacher's own school may ask for, as the file stands."""
    return [
        kind
        for kind, asked in ASKED.items()
        if teacher.status in asked.of
        and kind not in ASKED_BY_THE_RECEIVER
        and editing.may_ask(post, kind, teacher)
    ]


def _note(request: HttpRequest, teacher: Teacher, asked: Asked, context: dict) -> None:
    sequence = asked.revision.sequence if asked.revision else 0
    access.note(
        "read_own_file" if request.user.teacher_id == teacher.pk else "read_file",
        f"teacher {teacher.number or teacher.pk}, revision {sequence}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        teacher=teacher,
        sets=[sheet.key for sheet in context.get("filled", [])],
    )
