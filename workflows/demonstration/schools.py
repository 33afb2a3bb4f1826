"""What a school does: take over its files, correct them, add newcomers, hand in, answer returns."""

from collections.abc import Iterable
from datetime import datetime
from random import Random

from campaigns import actions as collecting
from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers import identity, resident_cards
from teachers.models import Post
from workflows.demonstration import corrections

#: What a clerk writes beside a warning.
EXPLANATIONS = (
    "已与本人及人事档案核对，情况属实。",
    "已核对原始证书复印件，填报无误。",
    "经学校人事干部复核，数据准确。",
)

#: Document, identity number and its type of somebody the register does not know.
Newcomer = tuple[dict, str, str]


class School:
    """One school's clerk at work on its submission."""

    def __init__(self, submission: Submission, clerk: Post, rng: Random) -> None:
        self.submission, self.clerk, self.rng = submission, clerk, rng

    def _by(self, at: datetime) -> dict:
        return {"by": self.clerk.user, "post": self.clerk, "at": at}

    def fill_in(
        self, at: datetime, *, newcomers: Iterable[Newcomer] = (), by_workbook: bool = False
    ) -> None:
        """Take over the register's files, on screen or by a workbook, and add newcomers."""
        collecting.prefill(submission=self.submission, **self._by(at))
        for data, number, kind in newcomers:
            collecting.save_record(
                submission=self.submission,
                data=data,
                identity=number,
                identity_type=kind,
                **self._by(at),
            )
        if by_workbook:
            self._through_excel(at)

    def _through_excel(self, at: datetime) -> None:
        """Download the workbook with the records and hand the same file in again."""
        content = collecting.write_workbook(
            submission=self.submission, with_records=True, **self._by(at)
        )
        collecting.take_workbook(
            submission=self.submission,
            name=f"{self.submission.organisation.code}.xlsx",
            content=content,
            sound_rows_only=True,
            **self._by(at),
        )

    def correct(self, at: datetime) -> None:
        """Correct every record with an error, then explain what is only a warning."""
        wrong = Record.objects.filter(
            submission=self.submission, findings__severity=Severity.ERROR
        ).distinct()
        for record in wrong:
            self._correct(record, at)
        for finding in Finding.objects.filter(submission=self.submission).unexplained():
            collecting.explain(finding=finding, words=self.rng.choice(EXPLANATIONS), **self._by(at))

    def _correct(self, record: Record, at: datetime) -> None:
        number = identity.unseal(record.identity_sealed)
        data = corrected(record.data, number)
        saved = collecting.save_record(
            submission=self.submission,
            data=data,
            identity="",
            identity_type=record.identity_type,
            record=record,
            **self._by(at),
        )
        if saved.findings.errors().exists():
            collecting.remove_record(submission=self.submission, record=saved, **self._by(at))

    def answer_return(self, at: datetime) -> None:
        """Look at one record again and note it, as the reviewer asked; answer the list."""
        record = self.submission.records.order_by("pk").first()
        if record is not None:
            contact = {**record.data.get("contact", {}), "other": "已按审核意见复核"}
            collecting.save_record(
                submission=self.submission,
                data={**record.data, "contact": contact},
                identity="",
                identity_type=record.identity_type,
                record=record,
                **self._by(at),
            )
        corrections.answer(self.submission, self.clerk, at)
        self.correct(at)


def corrected(data: dict, number: str) -> dict:
    """The document with the mistakes put right that clerks make most."""
    return {
        **data,
        "basic": _corrected_basic(data.get("basic", {}), number),
        "contact": {"mobile": "19900000000", **data.get("contact", {})},
        "learning": [_in_order(row) for row in data.get("learning", [])],
        "qualification": [_with_certificate(row, number) for row in data.get("qualification", [])],
    }


def _corrected_basic(basic: dict, number: str) -> dict:
    card = resident_cards.read(number)
    basic = {**basic, "birth_date": card.birth_date.isoformat(), "sex": card.sex}
    basic.setdefault("category", "25")
    if basic.get("in_establishment") == "0":
        basic.setdefault("employment_form", "1")
    else:
        basic.pop("employment_form", None)
    if basic.get("school_start", "9999") < basic.get("work_start", ""):
        basic["school_start"] = basic["work_start"]
    return basic


def _in_order(row: dict) -> dict:
    """A row of the learning history whose months were swapped, the right way round."""
    if row.get("enter", "") > row.get("leave", "9999"):
        return {**row, "enter": row["leave"], "leave": row["enter"]}
    return row


def _with_certificate(row: dict, number: str) -> dict:
    """A qualification with its certificate number: year, authority, kind, sex, serial."""
    if row.get("kind", "0") == "0" or row.get("cert_no"):
        return row
    sex = "1" if int(number[16]) % 2 else "2"
    year = row.get("issue_date", "2015")[:4]
    return {**row, "cert_no": f"{year}{number[:5]}{row['kind']}{sex}{number[11:17]}"}
