"""A round half-way through in a whole province: what the reports at full scale are made of.

All schools have handed in. Their counties, cities and the province decide with the engine itself:
in every county some submissions go back to the school, some still lie there; in one county of ten
most do.
"""

from campaigns.models import Campaign, Record, Submission
from teachers import identity
from teachers.enums import Role
from teachers.models import Code, CodeList, Post
from tests.bench import rounds_before, world
from tests.documents import IDENTITY, sound
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Task

CITIES, COUNTIES, SCHOOLS_IN_EACH = 14, 7, 158
RECORDS_IN_EACH = 22
#: Decisions on a submission before its county's: handed in, signed.
SIGNED = 2
BATCH = 1000
REASONS = ("01", "02", "03")
#: Days after the round's first: of the counties, the cities, the province.
COUNTY_DAY, CITY_DAY, PROVINCE_DAY, REPORT_DAY = 1, 3, 5, 22
#: Copies of one record under other numbers, with traits that differ as people's do.
COPIES = """
    INSERT INTO campaigns_record (submission_id, name, identity_type, identity_hash,
        identity_sealed, identity_mask, entered_by_id, entered_at, data)
    SELECT s.id, r.name, r.identity_type,
           encode(sha256((r.identity_hash || s.id || '/' || n)::bytea), 'hex'),
           r.identity_sealed, r.identity_mask, r.entered_by_id, r.entered_at,
           jsonb_set(r.data, '{basic}', r.data -> 'basic' || jsonb_build_object(
               'sex', (1 + (s.id + n) %% 2)::text,
               'birth_date', (date '1964-01-01' + ((s.id * 31 + n * 977) %% 13000)::int)::text,
               'ethnic', lpad((1 + (s.id * n) %% 7)::text, 2, '0'),
               'title', '41' || (1 + n %% 5),
               'top_education', (1 + n %% 3) || '1',
               'post_category', CASE WHEN n %% 11 = 0 THEN '2' ELSE '1' END))
    FROM campaigns_submission s, generate_series(2, %s) n,
         (SELECT * FROM campaigns_record ORDER BY id LIMIT 1) r
    WHERE s.campaign_id = %s
"""


def build() -> tuple[world.World, Campaign]:
    """15,484 schools in 98 counties of 14 cities, 340,000 records; six minutes of one core."""
    here = world.build(
        cities=CITIES,
        counties=COUNTIES,
        schools_in_each=SCHOOLS_IN_EACH,
        staffed=CITIES * COUNTIES,
    )
    by = {"by": here.manager.user, "post": here.manager}
    pattern = world.campaign(here, "2026-PATTERN")
    actions.launch(pattern, at=world.NOW, **by)
    (campaign,) = rounds_before.add(here, pattern=pattern, rounds=1, stops=SIGNED)
    Campaign.objects.filter(pk=campaign.pk).update(launched_at=world.NOW - 20 * world.DAY)
    fill(campaign, here)
    rounds_before.at_rest()
    decide_half_way(campaign, here)
    rounds_before.at_rest()
    return here, Campaign.objects.get(pk=campaign.pk)


def fill(campaign: Campaign, here: world.World) -> None:
    """RECORDS_IN_EACH whole records in every submission."""
    first = Submission.objects.filter(campaign=campaign).earliest("pk")
    pattern = Record.objects.create(
        submission=first,
        name="马晓兰",
        identity_hash=identity.search_hash("1", IDENTITY),
        identity_sealed=identity.seal(IDENTITY),
        identity_mask=identity.mask(IDENTITY),
        data=sound("P"),
        entered_by=here.manager.user,
        entered_at=world.NOW,
    )
    with rounds_before.quick_loading("campaigns_record") as cursor:
        cursor.execute(COPIES, [RECORDS_IN_EACH + 1, campaign.pk])
    pattern.delete()
    Submission.objects.filter(campaign=campaign).update(
        records_count=RECORDS_IN_EACH, checked_at=world.NOW
    )


def decide_half_way(campaign: Campaign, here: world.World) -> None:
    reasons, _made = CodeList.objects.get_or_create(
        key="return_reason", defaults={"name": "退回原因"}
    )
    for place, code in enumerate(REASONS):
        Code.objects.get_or_create(
            code_list=reasons, code=code, defaults={"name": f"原因{code}", "position": place}
        )
    for place, county in enumerate(here.counties):
        waiting, desk = _waiting(campaign, county), here.post(county, Role.REVIEWER)
        back, left = 6 + place % 5, 20 if place % 10 else 100
        _decide(waiting[:back], desk, Verdict.RETURN, COUNTY_DAY, REASONS[place % 3])
        _decide(waiting[back:-left], desk, Verdict.APPROVE, COUNTY_DAY)
    for city in here.cities:
        waiting = _waiting(campaign, city)
        desk = here.post(city, Role.REVIEWER)
        _decide(waiting[: len(waiting) * 3 // 4], desk, Verdict.APPROVE, CITY_DAY)
    waiting = _waiting(campaign, here.province)
    desk = here.post(here.province, Role.REVIEWER)
    _decide(waiting[: len(waiting) // 4], desk, Verdict.APPROVE, PROVINCE_DAY)


def _waiting(campaign: Campaign, unit) -> list[int]:
    tasks = Task.objects.open().filter(campaign=campaign, organisation=unit).order_by("pk")
    return list(tasks.values_list("pk", flat=True))


def _decide(tasks: list[int], post: Post, verdict: Verdict, day: int, reason: str = "") -> None:
    more = {"reasons": [reason], "words": "请核对。"} if reason else {}
    for start in range(0, len(tasks), BATCH):
        receipt = actions.decide(
            tasks[start : start + BATCH],
            verdict=verdict,
            by=post.user,
            post=post,
            at=world.NOW + day * world.DAY,
            **more,
        )
        if receipt.refused:
            raise AssertionError(f"refused: {receipt.refused[:3]}")
