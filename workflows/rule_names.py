"""A few words for each rule: what stands on a tag when the whole sentence would be too long."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    # read from a workbook or a form
    "unknown_code": _("not in the code list"),
    "retired_value": _("value out of use"),
    "coming_value": _("value not yet in use"),
    "digits_lost": _("digits lost"),
    "not_text": _("no text"),
    "not_a_date": _("no date"),
    "day_missing": _("day missing"),
    "not_a_month": _("no month"),
    "month_ambiguous": _("month unclear"),
    "not_a_year": _("no year"),
    "not_a_school_year": _("no school year"),
    "not_a_number": _("no number"),
    "not_whole": _("no whole number"),
    # the form
    "required": _("missing value"),
    "rows_missing": _("missing rows"),
    "too_long": _("too long"),
    "too_small": _("too small"),
    "too_large": _("too large"),
    "not_asked": _("not asked"),
    "repeated_value": _("value twice"),
    "wrong_form": _("wrong form"),
    # identity
    "identity_missing": _("identity number missing"),
    "identity_form": _("identity number incomplete"),
    "identity_check_character": _("wrong check character"),
    "identity_birth_date": _("impossible birth date"),
    "identity_region": _("region does not exist"),
    "identity_document_form": _("document number form"),
    "identity_type_differs": _("document type differs"),
    "birth_date_differs": _("birth date differs"),
    "sex_differs": _("sex differs"),
    "identity_region_unknown": _("unknown region"),
    "identity_nationality": _("nationality and document"),
    "age_unlikely": _("unusual age"),
    "name_unlikely": _("unusual name"),
    # one value depends on another
    "needed_here": _("value needed here"),
    "empty_here": _("value not allowed here"),
    "needed_with": _("value needed with it"),
    "stands_alone": _("excludes other values"),
    # dates
    "not_after": _("dates contradict"),
    "before": _("dates contradict"),
    "in_future": _("date in the future"),
    "before_birth": _("date before birth"),
    "year_not_over": _("year not over"),
    "school_year_order": _("school year order"),
    "started_young": _("began very young"),
    "same_year_twice": _("same year twice"),
    # sense
    "grade_does_not_fit": _("grade and category"),
    "degree_does_not_fit": _("degree and level"),
    "certificate_number_form": _("certificate number"),
    "certificate_kind_differs": _("certificate kind"),
    "certificate_year_differs": _("certificate year"),
    "certificate_sex_differs": _("certificate sex"),
    "role_does_not_fit": _("role and kind"),
    "none_beside_rows": _("none beside rows"),
    "worked_before": _("worked earlier"),
    "mobile_form": _("mobile number"),
    "email_form": _("e-mail address"),
    "not_abroad": _("stay abroad"),
    "same_school": _("same school twice"),
    "no_qualification": _("no teaching qualification"),
    "many_hours": _("many lessons"),
    "established_without_contract": _("establishment and contract"),
    # the campaign
    "in_two_schools": _("in two schools"),
    "active_and_left": _("left elsewhere"),
    "suspected_twin": _("suspected twin"),
    "near_identity": _("number almost the same"),
    "identity_against_card": _("file against card"),
    "to_be_corrected": _("to be corrected"),
    "belongs_elsewhere": _("belongs elsewhere"),
    "has_left": _("has left or retired"),
    "not_on_the_staff": _("not on the staff"),
    "contract_staff_not_asked": _("contract staff not asked"),
    "post_category_not_asked": _("post not asked"),
    "fewer_than_on_the_register": _("fewer than on the register"),
    "differs_from_the_register": _("staff differs from the register"),
    "new_on_the_register": _("new school"),
}


def rule_name(rule: str) -> str:
    """The words of a rule; a rule without any shows its code."""
    return str(NAMES.get(rule, rule))
