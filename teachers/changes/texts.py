"""What the checks of a change say, in words."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teachers.enums import FileStatus
from teachers.rules import RULES, issue_text

TEXTS: dict[str, str | Promise] = {
    "evidence_missing": _("Attach the evidence: %(evidence)s."),
    "reason_missing": _("Say in words why this is asked."),
    "nothing_changes": _("Nothing is changed yet: enter the new value of at least one field."),
    "not_of_this_kind": _("“%(field)s” is changed by another kind of request. Take it out here."),
    "identity_missing": _("Enter the number of the identity document."),
    "identity_taken": _(
        "The identity number %(mask)s belongs to another person on the register. Check the number;"
        " if both are one person, report it as problem data."
    ),
    "already_in_service": _(
        "%(name)s is on file in service at %(school)s. Ask for a transfer instead of a new hire."
    ),
    "not_to_be_hired": _("The file of %(name)s is “%(status)s”: nobody can be hired under it."),
    "not_here_any_more": _("%(name)s is now on file at %(school)s: this request is void."),
    "wrong_status": _("The file of %(name)s is “%(status)s”: this change cannot be made to it."),
    "not_away": _("%(name)s is neither on leave nor with another school: there is no return."),
    "no_file": _("%(name)s has no official file yet. Report the person in a campaign or hire."),
    "until_missing": _("Enter the day of return."),
    "outside_missing": _("Name the place outside the province."),
    "host_missing": _("Name the school or the place where the person goes."),
    "too_early": _("It cannot begin before %(day)s, when the present employment began."),
    "too_far_ahead": _("It begins more than a year ahead. Ask for it nearer to its day."),
    "status_unknown": _("Choose the new status of the person."),
}


def text(error: dict) -> str:
    """One error of ChangeRequest.errors in the active language. KeyError for an unknown rule."""
    if error["rule"] in RULES:
        return issue_text(error["rule"], error["params"])
    params = dict(error["params"])
    if (get_language() or "").startswith("en"):
        params |= {key: params.get(f"{key}_en") or value for key, value in params.items()}
    if "status" in params:
        params["status"] = FileStatus(params["status"]).label
    return str(TEXTS[error["rule"]]) % params
