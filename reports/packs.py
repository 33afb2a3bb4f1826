"""Making a pack: figures in one snapshot, its reports as jobs of their own, then both files.

Each call of `advance` does the step that is due, so that any worker may go on where one has died:

    no reports yet          -> count all units as of one moment, write the rows, queue their drawing
    some are in the making  -> write down how many are made
    all are made            -> put them together, done
    one ended without       -> failed, and says which
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports import pack_files
from reports.counts import people
from reports.enums import UNFINISHED, ReportKind, ReportState
from reports.figures import VERSION, figures
from reports.models import Pack, Report
from reports.snapshot import snapshot
from reports.verification_codes import new_code
from teachers.enums import OrganisationKind
from teachers.models import Organisation
from teachers.work_locks import Work, held

MOST_NAMED = 5


class CalledOff(Exception):
    """Somebody has called the pack off meanwhile."""


def advance(pack_id: int, at: datetime) -> Pack:
    """Do the next step of a pack; what goes wrong is kept on its row. Returns the row.

    Does nothing when the pack is finished or called off, or another process is at it.
    """
    with held(Work.PACK, pack_id) as alone:
        if alone and _start(pack_id):
            try:
                _step(pack_id, at)
            except CalledOff:
                pass
            except Exception as problem:
                fail(pack_id, f"{type(problem).__name__}: {problem}", at)
    return Pack.objects.get(pk=pack_id)


def _start(pack_id: int) -> bool:
    with transaction.atomic():
        pack = Pack.objects.select_for_update(of=("self",)).get(pk=pack_id)
        if pack.state not in UNFINISHED:
            return False
        pack.start()
        pack.attempts += 1
        pack.save(update_fields=["state", "attempts"])
    return True


def _step(pack_id: int, at: datetime) -> None:
    pack = Pack.objects.select_related("campaign", "organisation").get(pk=pack_id)
    if not pack.reports_count:
        _freeze(pack, at)
        return
    waiting, done = count(pack)
    if waiting:
        return
    if done < pack.reports_count:
        fail(pack_id, _who_is_missing(pack), at)
        return
    pack_files.put_together(pack, finish=lambda keep: _finish(pack_id, keep, at))


def _freeze(pack: Pack, at: datetime) -> None:
    """Count every unit in one snapshot, then write all rows and queue their drawing."""
    units = authorities(pack.organisation)
    people.keep(pack.campaign, pack.organisation, at)
    with snapshot():
        counted = {unit.pk: figures(pack.campaign, pack.stage, unit, at) for unit in units}
    with transaction.atomic():
        pack = _running(pack.pk)
        reports = _rows(pack, counted, at)
        pack.reports.set(reports)
        pack.reports_count, pack.attempts = len(reports), 0
        pack.save(update_fields=["reports_count", "attempts"])
        _queue_drawing(reports)


def authorities(unit: Organisation) -> list[Organisation]:
    """The unit and every authority below it, in the order of the tree."""
    below = Organisation.objects.within(unit).exclude(kind=OrganisationKind.SCHOOL)
    return list(below.order_by("path"))


def _rows(pack: Pack, counted: dict[int, dict], at: datetime) -> list[Report]:
    """The reports of all units; one that is in the making already is taken as it is."""
    units = Organisation.objects.select_for_update(no_key=True).filter(pk__in=counted)
    ids = list(units.order_by("pk").values_list("pk", flat=True))
    same = Report.objects.filter(
        campaign=pack.campaign, kind=ReportKind.STAGE, stage=pack.stage, organisation__in=ids
    )
    in_the_making = list(same.filter(state__in=UNFINISHED))
    taken = {report.organisation_id for report in in_the_making}
    last = dict(same.values_list("organisation").annotate(Max("issue")))
    made = Report.objects.bulk_create(
        Report(
            campaign=pack.campaign,
            stage=pack.stage,
            organisation_id=unit,
            issue=last.get(unit, 0) + 1,
            code=new_code(),
            language=pack.language,
            figures=counted[unit],
            figures_version=VERSION,
            frozen_at=at,
            asked_by_id=pack.asked_by_id,
            asked_at=at,
        )
        for unit in ids
        if unit not in taken
    )
    return [*made, *in_the_making]


def _queue_drawing(reports: list[Report]) -> None:
    from reports import jobs

    for report in reports:
        jobs.enqueue_for_pack(report.pk)


def count(pack: Pack) -> tuple[int, int]:
    """(reports that are not settled, reports made); the second is written on the row."""
    found = pack.reports.aggregate(
        waiting=Count("pk", filter=Q(state__in=UNFINISHED)),
        done=Count("pk", filter=Q(state=ReportState.DONE)),
    )
    Pack.objects.filter(pk=pack.pk).update(reports_done=found["done"])
    return found["waiting"], found["done"]


def settled(report_id: int) -> None:
    """A report is made, failed or called off: tell its packs, and have them put together."""
    from reports import jobs

    for pack in Pack.objects.filter(reports=report_id, state__in=UNFINISHED).order_by("pk"):
        waiting, _done = count(pack)
        if not waiting:
            jobs.make_pack.enqueue(pack.pk)


def _who_is_missing(pack: Pack) -> str:
    missing = pack.reports.exclude(state=ReportState.DONE).select_related("organisation")
    names = [str(report.organisation) for report in missing.order_by("organisation__path")]
    with override(pack.language):
        return _("%(count)s reports were not made: %(names)s. Try the pack again.") % {
            "count": len(names),
            "names": ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else ""),
        }


def _running(pack_id: int) -> Pack:
    """The row, locked. Raises CalledOff when it is not being made any more."""
    pack = Pack.objects.select_for_update(of=("self",)).get(pk=pack_id)
    if pack.state != ReportState.RUNNING:
        raise CalledOff
    return pack


def _finish(pack_id: int, keep, at: datetime) -> None:
    """Keep both files and call the pack done, in one transaction."""
    with transaction.atomic():
        pack = _running(pack_id)
        keep()
        pack.finish()
        pack.finished_at, pack.reports_done = at, pack.reports_count
        pack.save(update_fields=["state", "finished_at", "reports_done"])


def fail(pack_id: int, error: str, at: datetime) -> None:
    """Note on the row why the pack could not be made, unless it was called off meanwhile."""
    with transaction.atomic():
        pack = Pack.objects.select_for_update(of=("self",)).get(pk=pack_id)
        if pack.state in UNFINISHED:
            pack.fail()
            pack.error, pack.finished_at = error[:500], at
            pack.save(update_fields=["state", "error", "finished_at"])
