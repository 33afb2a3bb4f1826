"""Separation of duties: who had a part in a case must not judge it later.

Each rule is a code with its sentence and the SQL that says whether a person who decides a task
breaks it: at which tasks it is asked (`at_task`), which earlier decision `own` of the same case by
this person breaks it (`decided`), and what beside decisions does (`beside`). The SQL speaks of
`task`, `kase`, `campaign`, `submission` and `change`, and of four things that the reader of it
fills in: {persons} are who decides and for whom, {attempt} is the attempt that counts, only
decisions before number {number} and records entered until {at} matter. So one declaration is asked
of a task that is open (CONFLICTS_SQL) and of a decision that stands in the ledger
(separation_statements.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rule:
    """A rule; its last three are SQL conditions (see the module)."""

    code: str
    title: str | Promise
    at_task: str
    decided: str = "false"
    beside: str = "false"


_REVIEW = "task.role NOT IN ('clerk', 'head')"
#: A decision that counts now: of this attempt, or an approval that a return left standing.
_COUNTS = """(own.attempt = {attempt} AND own.verdict IN ('approve', 'return', 'refuse')
              OR own.verdict = 'approve' AND campaign.kept_approvals = 'lower')"""

RULES = (
    Rule(
        "reports_and_reviews",
        _("Who entered, submitted or signed it does not review it."),
        at_task=_REVIEW,
        decided="own.verdict IN ('submit', 'sign')",
        beside="""
            change.entered_by_id = ANY({persons})
            OR EXISTS (SELECT FROM campaigns_record AS record
                       WHERE record.submission_id = submission.id
                         AND record.entered_by_id = ANY({persons})
                         AND record.entered_at <= {at})""",
    ),
    Rule(
        "one_level_only",
        _("Who decided it at one level does not decide it at another."),
        at_task=_REVIEW,
        decided=f"own.organisation_id <> task.organisation_id AND {_COUNTS}",
    ),
    Rule(
        "reviewer_and_chief",
        _("Who examined it as reviewer does not decide it as chief."),
        at_task="task.role = 'chief'",
        decided=f"""own.organisation_id = task.organisation_id AND own.verdict = 'approve'
            AND own.from_position = task.position - 1 AND {_COUNTS}""",
    ),
    Rule(
        "concerns_oneself",
        _("Nobody decides what concerns the own file."),
        at_task="task.role <> 'clerk' AND task.kind <> 'submission'",
        beside="""
            EXISTS (SELECT FROM teachers_user AS person
                    WHERE person.teacher_id = change.teacher_id AND person.id = ANY({persons}))
            OR EXISTS (SELECT FROM campaigns_problemparty AS party
                       LEFT JOIN campaigns_record AS record ON record.id = party.record_id
                       JOIN teachers_user AS person
                         ON person.teacher_id IN (party.teacher_id, record.teacher_id)
                       WHERE party.problem_id = kase.problem_id
                         AND person.id = ANY({persons}))""",
    ),
)
TITLES = {rule.code: rule.title for rule in RULES}


def broken_sql(*, persons: str, attempt: str, number: str, at: str) -> str:
    """SQL for the codes of the rules that are broken (text[], empty when all is well).

    Reads the decisions of the case once, for all rules. A decision that a colleague made in the
    name of one of the persons counts as that person's.
    """
    asked = [rule for rule in RULES if rule.decided != "false"]
    had = ", ".join(f"bool_or({rule.decided}) AS {rule.code}" for rule in asked)
    cases = ", ".join(
        f"CASE WHEN {rule.at_task} AND ({_had(rule)} OR {rule.beside}) THEN '{rule.code}' END"
        for rule in RULES
    )
    return f"""(
        SELECT array_remove(ARRAY[{cases}]::text[], NULL) FROM (
            SELECT {had} FROM workflows_decision AS own
            WHERE own.case_id = kase.id AND own.sequence < {{number}}
              AND (own.by_id = ANY({{persons}}) OR own.delegation_id IS NOT NULL AND (
                       SELECT user_id FROM teachers_post WHERE id = own.post_id) = ANY({{persons}}))
        ) AS had)""".format(persons=persons, attempt=attempt, number=number, at=at)  # noqa: S608


def _had(rule: Rule) -> str:
    return "false" if rule.decided == "false" else f"coalesce(had.{rule.code}, false)"


#: The rules that `%(persons)s` would break by deciding an open task.
CONFLICTS_SQL = broken_sql(
    persons="%(persons)s",
    attempt="coalesce(submission.attempt, change.attempt, 1)",
    number="2147483647",
    at="'infinity'",
)


def sentence(codes: Iterable[str]) -> str:
    """What the broken rules say, for the person who is refused."""
    return " ".join(str(TITLES[code]) for code in codes)
