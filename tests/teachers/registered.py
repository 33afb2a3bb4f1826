"""Teachers on the register, for tests: as many as wanted, all alike but for what is said."""

from datetime import UTC, date, datetime

from teachers import identity
from teachers.models import Organisation, Teacher

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def person(school: Organisation, name: str, card: str, **more) -> Teacher:
    """A teacher who is not saved yet; `card` is any identity number."""
    values = {"sex": "2", "birth_date": date(1990, 11, 24), "ethnic": "03"} | more
    return Teacher(
        name=name,
        identity_hash=identity.search_hash("1", card),
        identity_sealed=identity.seal(card),
        identity_mask=identity.mask(card),
        organisation=school,
        registered_at=AT,
        **values,
    )


def register(*people: Teacher) -> list[Teacher]:
    return Teacher.objects.bulk_create(people)
