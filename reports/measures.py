"""What is counted for every unit, how counts add up, and how a rate is rounded."""

from campaigns.enums import StageKind, SubmissionState

S = SubmissionState

#: Below this share (percent) a unit counts as behind.
BEHIND_BELOW = 90.0
#: Groups of fewer people than this are never shown on their own.
SMALL = 5
#: What lies at one reviewing desk for more working days than this is named.
LONG_DAYS = 10
#: After the last day of a stage this many working days are given for what is asked of those behind.
DAYS_TO_ACT = 5

#: States in which the submission has gone at least as far as the key says.
REACHED = {
    "signed": [
        S.COUNTY_REVIEW,
        S.CITY_REVIEW,
        S.AUTHORITY_REVIEW,
        S.PROVINCE_REVIEW,
        S.APPROVED,
    ],
    "first": [S.CITY_REVIEW, S.PROVINCE_REVIEW, S.APPROVED],
    "second": [S.PROVINCE_REVIEW, S.APPROVED],
    "approved": [S.APPROVED],
}
#: What a submission must have reached for its stage to be done.
GOAL = {
    StageKind.PREPARATION: "asked",
    StageKind.COLLECTION: "signed",
    StageKind.COUNTY_REVIEW: "first",
    StageKind.CITY_REVIEW: "second",
    StageKind.PROVINCE_REVIEW: "approved",
    StageKind.CLOSING: "approved",
}
#: The steps of a level: its review, and its chief's decision where it works in two steps.
COUNTY = ["county_review", "county_chief_review"]
CITY = ["city_review", "city_chief_review"]
AUTHORITY = ["authority_review", "authority_chief_review"]
PROVINCE = ["province_review", "province_chief_review"]
REVIEWS = [*COUNTY, *CITY, *AUTHORITY, *PROVINCE]
#: Steps whose approval finishes a stage: of those on a route the last one.
GOAL_STEPS = {
    StageKind.COUNTY_REVIEW: [*COUNTY, *AUTHORITY],
    StageKind.CITY_REVIEW: [*CITY, *AUTHORITY],
    StageKind.PROVINCE_REVIEW: PROVINCE,
    StageKind.CLOSING: PROVINCE,
}
SUMS = (
    "asked",
    "filled",
    "signed",
    "first",
    "second",
    "approved",
    "on_time",
    "again",
    "returned",
    "open_returns",
    "returns",
    "overdue",
    "records",
    "errors",
    "warnings",
    "unexplained",
)


def empty() -> dict:
    return {**dict.fromkeys(SUMS, 0), "days": 0}


def add(rows: list[dict]) -> dict:
    """The sum of the parts; `days` (longest delay) is the largest of them."""
    total = {key: sum(row[key] for row in rows) for key in SUMS}
    return {**total, "days": max((row["days"] for row in rows), default=0)}


def rate(part: int, whole: int) -> float | None:
    """Percent with one decimal; never 100.0 while one is missing, never 0.0 when there is one."""
    if not whole:
        return None
    if part >= whole:
        return 100.0
    if part <= 0:
        return 0.0
    return min(99.9, max(0.1, round(100 * part / whole, 1)))


def with_rates(row: dict, stage: str) -> dict:
    """Add what follows from the counts: passed, not filed, and the rates."""
    passed = row[GOAL[stage]]
    return {
        **row,
        "passed": passed,
        "not_filed": row["asked"] - row["signed"],
        "signed_rate": rate(row["signed"], row["asked"]),
        "passed_rate": rate(passed, row["asked"]),
        "on_time_rate": rate(row["on_time"], row["asked"]),
        "approved_rate": rate(row["approved"], row["asked"]),
        "behind": row["asked"] > 0 and (rate(passed, row["asked"]) or 0.0) < BEHIND_BELOW,
    }


def median(counts: dict[int, int]) -> float | None:
    """The median of values that are given with how often they occur."""
    left, right = (sum(counts.values()) - 1) // 2, sum(counts.values()) // 2
    if not counts:
        return None
    found, seen = [], 0
    for value in sorted(counts):
        seen += counts[value]
        while len(found) < 2 and seen > (left, right)[len(found)]:
            found.append(value)
    return sum(found) / 2
