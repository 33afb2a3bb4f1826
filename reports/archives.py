"""A pack as a ZIP: one folder for each authority that has others below it, sorted by code."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from django.utils import timezone
from django.utils.translation import override, pgettext

from reports.models import Pack, Report
from reports.titles import clean, file_name, pack_title
from teachers.enums import OrganisationKind
from teachers.models import Organisation

SUMS = "SHA256SUMS.txt"


def write(pack: Pack, parts: list, target: Path) -> None:
    """Write the archive of the parts (reports.pack_files.Part) and a list of their SHA-256.

    Entries have the moment of the figures as their date: the same parts give the same bytes.
    """
    places = {part: str(_place(pack, part.report)) for part in parts}
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(parts, key=places.get):
            entry = _entry(places[part], part.report.frozen_at)
            with archive.open(entry, "w") as inside, part.path.open("rb") as document:
                shutil.copyfileobj(document, inside)
        newest = max(part.report.frozen_at for part in parts)
        sums = "".join(
            f"{part.report.sha256}  {_below_top(places[part])}\n"
            for part in sorted(parts, key=places.get)
        )
        archive.writestr(_entry(f"{_top(pack)}/{SUMS}", newest), sums)


def _entry(name: str, moment) -> zipfile.ZipInfo:
    """Stored as it is: a PDF is compressed already."""
    entry = zipfile.ZipInfo(name, timezone.localtime(moment).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _top(pack: Pack) -> str:
    with override(pack.language):
        return clean(pack_title(pack))


def _below_top(place: str) -> str:
    return place.partition("/")[2]


def _place(pack: Pack, report: Report) -> PurePosixPath:
    unit = report.organisation
    return folder(pack, unit) / f"{unit.code} {file_name(report)}"


def folder(pack: Pack, unit: Organisation) -> PurePosixPath:
    """Where the report of a unit lies in the archive."""
    top = PurePosixPath(_top(pack))
    if unit.pk == pack.organisation_id:
        return top
    with override(pack.language):
        shared = {
            OrganisationKind.UNIVERSITY: pgettext("pack", "Universities"),
            OrganisationKind.DEPARTMENT: pgettext("pack", "Departments of the province"),
        }
        if unit.kind in shared:
            return top / clean(shared[unit.kind])
        holder = unit if unit.kind == OrganisationKind.CITY else unit.parent
        if holder.pk == pack.organisation_id:
            return top / clean(pgettext("pack", "Counties"))
        return top / clean(f"{holder.code} {holder}")
