"""Fictional teachers for the tests of this app: sound answers to the form of a primary school."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from teachers import identity
from teachers.enums import FileStatus
from teachers.models import Dossier, DossierRevision, IndexVersion, Organisation, Teacher

#: Sub-sets the test campaign asks for.
ASKED = ["basic", "learning", "contact"]


def card(number: int) -> str:
    """A valid resident card number of a woman; never the same for two numbers below 100,000."""
    born = birth_date(number)
    body = f"622926{born:%Y%m%d}{number // 5000 * 2 % 500 * 2:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def birth_date(number: int) -> date:
    return date(1975, 1, 1) + timedelta(days=number % 5000)


def name(number: int) -> str:
    return "马" + "一二三四五六七八九十"[number % 10] + "兰芳英梅霞"[number // 10 % 5]


def document(number: int, **basic) -> dict:
    """A person's document without errors; keywords change the basic sub-set."""
    return {
        "basic": {
            "name": name(number),
            "sex": "2",
            "nationality": "156",
            "id_type": "1",
            "birth_date": birth_date(number).isoformat(),
            "ethnic": "03",
            "political": ["13"],
            "work_start": "2010-08",
            "school_start": "2012-08",
            "source": "11",
            "category": "10",
            "in_establishment": "1",
            "contract": "1",
            "normal_grad": "1",
            "special_trained": "0",
            "special_cert": "0",
            "ict": "2",
            "free_normal": "0",
            "grassroots": "0",
            "special_class": "0",
            "backbone": "0",
            "psych": "0",
            "person_status": "100",
            **basic,
        },
        "learning": [
            {
                "education": "21",
                "edu_country": "156",
                "edu_school": "西北师范大学",
                "major": "小学教育",
                "is_normal": "1",
                "enter": "2006-09",
                "leave": "2010-06",
                "degree_level": "0",
            }
        ],
        "contact": {"mobile": f"199{number:08d}"},
    }


def register(
    school: Organisation,
    numbers: Iterable[int],
    at: datetime,
    status: str = FileStatus.ACTIVE,
    data: dict | None = None,
) -> None:
    """Put people on the register, each with an official file."""
    version = IndexVersion.objects.get(code="2026")
    for number in numbers:
        teacher = Teacher.objects.create(
            name=name(number),
            sex="2",
            birth_date=birth_date(number),
            identity_hash=identity.search_hash("1", card(number)),
            identity_sealed=identity.seal(card(number)),
            identity_mask=identity.mask(card(number)),
            organisation=school,
            status=status,
            registered_at=at,
        )
        revision = DossierRevision.objects.create(
            teacher=teacher,
            sequence=1,
            index_version=version,
            organisation=school,
            data=data or document(number),
            source="baseline",
            accepted_at=at,
            effective_on=at.date(),
        )
        Dossier.objects.create(teacher=teacher, revision=revision, revisions=1)
