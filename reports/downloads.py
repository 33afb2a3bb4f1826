"""Files out of the database, piece by piece, and who has had them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from reports.byte_ranges import Span
from reports.enums import PackForm
from reports.models import Download, Pack, PackFile, Report
from reports.titles import file_name, pack_file_name
from teachers import access
from teachers.models import Organisation, Post, User

PIECE = 1 << 19
#: Parts that one person fetches of one file within this time belong to one download.
ONE_DOWNLOAD = timedelta(hours=1)
TYPES = {PackForm.ZIP: "application/zip", PackForm.BOUND: "application/pdf"}
# Plan: the row by its key; of the content, which does not compress, only the pieces of TOAST
# that hold the bytes asked for.
OF_A_REPORT = "SELECT substring(content FROM %s FOR %s) FROM reports_reportfile WHERE report_id=%s"
OF_A_PACK = "SELECT substring(content FROM %s FOR %s) FROM reports_packfile WHERE id=%s"


@dataclass(frozen=True)
class Stored:
    """A finished file: what it is of, and where its bytes are."""

    sql: str
    key: int
    name: str
    content_type: str
    size: int
    sha256: str
    organisation: Organisation
    subject: str
    of: dict

    def pieces(self, span: Span) -> Iterator[bytes]:
        """The bytes of a span, never more than PIECE at once."""
        for first in range(span.first, span.last + 1, PIECE):
            length = min(PIECE, span.last + 1 - first)
            with connection.cursor() as cursor:
                cursor.execute(self.sql, [first + 1, length, self.key])
                yield bytes(cursor.fetchone()[0])


def of_report(report: Report) -> Stored:
    return Stored(
        sql=OF_A_REPORT,
        key=report.pk,
        name=file_name(report),
        content_type="application/pdf",
        size=report.size,
        sha256=report.sha256,
        organisation=report.organisation,
        subject=f"report {report.pk}: {report.organisation.name}",
        of={"report": report},
    )


def of_pack(pack: Pack, file: PackFile) -> Stored:
    return Stored(
        sql=OF_A_PACK,
        key=file.pk,
        name=pack_file_name(pack, file.form),
        content_type=TYPES[PackForm(file.form)],
        size=file.size,
        sha256=file.sha256,
        organisation=pack.organisation,
        subject=f"pack {pack.pk} ({file.form}): {pack.organisation.name}",
        of={"pack": pack, "form": file.form},
    )


@transaction.atomic
def note(
    stored: Stored, *, whole: bool, by: User, post: Post, at: datetime, address: str | None
) -> None:
    """Write down who has had the file, here and in the access log.

    A part of it counts with what the same person fetched of it within ONE_DOWNLOAD.
    """
    if not whole:
        same = Download.objects.filter(**stored.of, by=by, post=post)
        if same.filter(at__gt=at - ONE_DOWNLOAD).exists():
            return
    Download.objects.create(**stored.of, by=by, post=post, at=at)
    access.note(
        "report_download",
        stored.subject,
        by=by,
        post=post,
        at=at,
        address=address,
        organisation=stored.organisation,
    )
