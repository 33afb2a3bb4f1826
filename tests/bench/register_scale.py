"""The register at full scale: building it, publishing 100,000 records, searching it.

The synthetic province has every teacher in service and nobody with a number. Publication gives
100,000 of them theirs (every second record is of a person the register does not know yet), a tenth
get another status; then every kind of question is asked from every kind of desk.
"""

from datetime import date
from itertools import product

from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from campaigns import publication
from campaigns.models import Campaign
from teachers import province, search
from teachers.enums import OrganisationKind, Role
from teachers.models import Organisation, Post, Teacher, TeacherNumber
from tests.bench import world
from tests.bench.measuring import Figure, analyse, most_figure, seconds
from workflows import actions as flow

AREA = "register"
SCALE, RECORDS = 1.0, 100_000
MOST_BUILD, MOST_PUBLICATION, MOST_SEARCH = 180, 60, 50  # seconds, seconds, milliseconds
ON = date(2026, 11, 23)
FILL = """
INSERT INTO campaigns_record (submission_id, name, identity_type, identity_hash, identity_sealed,
    identity_mask, data, entered_by_id, entered_at)
SELECT answer.id, person.name, person.identity_type,
       CASE WHEN person.id %% 2 = 0 THEN person.identity_hash
            ELSE 'new' || substr(person.identity_hash, 4) END,
       person.identity_sealed, person.identity_mask, revision.data, %(by)s, %(at)s
FROM campaigns_submission AS answer
JOIN teachers_teacher AS person USING (organisation_id)
JOIN teachers_dossier AS file ON file.teacher_id = person.id
JOIN teachers_dossierrevision AS revision ON revision.id = file.revision_id
WHERE answer.campaign_id = %(campaign)s ORDER BY person.id LIMIT %(records)s
"""
STATUSES = """
UPDATE teachers_teacher SET status = CASE WHEN id % 100 < 8 THEN 'retired'
    WHEN id % 200 = 8 THEN 'left' WHEN id % 1000 = 9 THEN 'away' ELSE 'deceased' END
WHERE id % 100 < 10
"""
#: Rare and very common names, letters, numbers, digits; each alone and narrowed.
WORDS = [
    *("", "王", "汪", "单", "万", "欧阳", "王建国", "w", "wang", "z", "zxm", "zhangxiaoming"),
    *("lhzzz", "62", "6200001", "62000012", "620102", "622926", "0031", "620102*0031"),
    "620102199011240031",
]
NARROWED = [
    {},
    {"ethnic": "03"},
    {"ethnic": "01", "status": "active"},
    {"ethnic": "51"},
    {"ethnic": "26", "status": "retired"},
    {"status": "deceased"},
    {"school": "第二中学"},
]


def measure() -> list[Figure]:
    """Build, publish and search; needs empty tables and the reference data."""
    built = seconds(lambda: province.build(scale=SCALE))
    figures = [
        most_figure(
            AREA,
            f"build the province: {Teacher.objects.count():,} teachers",
            built,
            "s",
            target=MOST_BUILD,
        ),
        measure_publication(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(STATUSES)
        cursor.execute("VACUUM ANALYZE teachers_teacher")
    return figures + measure_search()


# --- Publishing ------------------------------------------------------------------------------
def measure_publication() -> Figure:
    """From 100,000 accepted records to official files and numbers, in one transaction."""
    campaign = accepted_records()
    answers = list(campaign.submissions.values_list("pk", flat=True))
    analyse()

    def publish() -> None:
        with transaction.atomic():
            published.append(publication.publish(answers, by=campaign.created_by, at=world.NOW))

    published: list = []
    took = seconds(publish)
    done, live = published[0], TeacherNumber.objects.filter(is_live=True)
    if not done.files == done.numbers_issued == live.count() == RECORDS:
        raise AssertionError(f"not everybody has a file and a number: {done}")
    return most_figure(
        AREA, f"publish {RECORDS:,} accepted records", took, "s", target=MOST_PUBLICATION
    )


def accepted_records() -> Campaign:
    """A launched campaign over the province, and the first 100,000 records of its answers."""
    top = Organisation.objects.get(kind=OrganisationKind.PROVINCE)
    manager = Post.objects.filter(organisation=top, role=Role.MANAGER).select_related("user")[0]
    campaign = world.campaign(world.World(top, top, [], [], {}, manager))
    flow.launch(campaign, by=manager.user, post=manager, at=world.NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "by": manager.user_id,
                "at": world.NOW,
                "campaign": campaign.pk,
                "records": RECORDS,
            },
        )
        if cursor.rowcount != RECORDS:
            raise AssertionError(f"only {cursor.rowcount} records")
    return campaign


# --- Searching -------------------------------------------------------------------------------
def desks() -> dict[str, Organisation]:
    """The places with the most teachers of each kind, and the smallest city."""
    cities = [
        Organisation.objects.get(pk=row["branch"])
        for row in Teacher.objects.filter(branch__kind=OrganisationKind.CITY)
        .values("branch")
        .annotate(people=Count("pk"))
        .order_by("-people")
    ]
    counties = (
        Teacher.objects.filter(organisation__parent__kind=OrganisationKind.COUNTY)
        .values("organisation__parent")
        .annotate(people=Count("pk"))
        .order_by("-people")
    )
    schools = Organisation.objects.annotate(people=Count("teachers")).order_by("-people")
    return {
        "province": Organisation.objects.get(kind=OrganisationKind.PROVINCE),
        "the largest city": cities[0],
        "the smallest city": cities[-1],
        "the largest county": Organisation.objects.get(pk=counties[0]["organisation__parent"]),
        "the largest school": schools[0],
    }


def measure_search() -> list[Figure]:
    """For each desk the slowest first page of all questions, in milliseconds of SQL."""
    figures = []
    for name, place in desks().items():
        post = Post(organisation=place, role=Role.REVIEWER)
        slowest, question = max(
            (first_page(post, {"q": words, **narrowed}), f"{words} {narrowed or ''}".strip())
            for words, narrowed in product(WORDS, NARROWED)
        )
        figures.append(
            most_figure(
                AREA,
                f"search, {name}: slowest of {len(WORDS) * len(NARROWED)} ({question})",
                slowest,
                "ms",
                target=MOST_SEARCH,
            )
        )
    return figures


def first_page(post: Post, asked: dict[str, str]) -> float:
    """Milliseconds of SQL of one search: the middle one of three."""
    times = []
    for _turn in range(3):
        with CaptureQueriesContext(connection) as captured:
            search.read(post, search.Filters(**asked), on=ON)
        times.append(sum(float(query["time"]) for query in captured.captured_queries))
    return 1000 * sorted(times)[1]
