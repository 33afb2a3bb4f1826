"""What a campaign checks beyond the single document, and the words of every finding.

The rules of one document stand in `teachers/rules.py`; here are those that need the campaign or
the other schools.
"""

from django.utils.translation import gettext_lazy as _

from campaigns.enums import Severity
from campaigns.models import Campaign
from teachers import rules, schema
from teachers.rules import Issue, Rule

#: Fewer than this share of the teachers on the register draws a warning.
LEAST_SHARE = 0.8
#: An answer differs little from the register up to these shares of its staff, or up to a few.
MOST_STAFF_CHANGE, MOST_TURNOVER, FEW = 0.1, 0.2, 3

RULES = {
    rule.code: rule
    for rule in [
        Rule(
            "in_two_schools",
            Severity.NOTICE,
            _(
                "The same person is also claimed by %(school)s. Answer the question under problem"
                " data: until it is settled this record stays out of publication; the others go on."
            ),
        ),
        Rule(
            "active_and_left",
            Severity.NOTICE,
            _(
                "This person has retired or left at %(school)s. Answer the question under problem"
                " data: until it is settled this record stays out of publication; the others go on."
            ),
        ),
        Rule(
            "suspected_twin",
            Severity.NOTICE,
            _(
                "%(school)s has a person of the same name, birth date and sex with another number."
                " Answer the question under problem data."
            ),
        ),
        Rule(
            "near_identity",
            Severity.NOTICE,
            _(
                "%(school)s has a person of the same name whose number differs in one place only."
                " Check the number and answer the question under problem data."
            ),
        ),
        Rule(
            "identity_against_card",
            Severity.NOTICE,
            _(
                "The file on the register contradicts the identity number in birth date or sex."
                " Answer the question under problem data."
            ),
        ),
        Rule(
            "to_be_corrected",
            Severity.NOTICE,
            _(
                "Settled by %(desk)s: this record is wrong and stays out of publication until it"
                " is corrected or removed."
            ),
        ),
        Rule(
            "belongs_elsewhere",
            Severity.NOTICE,
            _(
                "Settled by %(desk)s: this person belongs to %(school)s. This record is struck"
                " out of publication."
            ),
        ),
        Rule(
            "has_left",
            Severity.ERROR,
            _(
                "This person has left or retired (%(status)s) and is not counted."
                " Correct the status or remove the record."
            ),
        ),
        Rule(
            "not_on_the_staff",
            Severity.ERROR,
            _(
                "Neither on the establishment nor under a contract of more than one year:"
                " this person is not counted. Correct it or remove the record."
            ),
        ),
        Rule(
            "contract_staff_not_asked",
            Severity.ERROR,
            _("This campaign counts staff on the establishment only. Remove the record."),
        ),
        Rule(
            "post_category_not_asked",
            Severity.ERROR,
            _(
                "This campaign does not ask for staff in posts of the category “%(category)s”."
                " Correct the post or remove the record."
            ),
        ),
        Rule(
            "fewer_than_on_the_register",
            Severity.WARNING,
            _(
                "Only %(recorded)s teachers are reported; the register has %(registered)s in"
                " service here. Add those missing, or explain."
            ),
        ),
        Rule(
            "differs_from_the_register",
            Severity.WARNING,
            _(
                "%(recorded)s teachers are reported; the register has %(registered)s in service"
                " here: %(come)s have come, %(gone)s are gone. Check them, or explain the change."
            ),
        ),
        Rule(
            "new_on_the_register",
            Severity.WARNING,
            _(
                "The register has nobody at this school yet; %(recorded)s teachers are reported."
                " Say since when the school exists, or under which name it was before."
            ),
        ),
    ]
}


#: What schools read about problem data; written by campaigns/problems/notices.py.
NOTICES = frozenset(code for code, rule in RULES.items() if rule.severity == Severity.NOTICE)


def text(rule: str, params: dict) -> str:
    """The words of a finding in the current language."""
    own = RULES.get(rule)
    if own is not None:
        return str(own.text) % params
    return rules.issue_text(rule, params)


def in_service(status: str) -> bool:
    """人员状态 301–308: retired, resigned, dismissed, dead."""
    return not status.startswith("3")


def who_counts(campaign: Campaign, form: schema.Form, document: dict) -> list[Issue]:
    """Whether the campaign counts this person as a teacher of the school.

    On the establishment, or under a contract of more than one year (签订合同情况 1, 2) when the
    campaign counts those, in a post of a category it asks for; never who has left or retired.
    """
    basic = document.get("basic", {})
    if not basic:
        return []
    found = []
    status = basic.get("person_status", "")
    if not in_service(status):
        shown = _shown(form, "person_status", status)
        found.append(_issue("has_left", "person_status", status=shown))
    if basic.get("in_establishment") == "0":
        if not campaign.counts_contract_staff:
            found.append(_issue("contract_staff_not_asked", "in_establishment"))
        elif basic.get("contract") not in {None, "1", "2"}:
            found.append(_issue("not_on_the_staff", "contract"))
    category = basic.get("post_category")
    if category is not None and category not in campaign.post_categories:
        shown = _shown(form, "post_category", category)
        found.append(_issue("post_category_not_asked", "post_category", category=shown))
    return found


def _shown(form: schema.Form, key: str, code: str) -> str:
    """ "308" becomes "308-其他离职": the code with its name, as drop-downs show it."""
    field = form.field("basic", key)
    name = field.codes.by_code.get(code) if field and field.codes else None
    return f"{code}-{name}" if name else code


def _issue(rule: str, indicator_key: str, **params) -> Issue:
    return Issue(rule, RULES[rule].severity, "basic", None, indicator_key, params)
