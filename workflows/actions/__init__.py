"""What can be done to cases: open, decide, recall, settle, cancel."""

from .asking import ask
from .calendar_changes import (
    CalendarMoved,
    CannotChangeCalendar,
    Declaration,
    NotYourCalendar,
    change_calendar,
)
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
from .reminding import Reminded, remind
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "CalendarMoved",
    "CannotChangeCalendar",
    "CannotExtend",
    "CannotRecall",
    "CannotSettle",
    "Declaration",
    "Extended",
    "Launched",
    "NotAtThisDesk",
    "NotForManager",
    "NotYourCalendar",
    "NotYourUnit",
    "ReasonMissing",
    "Reminded",
    "UnknownReason",
    "ask",
    "begin_collection",
    "begin_review",
    "cancel",
    "change_calendar",
    "close",
    "decide",
    "end_vanished",
    "extend",
    "launch",
    "open_change",
    "open_problems",
    "recall",
    "remind",
    "settle",
    "withdraw",
]
