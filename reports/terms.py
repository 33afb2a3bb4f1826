"""How every figure of the document is counted: its last section."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.enums import StageKind


def terms(figures: dict) -> list[tuple[str, str]]:
    """(term, definition), in the order in which the terms occur."""
    if figures["stage"]["kind"] == StageKind.PREPARATION:
        return [*_preparation(), *_frozen()]
    rows = [*_progress(), *_goal(figures), *_work(figures), *_reviewing()]
    if figures["results"]:
        rows += _closing()
    if figures["draws"]:
        rows += _sampling()
    if figures["ethnic"]:
        rows += _ethnic()
    return [*rows, *_people(), *_frozen()]


def _preparation() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Units asked"),
            _(
                "Schools and universities in the scope of the campaign: by area, form and "
                "organiser. After the launch: those whose submission was opened and not called off."
            ),
        ),
        (
            pgettext("report", "Without clerk, without head"),
            _("No post of that role at the unit is in force on the day of the report."),
        ),
        (
            pgettext("report", "Without reviewer"),
            _(
                "An authority through which submissions of asked units pass, and at which no post "
                "of reviewer is in force on the day of the report."
            ),
        ),
        (pgettext("report", "In place"), _("The unit has a clerk and a head.")),
    ]


def _progress() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Asked"),
            _("Submissions opened for the unit and everything below it, without those called off."),
        ),
        (
            pgettext("report", "Begun"),
            _("Handed to the head at least, or with at least one teacher recorded."),
        ),
        (
            pgettext("report", "Handed in"),
            _(
                "Signed by the head and now with a reviewing authority or approved. A submission "
                "that was returned to the school or recalled does not count until signed again."
            ),
        ),
        (
            pgettext("report", "County stage passed"),
            _(
                "Handed in, and past the review of the county, or of the university or department "
                "that runs the school. Where the route has no such review, handing in suffices."
            ),
        ),
        (
            pgettext("report", "City stage passed"),
            _("Past every review below the province; now with the province or approved."),
        ),
        (
            pgettext("report", "Approved by the province"),
            _("The province has approved; the teachers' official files are published."),
        ),
    ]


def _goal(figures: dict) -> list[tuple[str, str]]:
    goals = {
        StageKind.COLLECTION: pgettext("report", "handed in"),
        StageKind.COUNTY_REVIEW: pgettext("report", "county stage passed"),
        StageKind.CITY_REVIEW: pgettext("report", "city stage passed"),
    }
    stage = figures["stage"]["kind"]
    goal = goals.get(stage, pgettext("report", "approved by the province"))
    return [
        (
            pgettext("report", "Rate, completed, behind"),
            _(
                "The goal of this stage is: %(goal)s. The rate is the share of the units asked "
                "that have reached it, in percent with one decimal; 100.0%% only when all have. "
                "A unit below 90%% counts as behind."
            )
            % {"goal": goal},
        ),
        (
            pgettext("report", "In time"),
            _(
                "Units that stand at the goal and reached it for the first time by the last day of "
                "the stage, or by the day to which it was extended for them; share of the units "
                "asked."
            ),
        ),
        (
            pgettext("report", "Day by day"),
            _("Running totals of units that handed in, and passed this stage, for the first time."),
        ),
    ]


def _work(figures: dict) -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Returned"),
            _(
                "Units whose submission was returned at least once, by any level. Reasons are the "
                "coded reasons of all returns."
            ),
        ),
        (
            pgettext("report", "Answered"),
            _(
                "A return to the school is answered by the head's next signature. Working days are "
                "those of the school's authority after the day of the return; %(days)s are allowed."
            )
            % {"days": figures["returns"]["allowed"]},
        ),
        (
            pgettext("report", "Rework"),
            _(
                "How often a submission was handed in to the head's signature, returns and recalls "
                "included."
            ),
        ),
        (
            pgettext("report", "Overdue"),
            _(
                "Open tasks whose due day is before the day of the report, on any desk on the way "
                "of the unit's submissions. Days are calendar days."
            ),
        ),
        (
            pgettext("report", "Waiting for long"),
            _(
                "Submissions that lie at one reviewing desk for more than %(days)s working days of "
                "that desk's calendar."
            )
            % {"days": figures["waiting"]["days"]},
        ),
    ]


def _reviewing() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Median wait"),
            _("Half of the decisions of the step came within this time after the task opened."),
        ),
        (
            pgettext("report", "Load"),
            _(
                "Approvals and returns by the reviewers and chiefs of the unit and of the desks "
                "below it."
            ),
        ),
        (
            pgettext("report", "Problem data"),
            _(
                "Cases in which a unit here is a party: one person in two schools, numbers nearly "
                "alike, claims that cannot be true. Settled: by the common superior. Corrected by "
                "the schools: gone before a decision."
            ),
        ),
        (
            pgettext("report", "Exceptions to the separation of duties"),
            _(
                "Decisions in the ledger by persons who had entered, signed or judged the same "
                "case before, asked of every decision by the rules of the engine."
            ),
        ),
    ]


def _sampling() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Sampling"),
            _(
                "Before approving in bulk a desk opens and judges submissions that are drawn at "
                "random, by risk, among those in which the checks found nothing."
            ),
        ),
    ]


def _ethnic() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Ethnic autonomous areas"),
            _("Units of autonomous prefectures and counties, as marked in the register."),
        ),
    ]


def _closing() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Files published"),
            _("Teachers for whom this campaign wrote a revision of the official electronic file."),
        ),
        (
            pgettext("report", "Numbers issued"),
            _("Teacher numbers issued since the launch to teachers whose file it published."),
        ),
    ]


def _people() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Teachers"),
            _(
                "Records in the submissions, in whatever state. In every breakdown, groups with "
                "fewer than five people are put together, with the next larger one if need be, so "
                "that nobody can be recognised."
            ),
        ),
        (
            pgettext("report", "New to the register"),
            _(
                "No file stood under their identity document when the records of their unit were "
                "counted after it had handed in; until then, now."
            ),
        ),
        (
            pgettext("report", "Age, title"),
            _(
                "Age reached in the year of the report. Titles by the level of GB/T 8561: the last "
                "digit of the code."
            ),
        ),
        (
            pgettext("report", "Teaching qualification"),
            _(
                "Of those on a teaching post: the highest certificate against the stage taught, by "
                "article 5 of the Regulations on Teacher Qualifications: it is good for its own "
                "stage and those below."
            ),
        ),
        (
            pgettext("report", "Bilingual"),
            _(
                "A language of an ethnic group is recorded among the skills: Tibetan, Mongolian, "
                "Kazakh, Uygur, Kirghiz, Korean, Yi or Zhuang."
            ),
        ),
    ]


def _frozen() -> list[tuple[str, str]]:
    return [
        (
            pgettext("report", "Frozen figures"),
            _(
                "All figures were counted in one moment of the database, the one printed at the "
                "foot of every page, and kept. The fingerprint is computed from them; two "
                "documents with the same fingerprint say the same."
            ),
        ),
    ]
