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
from .deciding import StillRunning, decide_now
from .previewing import Preview, preview
from .repeating import possible_now, retry
from .returning import return_one

__all__ = [
    "CannotUndo",
    "KeyUsed",
    "NotYourAct",
    "NothingSelected",
    "NothingToResume",
    "Preview",
    "StillRunning",
    "ask",
    "carry_out",
    "decide_now",
    "possible_now",
    "preview",
    "resume",
    "retry",
    "return_one",
    "undo",
    "undo_until",
]
