"""The rules between fields of one row that can be written as data (index system, column "note")."""

from collections.abc import Callable
from dataclasses import dataclass

NONE = frozenset({"0"})


@dataclass(frozen=True)
class Condition:
    """What depends on one value of a row.

    While `trigger` is active, `needed` must be filled. When it is idle, `needed` and `allowed` must
    be empty, unless `empties` is False. Active is every value of `only`, or else not of `idle`.
    """

    set_key: str
    trigger: str
    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    idle: frozenset[str] = NONE
    only: frozenset[str] | Callable[[str], bool] | None = None
    empties: bool = True

    def is_active(self, value: str) -> bool:
        if self.only is None:
            return value not in self.idle
        return self.only(value) if callable(self.only) else value in self.only


def _above_school(education: str) -> bool:
    """Vocational school and above: what has a field of study (GB/T 4658, first digit 1 to 4)."""
    return education[0] in "1234"


def _values(*codes: str) -> frozenset[str]:
    return frozenset(codes)


CONDITIONS = (
    Condition("basic", "nationality", ("ethnic", "political"), only=_values("156"), empties=False),
    Condition("basic", "in_establishment", ("employment_form",), only=_values("0")),
    Condition("basic", "grassroots", ("grassroots_start",), ("grassroots_end",)),
    Condition(
        "learning",
        "education",
        ("edu_country", "edu_school", "enter", "leave", "degree_level"),
        (
            "major",
            "is_normal",
            "degree",
            "degree_country",
            "degree_school",
            "degree_date",
            "study_mode",
            "unit_type",
        ),
    ),
    Condition("learning", "education", ("major", "is_normal"), only=_above_school, empties=False),
    Condition(
        "learning", "degree_level", ("degree", "degree_country", "degree_school", "degree_date")
    ),
    Condition("post", "concurrent", ("concurrent_category", "concurrent_grade")),
    Condition("post", "school_position", ("position_start",), idle=_values("00")),
    Condition("title", "title", ("start",), ("end", "unit"), idle=_values("999")),
    Condition(
        "qualification",
        "kind",
        ("cert_no", "issue_date", "issuer"),
        ("subject", "first_reg_date", "first_reg_result", "reg_date", "reg_result"),
    ),
    # A kindergarten qualification (1) names no subject.
    Condition("qualification", "kind", ("subject",), idle=_values("0", "1"), empties=False),
    Condition("ethics", "honor_level", ("honor", "honor_date", "honor_unit")),
    Condition(
        "ethics",
        "punish_kind",
        ("punish_reason", "punish_date"),
        ("punish_cancel_date", "punish_cancel_reason"),
    ),
    Condition(
        "teaching",
        "status",
        ("hours", "course", "course_kind", "subject_kind"),
        only=_values("20"),
        empties=False,
    ),
    Condition("teaching", "concurrent", ("concurrent_other",), only=_values("99")),
    # What only papers (03), projects (01) and books (02) have.
    Condition("achievement", "kind", (), ("index",), only=_values("03")),
    Condition("achievement", "kind", (), ("amount",), only=_values("01")),
    Condition("achievement", "kind", (), ("words",), only=_values("02")),
    Condition("talent", "talent", ("year",), idle=_values("00")),
    Condition("overseas", "has", ("country", "start", "end", "org", "project", "organizer")),
    Condition("skill", "cert_type", ("issue_date", "issuer", "cert_no"), ("cert",)),
    Condition("skill", "cert_type", ("lang_cert",), only=_values("2")),
    Condition("skill", "cert_type", ("cert",), idle=_values("0", "2"), empties=False),
    Condition("rotation", "kind", ("move_personnel", "start", "from_unit", "to_unit"), ("end",)),
)

#: (set, what must be filled, with what): no list of values to go by.
TOGETHER = (
    ("skill", "lang_level", "lang"),
    ("skill", "other_level", "other_skill"),
)


@dataclass(frozen=True)
class Order:
    """`later` comes after `earlier`; if not `strict`, the same day or month will do."""

    set_key: str
    earlier: str
    later: str
    strict: bool = False


ORDERS = (
    Order("basic", "work_start", "school_start"),
    Order("basic", "grassroots_start", "grassroots_end"),
    Order("learning", "enter", "leave", strict=True),
    Order("work", "start", "end"),
    Order("title", "start", "end"),
    Order("qualification", "issue_date", "first_reg_date"),
    Order("qualification", "first_reg_date", "reg_date"),
    Order("ethics", "punish_date", "punish_cancel_date"),
    Order("overseas", "start", "end", strict=True),
    Order("rotation", "start", "end"),
)

#: Values that exclude every other of their field.
ALONE = {("basic", "political"): ("12", "13"), ("pay", "benefits"): ("0",)}

#: Months that come after the month of birth; every other date may fall on it.
AFTER_BIRTH = {("basic", "work_start")}

#: Which value of a row says "none": such a row is the only one of its sub-set.
NONE = {
    "learning": ("education", "0"),
    "title": ("title", "999"),
    "qualification": ("kind", "0"),
    "talent": ("talent", "00"),
    "overseas": ("has", "0"),
    "rotation": ("kind", "0"),
}

#: Dates that may lie ahead: what has been agreed until then.
MAY_LIE_AHEAD = {("title", "end"), ("rotation", "end"), ("overseas", "end")}

#: Years reported only when they are over; all others may be the current one.
MUST_BE_OVER = {("pay", "year")}

#: One row a year.
ONCE_A_YEAR = ("pay", "appraisal")

#: Sub-sets from which present values are derived: every person has a row.
ROW_NEEDED = ("learning", "post")
