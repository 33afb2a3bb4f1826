"""Who the recorded teachers are, in groups large enough to hide each person."""

from django.db import connection

from campaigns.models import Campaign
from reports.measures import SMALL
from teachers.models import Code, Organisation

#: First digit of GB/T 4658 to the bands of the report.
EDUCATION = {"1": "graduate", "2": "bachelor", "3": "college", "4": "upper", "6": "upper"}

PEOPLE = """
    WITH people AS MATERIALIZED (
        SELECT r.data -> 'basic' AS basic, r.teacher_id IS NULL AS is_new
        FROM campaigns_record r
        JOIN campaigns_submission s ON s.id = r.submission_id
        JOIN teachers_organisation o ON o.id = s.organisation_id
        WHERE s.campaign_id = %s AND s.state <> 'cancelled' AND o.path LIKE %s
    ), traits AS (
        SELECT basic ->> 'sex' AS sex, basic ->> 'in_establishment' AS established,
               left(basic ->> 'top_education', 1) AS education, basic ->> 'ethnic' AS ethnic, is_new
        FROM people
    )
    SELECT grouping(sex), grouping(established), grouping(education), grouping(ethnic),
           coalesce(sex, established, education, ethnic, ''), count(*),
           count(*) FILTER (WHERE is_new)
    FROM traits
    GROUP BY GROUPING SETS ((sex), (established), (education), (ethnic))
"""


def composition(campaign: Campaign, unit: Organisation) -> dict:
    """Counts of records by sex, establishment, education and ethnic group.

    Ethnic groups with fewer than five people are put together until no small group is left, so
    that nobody can be told from a total and its parts.
    """
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [campaign.pk, f"{unit.path}%"])
        rows = cursor.fetchall()
    traits: dict[str, dict[str, int]] = {
        "sex": {},
        "established": {},
        "education": {},
        "ethnic": {},
    }
    new = 0
    for *marks, value, count, fresh in rows:
        trait = list(traits)[marks.index(0)]
        traits[trait][value] = traits[trait].get(value, 0) + count
        new += fresh if trait == "sex" else 0
    return {
        "people": sum(traits["sex"].values()),
        "new": new,
        "sex": _named(traits["sex"], {"1": "male", "2": "female"}),
        "established": _named(traits["established"], {"1": "yes", "0": "no"}),
        "education": _named(traits["education"], EDUCATION),
        "ethnic": _ethnic(traits["ethnic"]),
    }


def _named(counts: dict[str, int], names: dict[str, str]) -> list[dict]:
    """Counts under the report's own keys, in the order of `names`, the rest as "other"."""
    banded = dict.fromkeys([*names.values(), "other"], 0)
    for value, count in counts.items():
        banded[names.get(value, "other")] += count
    return [{"key": key, "count": count} for key, count in banded.items() if count]


def _ethnic(counts: dict[str, int]) -> list[dict]:
    names = {
        code.code: (code.name, code.name_en)
        for code in Code.objects.filter(code_list__key="gb3304_ethnic", code__in=list(counts))
    }
    shown, hidden = hide_small(counts)
    rows = [
        {
            "key": value,
            "name": names.get(value, (value, ""))[0],
            "name_en": names.get(value, ("", ""))[1],
            "count": count,
        }
        for value, count in shown
    ]
    return rows + ([{"key": "small", "name": "", "name_en": "", "count": hidden}] if hidden else [])


def hide_small(counts: dict[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Largest first; groups below SMALL are summed, with the next one if the sum is small too."""
    shown = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    hidden = 0
    while shown and (shown[-1][1] < SMALL or 0 < hidden < SMALL):
        hidden += shown.pop()[1]
    return shown, hidden
