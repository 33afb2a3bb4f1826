"""From django-fsm declarations to a PostgreSQL trigger that enforces the same table."""

import pgtrigger
from django.db import models
from django_fsm import GET_STATE, RETURN_VALUE


def legal_moves(model: type[models.Model], field: str = "state") -> list[tuple[str, str]]:
    """Every (from, to) pair that the @transition methods declare, sorted, without repeats."""
    moves = set()
    for transition in model._meta.get_field(field).get_all_transitions(model):
        target = transition.target
        targets = (
            target.allowed_states if isinstance(target, GET_STATE | RETURN_VALUE) else [target]
        )
        moves.update((str(transition.source), str(to)) for to in targets)
    return sorted(moves)


def enforce_in_database(model: type[models.Model]) -> type[models.Model]:
    """Class decorator: add the trigger `<model>_moves_legally` that refuses any other move.

    The condition asks the same as the trigger's function, so that the function is called for
    illegal moves only: calling it costs ten times what the question does.
    """
    moves = legal_moves(model)
    pairs = ", ".join(f"'{source}:{to}'" for source, to in moves)
    pgtrigger.register(
        pgtrigger.FSM(
            name=f"{model._meta.model_name}_moves_legally",
            field="state",
            transitions=moves,
            condition=pgtrigger.Condition(
                "OLD.state IS DISTINCT FROM NEW.state"
                f" AND OLD.state || ':' || NEW.state NOT IN ({pairs})"
            ),
        )
    )(model)
    return model
