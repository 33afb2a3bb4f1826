"""What can be done to cases: open, claim, decide, recall, settle, cancel; and to desks."""

from .asking import ask
from .claiming import WhyMissing, assign, claim, release
from .deciding import ReasonMissing, UnknownReason, decide
from .delegating import CannotDelegate, NotYourPost, delegate, end_delegation
from .documents import (
    CannotSettle,
    NotAtThisDesk,
    open_change,
    settle,
)
from .extending import CannotExtend, Extended, NotYourUnit, extend
from .handing_over import (
    CannotAppoint,
    CannotHandOver,
    HandedOver,
    NotYourDesk,
    appoint,
    hand_over,
)
from .opening import Launched, NotForManager, launch
from .problem_cases import end_vanished, open_problems
from .recalling import CannotRecall, recall, withdraw
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "CannotAppoint",
    "CannotDelegate",
    "CannotExtend",
    "CannotHandOver",
    "CannotRecall",
    "CannotSettle",
    "Extended",
    "HandedOver",
    "Launched",
    "NotAtThisDesk",
    "NotForManager",
    "NotYourDesk",
    "NotYourPost",
    "NotYourUnit",
    "ReasonMissing",
    "UnknownReason",
    "WhyMissing",
    "appoint",
    "ask",
    "assign",
    "begin_collection",
    "begin_review",
    "cancel",
    "claim",
    "close",
    "decide",
    "delegate",
    "end_delegation",
    "end_vanished",
    "extend",
    "hand_over",
    "launch",
    "open_change",
    "open_problems",
    "recall",
    "release",
    "settle",
    "withdraw",
]
