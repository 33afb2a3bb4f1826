"""Ask for an export, make it, delete it when its time is over."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from teachers import access
from teachers.enums import ExportState, FileStatus
from teachers.exports import columns, keeping, selection, writing
from teachers.exports.writing import Mark, Person
from teachers.models import Post, RegisterExport, Teacher, User
from teachers.policies import sees_files
from teachers.refusals import NotAllowed, Refusal
from teachers.search import Filters
from teachers.work_locks import Work, held, nobody_works_on

#: Up to so many teachers are written while the person waits.
AT_ONCE = 1_000
#: Teachers whose files are read by one statement.
CHUNK = 500
KEPT_FOR = timedelta(hours=24)
MOST_ATTEMPTS = 3
LEAST_REASON = 4


class NotForThisPost(NotAllowed):
    code = "not_for_this_post"


class NobodyChosen(Refusal):
    code = "nobody_chosen"


class NoSubset(Refusal):
    code = "no_subset"


class OneIsBeingMade(Refusal):
    code = "one_is_being_made"


def ask(
    *,
    filters: Filters,
    sets: list[str],
    reason: str,
    language: str,
    by: User,
    post: Post,
    at: datetime,
    address: str | None,
) -> RegisterExport:
    """Enter an export and log it; a small one is made at once, a big one by a worker.

    Only teachers of the post's subtree are chosen. Raises NotForThisPost, ReasonTooShort,
    NoSubset, NobodyChosen, OneIsBeingMade and the refusals of the search.
    """
    if not sees_files(post) or post.user_id != by.pk:
        raise NotForThisPost(_("Exports are made for those who may see the files."))
    reason = " ".join(reason.replace("\0", "").split())[:200]
    if len(reason) < LEAST_REASON:
        raise access.ReasonTooShort(
            _("Say in a few words what the file is for: it is kept in the access log.")
        )
    known = dict(columns.known_sets(language))
    chosen = [key for key in known if key in set(sets)]
    if not chosen:
        raise NoSubset(_("Choose at least one sub-set."))
    total = len(selection.teachers(post, filters))
    if not total:
        raise NobodyChosen(_("Nobody fits the search, so there is nothing to export."))
    with transaction.atomic():
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        waiting = [ExportState.QUEUED, ExportState.RUNNING]
        if RegisterExport.objects.filter(post=post, state__in=waiting).exists():
            raise OneIsBeingMade(_("One export of yours is being made; wait until it is ready."))
        export = RegisterExport.objects.create(
            post=post,
            filters=selection.kept(filters),
            described=selection.describe(post, filters)[:300],
            sets=chosen,
            reason=reason,
            language=language,
            total=total,
            asked_at=at,
        )
        access.note(
            "export",
            f"export {export.pk}: {total} teachers, {selection.address(filters)}",
            by=by,
            post=post,
            at=at,
            reason=reason,
            address=address,
            sets=chosen,
            organisation=post.organisation,
        )
        if total > AT_ONCE:
            _enqueue(export.pk)
    return export if total > AT_ONCE else make(export.pk, at=at)


def _enqueue(export_id: int) -> None:
    from teachers import jobs

    jobs.make_export.enqueue(export_id)


def make(export_id: int, *, at: datetime) -> RegisterExport:
    """Write the workbook and keep it sealed; returns the row, done or failed.

    Does nothing when it is finished or another process is making it now.
    """
    with held(Work.EXPORT, export_id) as alone:
        if not alone or not _start(export_id):
            return RegisterExport.objects.get(pk=export_id)
        export = RegisterExport.objects.select_related("post__user", "post__organisation").get(
            pk=export_id
        )
        try:
            with tempfile.TemporaryDirectory(dir=keeping.folder()) as room:
                target = Path(room) / "export.xlsx"
                _write(export, target, at)
                size = keeping.keep(target, export.key)
        except BaseException:
            keeping.drop(export.key)
            _end(export_id, failed=True, at=at)
            raise
        return _end(export_id, failed=False, at=at, size=size)


def _start(export_id: int) -> bool:
    with transaction.atomic():
        export = RegisterExport.objects.select_for_update(of=("self",)).get(pk=export_id)
        if export.state not in {ExportState.QUEUED, ExportState.RUNNING}:
            return False
        export.start()
        export.attempts += 1
        export.done = 0
        export.save(update_fields=["state", "attempts", "done"])
    return True


def _end(export_id: int, *, failed: bool, at: datetime, size: int | None = None) -> RegisterExport:
    with transaction.atomic():
        export = RegisterExport.objects.select_for_update(of=("self",)).get(pk=export_id)
        if failed:
            export.fail()
        else:
            export.finish()
            export.size, export.expires_at = size, at + KEPT_FOR
        export.finished_at = at
        export.save(update_fields=["state", "finished_at", "size", "expires_at"])
    return export


def _write(export: RegisterExport, target: Path, at: datetime) -> None:
    post = export.post

    def written(count: int) -> None:
        RegisterExport.objects.filter(pk=export.pk).update(done=count)

    with override(export.language):
        filters = Filters.read(export.filters)
        count = writing.write(
            target,
            columns.sheets(export.sets, export.language),
            people(selection.teachers(post, filters), post),
            mark(export, at),
            written=written,
        )
    os.chmod(target, 0o600)
    RegisterExport.objects.filter(pk=export.pk).update(done=count, total=count)


def people(ids: list[int], post: Post) -> Iterator[Person]:
    """The official files of these teachers, as far as the post still sees them, in this order."""
    statuses = dict(FileStatus.choices)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = {
            row[0]: row[1:]
            for row in Teacher.objects.visible_to(post)
            .filter(pk__in=chunk)
            .values_list(
                "pk",
                "number",
                "identity_mask",
                "name",
                "organisation__name",
                "organisation__code",
                "status",
                "dossier__revision__data",
            )
        }
        for pk in chunk:
            if pk in found:
                number, mask_, name, school, code, status, data = found[pk]
                shown = str(statuses.get(status, status))
                yield Person(number or "", mask_, name, school, code, shown, data or {})


def mark(export: RegisterExport, at: datetime) -> Mark:
    """Who exported what, when and why, as it stands in the workbook."""
    post = export.post
    when = localtime(at).strftime("%Y-%m-%d %H:%M")
    who = f"{post.user.name}（{post.organisation}）"
    names = dict(columns.known_sets(export.language))
    return Mark(
        title=_("Export of the teacher register"),
        line=_("Exported by %(who)s, %(when)s, no. %(number)s")
        % {"who": who, "when": when, "number": export.pk},
        facts=[
            (_("Exported by"), f"{who} · {post.get_role_display()}"),
            (_("At"), when),
            (_("Reason"), export.reason),
            (_("Selection"), export.described),
            (_("Teachers"), str(export.total)),
            (_("Sub-sets"), "、".join(names.get(key, key) for key in export.sets)),
        ],
    )


def sweep(*, at: datetime) -> tuple[int, int]:
    """Delete workbooks whose time is over; queue again what a dead worker held (at most thrice).

    Returns how many were deleted and how many were queued again.
    """
    over = RegisterExport.objects.filter(state=ExportState.DONE, expires_at__lte=at)
    gone = 0
    for export_id in over.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            export = RegisterExport.objects.select_for_update(of=("self",)).get(pk=export_id)
            if export.state == ExportState.DONE:
                export.expire()
                export.save(update_fields=["state"])
                keeping.drop(export.key)
                gone += 1
    return gone, sum(_put_back(export, at) for export in _abandoned())


def _abandoned() -> list[RegisterExport]:
    running = RegisterExport.objects.filter(state=ExportState.RUNNING).order_by("pk")
    return [export for export in running if nobody_works_on(Work.EXPORT, export.pk)]


def _put_back(export: RegisterExport, at: datetime) -> bool:
    if export.attempts >= MOST_ATTEMPTS:
        _end(export.pk, failed=True, at=at)
        return False
    _enqueue(export.pk)
    return True
