"""Acts: one press of a button over many tasks, as something that lasts and has a receipt."""

from .asking import (
    CannotUndo,
    KeyUsed,
    NothingSelected,
    NothingToResume,
    NotYourAct,
    ask,
    resume,
    undo,
    undo_until,
)
from .carrying import carry_out

__all__ = [
    "CannotUndo",
    "KeyUsed",
    "NotYourAct",
    "NothingSelected",
    "NothingToResume",
    "ask",
    "carry_out",
    "resume",
    "undo",
    "undo_until",
]
