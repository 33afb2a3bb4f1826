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
from .managing import (
    CannotCancel,
    CannotReopen,
    WhyMissing,
    cancel_submission,
    reopen_campaign,
    reopen_submission,
)
from .opening import Launched, NotForManager, launch
from .problem_cases import end_vanished, open_problems
from .recalling import CannotRecall, recall, withdraw
from .reorganising import reorganise
from .sealing import AlreadySealed, CannotSeal, can_be_sealed, seal, seal_due
from .setting_desks import NoChief, NotForThisDesk, set_desk
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "AlreadySealed",
    "CannotCancel",
    "CannotExtend",
    "CannotRecall",
    "CannotReopen",
    "CannotSeal",
    "CannotSettle",
    "Extended",
    "Launched",
    "NoChief",
    "NotAtThisDesk",
    "NotForManager",
    "NotForThisDesk",
    "NotYourUnit",
    "ReasonMissing",
    "UnknownReason",
    "WhyMissing",
    "ask",
    "begin_collection",
    "begin_review",
    "can_be_sealed",
    "cancel",
    "cancel_submission",
    "close",
    "decide",
    "end_vanished",
    "extend",
    "launch",
    "open_change",
    "open_problems",
    "recall",
    "reopen_campaign",
    "reopen_submission",
    "reorganise",
    "seal",
    "seal_due",
    "set_desk",
    "settle",
    "withdraw",
]
