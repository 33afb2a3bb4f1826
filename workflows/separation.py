"""Separation of duties: who had a part in a case must not judge it later.

Each rule is a code with its sentence and the SQL that says whether it is broken. The SQL speaks of
`task`, `kase`, `submission` and `change`; `%(persons)s` are who decides and for whom.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rule:
    """A rule. `broken` is an SQL condition (see the module)."""

    code: str
    title: str | Promise
    broken: str


RULES = (
    Rule(
        "reports_and_reviews",
        _("Who entered, submitted or signed it does not review it."),
        """
        task.role NOT IN ('clerk', 'head') AND (
            EXISTS (SELECT FROM campaigns_record AS record
                    WHERE record.submission_id = submission.id
                      AND record.entered_by_id = ANY(%(persons)s))
            OR change.entered_by_id = ANY(%(persons)s)
            OR EXISTS (SELECT FROM workflows_decision AS own
                       WHERE own.case_id = kase.id AND own.by_id = ANY(%(persons)s)
                         AND own.verdict IN ('submit', 'sign')))""",
    ),
)
#: SQL for the codes of the rules that are broken (text[], empty when all is well).
CONFLICTS_SQL = (
    "array_remove(ARRAY["
    + ", ".join(f"CASE WHEN {rule.broken} THEN '{rule.code}' END" for rule in RULES)
    + "]::text[], NULL)"
)
TITLES = {rule.code: rule.title for rule in RULES}
