"""What can be done to cases: open, decide, recall, settle, cancel."""

from .asking import ask
from .deciding import ReasonMissing, UnknownReason, decide
from .documents import (
    CannotSettle,
    NotAtThisDesk,
    open_change,
    settle,
)
from .opening import Launched, NotForManager, launch
from .problem_cases import end_vanished, open_problems
from .recalling import CannotRecall, recall, withdraw
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "CannotRecall",
    "CannotSettle",
    "Launched",
    "NotAtThisDesk",
    "NotForManager",
    "ReasonMissing",
    "UnknownReason",
    "ask",
    "begin_collection",
    "begin_review",
    "cancel",
    "close",
    "decide",
    "end_vanished",
    "launch",
    "open_change",
    "open_problems",
    "recall",
    "settle",
    "withdraw",
]
