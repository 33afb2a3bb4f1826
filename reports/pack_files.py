"""The two files of a pack, made on the disk and kept in the database, never whole in memory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from reports import archives, binding, signing
from reports.enums import PackForm
from reports.models import Pack, PackFile, Report, ReportFile

PIECE = 1 << 20


@dataclass(frozen=True)
class Part:
    """A document of the pack, written out."""

    report: Report
    path: Path


def put_together(pack: Pack, *, finish: Callable[[Callable[[], None]], None]) -> None:
    """Make both files, then call `finish(keep)`, which calls `keep()` within its transaction.

    The same reports give the same bytes.
    """
    with TemporaryDirectory(prefix="pack-") as folder:
        parts = _written_out(pack, Path(folder))
        archive, bound = Path(folder) / "pack.zip", Path(folder) / "pack.pdf"
        archives.write(pack, parts, archive)
        binding.write(pack, parts, bound)
        with bound.open("r+b") as stream:
            signing.sign(stream, at=moment(parts))
        finish(partial(_keep_both, pack, archive, bound))


def moment(parts: list[Part]) -> datetime:
    """As of when the pack is: the newest of its reports."""
    return max(part.report.frozen_at for part in parts)


def _written_out(pack: Pack, folder: Path) -> list[Part]:
    """Each document as a file, one at a time, in the order of the tree."""
    reports = pack.reports.select_related("organisation", "campaign").defer("figures")
    parts = []
    for report in reports.order_by("organisation__path"):
        path = folder / f"{report.pk}.pdf"
        path.write_bytes(ReportFile.objects.get(pk=report.pk).content)
        parts.append(Part(report, path))
    return parts


def _keep_both(pack: Pack, archive: Path, bound: Path) -> None:
    PackFile.objects.filter(pack=pack).delete()
    keep(pack, PackForm.ZIP, archive)
    keep(pack, PackForm.BOUND, bound)


def keep(pack: Pack, form: str, path: Path) -> None:
    """Write a file into its row, piece by piece, by way of a large object of this transaction.

    Plan: one insert from lo_get(); the worker holds one piece, the server the file once.
    """
    digest, size = hashlib.sha256(), 0
    with connection.cursor() as cursor, path.open("rb") as source:
        large = cursor.connection.lobject(0, "wb")
        while piece := source.read(PIECE):
            large.write(piece)
            digest.update(piece)
            size += len(piece)
        large.close()
        cursor.execute(
            "INSERT INTO reports_packfile (pack_id, form, content, size, sha256)"
            " SELECT %s, %s, lo_get(%s), %s, %s",
            [pack.pk, form, large.oid, size, digest.hexdigest()],
        )
        cursor.execute("SELECT lo_unlink(%s)", [large.oid])
