"""What can be done to cases (open, claim, decide, recall, settle, cancel, seal) and to desks."""

from .asking import ask
from .calendar_changes import (
    CalendarMoved,
    CannotChangeCalendar,
    Declaration,
    NotYourCalendar,
    change_calendar,
)
from .claiming import WhyMissing, assign, claim, release
from .deciding import ReasonMissing, UnknownReason, decide
from .delegating import CannotDelegate, NotYourPost, delegate, end_delegation
from .documents import CannotSettle, NotAtThisDesk, open_change, settle
from .extending import CannotExtend, Extended, NotYourUnit, extend
from .handing_over import CannotAppoint, CannotHandOver, HandedOver, NotYourDesk, appoint, hand_over
from .managing import (
    CannotCancel,
    CannotReopen,
    cancel_submission,
    reopen_campaign,
    reopen_submission,
)
from .opening import Launched, NotForManager, launch
from .problem_cases import end_vanished, open_problems
from .recalling import CannotRecall, recall, withdraw
from .reminding import Reminded, remind
from .reorganising import reorganise
from .sampling import (
    AlreadyJudged,
    CannotDraw,
    CannotJudge,
    NotYourSample,
    draw,
    judge,
    open_sampled,
)
from .sealing import AlreadySealed, CannotSeal, can_be_sealed, seal, seal_due
from .setting_desks import NoChief, NotForThisDesk, set_desk
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "AlreadyJudged",
    "AlreadySealed",
    "CalendarMoved",
    "CannotAppoint",
    "CannotCancel",
    "CannotChangeCalendar",
    "CannotDelegate",
    "CannotDraw",
    "CannotExtend",
    "CannotHandOver",
    "CannotJudge",
    "CannotRecall",
    "CannotReopen",
    "CannotSeal",
    "CannotSettle",
    "Declaration",
    "Extended",
    "HandedOver",
    "Launched",
    "NoChief",
    "NotAtThisDesk",
    "NotForManager",
    "NotForThisDesk",
    "NotYourCalendar",
    "NotYourDesk",
    "NotYourPost",
    "NotYourSample",
    "NotYourUnit",
    "ReasonMissing",
    "Reminded",
    "UnknownReason",
    "WhyMissing",
    "appoint",
    "ask",
    "assign",
    "begin_collection",
    "begin_review",
    "can_be_sealed",
    "cancel",
    "cancel_submission",
    "change_calendar",
    "claim",
    "close",
    "decide",
    "delegate",
    "draw",
    "end_delegation",
    "end_vanished",
    "extend",
    "hand_over",
    "judge",
    "launch",
    "open_change",
    "open_problems",
    "open_sampled",
    "recall",
    "release",
    "remind",
    "reopen_campaign",
    "reopen_submission",
    "reorganise",
    "seal",
    "seal_due",
    "set_desk",
    "settle",
    "withdraw",
]
