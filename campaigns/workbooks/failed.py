"""The workbook of failed rows: the template again, the reason in the last column."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.workbooks import template
from campaigns.workbooks.people import Person, PersonRow, plain
from teachers.models import Organisation
from teachers.schema import Form


def write_failed(form: Form, school: Organisation, people: Iterable[Person]) -> bytes:
    """All rows of the people who failed, so that the corrected file can be imported again."""
    rows: dict[str, list[dict]] = {subset.key: [] for subset in form.subsets}
    reasons: dict[tuple[str, int], str] = {}
    wrong: set[tuple[str, int, str]] = set()
    with override(template.LANGUAGE):
        for person in people:
            for row in person.rows:
                index = len(rows[row.set_key])
                rows[row.set_key].append({key: plain(raw) for key, raw in row.source.cells.items()})
                reasons[row.set_key, index] = _reason(row)
                wrong.update(
                    (row.set_key, index, item.column.key) for item in row.complaints if item.column
                )
    return template.write_workbook(form, school, rows, reasons, wrong)


def _reason(row: PersonRow) -> str:
    if row.complaints:
        return row.sentence()
    return _("Another row of this person failed; it was held back with it.")
