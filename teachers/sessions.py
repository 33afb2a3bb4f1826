"""Sessions in the database, as Django's, read by a query that is put together once."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from teachers.ready_queries import Ready


class SessionStore(db.SessionStore):
    """Every page of everybody begins with this query."""

    def _get_session_from_db(self) -> Session | None:
        found = _RUNNING(key=self.session_key or "", at=timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]


def _running(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


_RUNNING = Ready("running_session", _running, key="text", at="timestamptz")
