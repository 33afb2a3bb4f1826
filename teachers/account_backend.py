"""Accounts as Django keeps them, read by a query that is put together once."""

from django.contrib.auth.backends import ModelBackend

from teachers.models import User
from teachers.ready_queries import Ready


class AccountBackend(ModelBackend):
    """Every page of a signed-in person asks for the account after its session."""

    def get_user(self, user_id: int) -> User | None:
        """The account of this key if it may be used, else None."""
        found = _ACCOUNT(key=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


_ACCOUNT = Ready("account", lambda key: User.objects.filter(pk=key), key="bigint")
