"""What an approved change does to the file."""

from collections.abc import Iterable
from datetime import datetime

from teachers.models import FieldLock, User


def approve(changes: Iterable[int], *, by: User, at: datetime) -> None:
    """Put those approved changes in force whose day has come. Called by the engine."""


def release_locks(changes: Iterable[int]) -> None:
    """Free the fields that these change requests held."""
    FieldLock.objects.filter(change__in=list(changes)).delete()
