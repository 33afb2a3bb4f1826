"""What can be done to cases: open, decide, recall, settle, cancel, seal."""

from .asking import ask
from .deciding import ReasonMissing, UnknownReason, decide
from .documents import (
    CannotSettle,
    NotAtThisDesk,
    open_change,
    settle,
)
from .extending import CannotExtend, Extended, NotYourUnit, extend
from .opening import Launched, NotForManager, launch
from .problem_cases import end_vanished, open_problems
from .recalling import CannotRecall, recall, withdraw
from .sealing import AlreadySealed, CannotSeal, can_be_sealed, seal, seal_due
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "AlreadySealed",
    "CannotExtend",
    "CannotRecall",
    "CannotSeal",
    "CannotSettle",
    "Extended",
    "Launched",
    "NotAtThisDesk",
    "NotForManager",
    "NotYourUnit",
    "ReasonMissing",
    "UnknownReason",
    "ask",
    "begin_collection",
    "begin_review",
    "can_be_sealed",
    "cancel",
    "close",
    "decide",
    "end_vanished",
    "extend",
    "launch",
    "open_change",
    "open_problems",
    "recall",
    "seal",
    "seal_due",
    "settle",
    "withdraw",
]
