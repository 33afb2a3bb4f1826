"""What the rules of one document say: code, severity and text. See `teachers.rules`.

Texts are filled from an issue's params. `field` is always the name of the value's own indicator;
a param with a twin in English (`field_en`) is shown in the reader's language.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teachers.reading import show_value
from teachers.schema import Field, Subset

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """One rule. `severity` is "error" (blocks signing) or "warning" (must be explained).

    `text` speaks of one case and is filled from its params; `title` names the rule in counts.
    """

    code: str
    severity: str
    text: str | Promise
    title: str | Promise = ""


def issue_text(rule: str, params: dict) -> str:
    """The words of an issue in the active language. KeyError for a rule that does not exist."""
    if (get_language() or "").startswith("en"):
        params = {key: params.get(f"{key}_en", value) for key, value in params.items()}
    return str(RULES[rule].text) % params


def named(param: str, item: Field | Subset) -> dict[str, str]:
    """The name of an indicator as a param, with its English twin."""
    return {param: item.name, f"{param}_en": item.name_en or item.name}


def shown(param: str, item: Field, value: object) -> dict[str, str]:
    """A value as a param; its English twin only where it reads differently."""
    chinese, english = show_value(item, value), show_value(item, value, "en")
    return {param: chinese} if chinese == english else {param: chinese, f"{param}_en": english}


def _table(severity: str, texts: dict[tuple[str, Promise], Promise]) -> dict[str, Rule]:
    return {code: Rule(code, severity, text, title) for (code, title), text in texts.items()}


_READING = _table(
    ERROR,
    {
        ("unknown_code", _("Value not in the code list")): _(
            "%(field)s: “%(value)s” is not in the list “%(list)s”. Choose a value from the list."
        ),
        ("digits_lost", _("Digits lost in the spreadsheet")): _(
            "%(field)s: the spreadsheet has rounded the number %(value)s and lost digits. "
            "Format the column as text and enter the number again."
        ),
        ("not_text", _("No text")): _("%(field)s: “%(value)s” is no text. Enter words."),
        ("not_a_date", _("Date that does not exist")): _(
            "%(field)s: “%(value)s” is no date that exists. Enter it like 2024-03-01."
        ),
        ("day_missing", _("Day missing from a date")): _(
            "%(field)s: “%(value)s” lacks the day. Enter it like 2024-03-01."
        ),
        ("not_a_month", _("Month that does not exist")): _(
            "%(field)s: “%(value)s” is no year and month. Enter it like 2024-03."
        ),
        ("month_ambiguous", _("Month that cannot be told")): _(
            "%(field)s: it is not clear which month “%(value)s” means. Enter it like 2024-03."
        ),
        ("not_a_year", _("Year that cannot be read")): _(
            "%(field)s: “%(value)s” is no year. Enter four digits like 2024."
        ),
        ("not_a_school_year", _("School year that cannot be read")): _(
            "%(field)s: “%(value)s” is no school year. Enter it like 2025-2026."
        ),
        ("not_a_number", _("No number")): _(
            "%(field)s: “%(value)s” is no number. Enter digits only."
        ),
        ("not_whole", _("Not a whole number")): _("%(field)s: %(value)s is not a whole number."),
    },
)

_FORM = _table(
    ERROR,
    {
        ("retired_value", _("Value no longer in use")): _(
            "%(field)s: “%(value)s” has been out of use in the list “%(list)s” since %(day)s and "
            "can no longer be chosen. Choose a value in use."
        ),
        ("coming_value", _("Value not yet in use")): _(
            "%(field)s: “%(value)s” of the list “%(list)s” can be chosen from %(day)s on only. "
            "Choose a value in use."
        ),
        ("required", _("Required value missing")): _("%(field)s is missing. Fill it in."),
        ("rows_missing", _("Sub-set without a row")): _(
            "%(set)s: at least one row is needed, also where the answer is “none”."
        ),
        ("too_long", _("Text too long")): _(
            "%(field)s: “%(value)s” is too long. At most %(most)s characters are allowed."
        ),
        ("too_small", _("Number too small")): _(
            "%(field)s: %(value)s is too small. The least is %(least)s."
        ),
        ("too_large", _("Number too large")): _(
            "%(field)s: %(value)s is too large. It must be at most %(most)s."
        ),
        ("not_asked", _("Value that is not asked")): _(
            "“%(value)s” is not asked of this kind of school, or unknown. Remove it."
        ),
        ("repeated_value", _("Value named twice")): _(
            "%(field)s names a value twice. Name each once."
        ),
        ("wrong_form", _("Wrong form")): _(
            "%(field)s: “%(value)s” does not have the form expected. Enter it again."
        ),
    },
)

_IDENTITY = _table(
    ERROR,
    {
        ("identity_missing", _("Identity number missing")): _(
            "The identity number is missing. Enter it."
        ),
        ("identity_form", _("Identity number of the wrong length")): _(
            "A resident identity number has 17 digits and a last character that is a digit or X. "
            "Compare it with the card."
        ),
        ("identity_check_character", _("Identity number with a wrong check character")): _(
            "The identity number is wrong: its last character does not fit the others. "
            "Compare every digit with the card."
        ),
        ("identity_birth_date", _("Identity number with an impossible date")): _(
            "The identity number holds a birth date that does not exist. Compare it with the card."
        ),
        ("identity_region", _("Identity number of no region")): _(
            "The first six digits of the identity number have never been a place. "
            "Compare them with the card."
        ),
        ("identity_document_form", _("Number does not fit the document")): _(
            "The number does not fit the document “%(document)s”. "
            "Check the number and the type of document."
        ),
        ("identity_type_differs", _("Type of document given in two ways")): _(
            "The type of identity document is given in two ways. Enter the record again."
        ),
        ("birth_date_differs", _("Birth date differs from the identity number")): _(
            "%(field)s %(value)s differs from the identity number, which says %(other)s. "
            "Correct the one that is wrong."
        ),
        ("sex_differs", _("Sex differs from the identity number")): _(
            "%(field)s “%(value)s” differs from the identity number, which says “%(other)s”. "
            "Correct the one that is wrong."
        ),
    },
) | _table(
    WARNING,
    {
        ("identity_region_unknown", _("Region of the identity number not listed")): _(
            "The first six digits of the identity number, %(value)s, are not in the list of "
            "places. Compare them with the card; if they are right, say so."
        ),
        ("identity_nationality", _("Foreign nationality with a resident card")): _(
            "%(field)s is “%(value)s”, but the document is a resident identity card. "
            "Correct it or explain."
        ),
        ("age_unlikely", _("Unusual age")): _(
            "The age of %(value)s is unusual for a teacher. Check the birth date or explain."
        ),
        ("name_unlikely", _("Unusual name")): _(
            "The name “%(value)s” holds unusual characters. Check it or explain."
        ),
    },
)

_CONDITIONS = _table(
    ERROR,
    {
        ("needed_here", _("Needed in this case")): _(
            "%(field)s is missing. It is needed because %(cause)s is “%(cause_value)s”."
        ),
        ("empty_here", _("Filled in although it does not apply")): _(
            "%(field)s is “%(value)s”, but this is filled in: %(others)s. "
            "Clear it, or correct %(field)s."
        ),
        ("needed_with", _("Missing beside another value")): _(
            "%(field)s is missing. It is needed because %(cause)s is filled in."
        ),
        ("stands_alone", _("Values that exclude each other")): _(
            "%(field)s: “%(alone)s” cannot be chosen together with other values. "
            "Keep it alone, or remove it."
        ),
    },
)

_ORDER = _table(
    ERROR,
    {
        ("not_after", _("End not after the beginning")): _(
            "%(field)s (%(value)s) must be later than %(other)s (%(other_value)s)."
        ),
        ("before", _("Before what must come first")): _(
            "%(field)s (%(value)s) must not be before %(other)s (%(other_value)s)."
        ),
        ("in_future", _("In the future")): _(
            "%(field)s (%(value)s) lies in the future. Correct it."
        ),
        ("before_birth", _("Before birth")): _(
            "%(field)s (%(value)s) is before the person was born. Correct it."
        ),
        ("year_not_over", _("Year that is not over")): _(
            "%(field)s %(value)s: only years that are over are reported, up to %(most)s."
        ),
        ("school_year_order", _("School year of the wrong years")): _(
            "%(field)s %(value)s: the second year must follow the first."
        ),
    },
) | _table(
    WARNING,
    {
        ("started_young", _("Very young at first employment")): _(
            "%(field)s (%(value)s) means the age of %(age)s. Check it or explain."
        ),
        ("worked_before", _("Employed before the first employment")): _(
            "%(field)s (%(value)s) is before %(other)s (%(other_value)s). Correct the one that is "
            "wrong, or explain."
        ),
        ("same_year_twice", _("Same year in two rows")): _(
            "%(field)s %(value)s stands in two rows. Check them or explain."
        ),
    },
)

_SENSE = _table(
    ERROR,
    {
        ("grade_does_not_fit", _("Post grade of another category")): _(
            "%(field)s “%(value)s” does not belong to the category “%(other_value)s”. "
            "Choose a grade of that category."
        ),
        ("degree_does_not_fit", _("Degree of another level")): _(
            "%(field)s “%(value)s” does not belong to the level “%(other_value)s”. "
            "Choose a degree of that level."
        ),
        ("certificate_number_form", _("Teaching certificate number of the wrong form")): _(
            "%(field)s %(value)s: a teaching certificate has 17 digits. "
            "Compare it with the certificate."
        ),
        ("certificate_kind_differs", _("Teaching certificate number of another kind")): _(
            "%(field)s %(value)s: its tenth digit says “%(other)s”, but %(kind_field)s is "
            "“%(kind)s”. Correct the one that is wrong."
        ),
        ("role_does_not_fit", _("Role of another kind of achievement")): _(
            "%(field)s “%(value)s” does not belong to the kind of achievement “%(other_value)s”. "
            "Choose another role."
        ),
        ("none_beside_rows", _("“None” beside other rows")): _(
            "%(field)s is “%(value)s”, but %(rows)s more rows are filled in. Remove this row, or "
            "the others."
        ),
        ("mobile_form", _("Mobile number of the wrong form")): _(
            "%(field)s %(value)s: a mobile number has 11 digits and begins with 1."
        ),
        ("email_form", _("E-mail address of the wrong form")): _(
            "%(field)s “%(value)s” is no e-mail address. Enter it like name@site.cn."
        ),
        ("not_abroad", _("Stay abroad inside the country")): _(
            "%(field)s must be outside the mainland: this table is for stays abroad."
        ),
        ("same_school", _("Exchange with the same school")): _(
            "%(field)s is the same as %(other)s. Correct one of them."
        ),
    },
) | _table(
    WARNING,
    {
        ("no_qualification", _("Teacher without a qualification")): _(
            "The person holds a teacher post but no teaching qualification. Complete it or explain."
        ),
        ("certificate_year_differs", _("Certificate number of another year")): _(
            "%(field)s %(value)s: its first four digits are not the year of the issue date "
            "%(other)s. Compare them with the certificate or explain."
        ),
        ("certificate_sex_differs", _("Certificate number of the other sex")): _(
            "%(field)s %(value)s: its eleventh digit stands for the other sex. Compare it with "
            "the certificate or explain."
        ),
        ("many_hours", _("Unusual number of periods")): _(
            "%(field)s: %(value)s periods a week are unusual. Check the number or explain."
        ),
        ("established_without_contract", _("On the establishment without a contract")): _(
            "%(field)s is “%(value)s”, although the person is on the establishment. "
            "Check it or explain."
        ),
    },
)

RULES: dict[str, Rule] = {
    **_READING,
    **_FORM,
    **_IDENTITY,
    **_CONDITIONS,
    **_ORDER,
    **_SENSE,
}
