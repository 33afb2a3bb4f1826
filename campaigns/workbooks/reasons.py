"""The first rows of a failed-rows workbook, for the page that tells what became of an import."""

from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from python_calamine import CalamineWorkbook

from campaigns.workbooks.layout import FIRST_ROW, REASON_TITLE, plain_title

NAME_TITLE = "姓名"


@dataclass(frozen=True)
class FailedRow:
    """Where the row stands in the failed-rows workbook, whose it is, and what is wrong."""

    sheet: str
    line: int
    name: str
    reason: str


def first_reasons(content: bytes, most: int) -> list[FailedRow]:
    """The first `most` rows with a reason, sheet by sheet; identity numbers are left out."""
    found: list[FailedRow] = []
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        if len(rows) < FIRST_ROW:
            continue
        heads = [plain_title(cell) for cell in rows[FIRST_ROW - 2]]
        if plain_title(REASON_TITLE) not in heads:
            continue
        reason = heads.index(plain_title(REASON_TITLE))
        name = heads.index(NAME_TITLE) if NAME_TITLE in heads else None
        found.extend(
            FailedRow(title, number, "" if name is None else str(row[name]), str(row[reason]))
            for number, row in enumerate(rows[FIRST_ROW - 1 :], FIRST_ROW)
            if row[reason]
        )
        if len(found) >= most:
            break
    return list(islice(found, most))
