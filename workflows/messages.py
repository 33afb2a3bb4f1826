"""Telling people things: once for each person and key, on screen and by e-mail.

`facts` is what a text is made from (message_texts.py says which facts each kind has), so that every
reader gets it in the own language. Names of teachers and words about them do not belong there:
messages are mailed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from json import dumps

from django.db import connection
from django.db.models import Q

from campaigns.models import Campaign
from teachers.models import Organisation, User
from workflows.enums import MessageKind
from workflows.models import Message

PAGE = 50
#: The bell counts no further.
MOST_COUNTED = 100


def tell(
    user_ids: Iterable[int], *, kind: MessageKind, key: str, facts: Mapping, at: datetime
) -> int:
    """Tell people something, but for those who were told of this key before; return how many.

    One statement whatever their number, part of the caller's transaction. Accounts that are closed
    are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workflows_message (user_id, kind, key, facts, at, mail_error)
            SELECT person.id, %s, %s, %s::jsonb, %s, ''
            FROM teachers_user AS person
            WHERE person.id = ANY(%s) AND person.is_active
            ORDER BY person.id
            ON CONFLICT (user_id, key) DO NOTHING
            """,
            [MessageKind(kind).value, key, dumps(facts), at, sorted(set(user_ids))],
        )
        return cursor.rowcount


def named(thing: Organisation | Campaign) -> dict[str, str]:
    """Both names of an organisation or a campaign, and its code, as facts hold them."""
    return {"code": thing.code, "name": thing.name, "name_en": thing.name_en}


# --- Reading ----------------------------------------------------------------------------------


def unread_count(user: User) -> int:
    """How many messages the person has not read, MOST_COUNTED at most (one query)."""
    return Message.objects.unread().filter(user=user)[:MOST_COUNTED].count()


def page(user: User, *, unread: bool, after: str) -> tuple[list[Message], str]:
    """One page of a person's messages, the newest first, and the key of the next page ("": none).

    Plan: the index messages_of_a_person, backwards from the cursor.
    """
    found = Message.objects.filter(user=user)
    if unread:
        found = found.unread()
    rows = list(_after(found, after).order_by("-at", "-id")[: PAGE + 1])
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{last.at.isoformat()},{last.pk}"


def _after(found, cursor: str):
    moment, _comma, key = cursor.partition(",")
    try:
        at, pk = datetime.fromisoformat(moment), int(key)
    except ValueError:
        return found
    if at.tzinfo is None or not 0 <= pk < 2**63:
        return found
    return found.filter(Q(at=at, pk__lt=pk) | Q(at__lt=at), at__lte=at)


def mark_read(user: User, *, at: datetime, pk: int | None = None) -> int:
    """Note that the person has read one message (or all of them); return how many were unread."""
    unread = Message.objects.unread().filter(user=user)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.update(read_at=at)
