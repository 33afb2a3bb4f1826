"""The field of a state machine."""

from django_fsm import FSMField


class StateField(FSMField):
    """A state that only declared transitions change; in migrations it is the column that it is.

    Every model that a migration puts together with a field of django-fsm listens to all that are
    put together after it, so that the time of a migration grows with the square of their number.
    """

    def deconstruct(self) -> tuple:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
