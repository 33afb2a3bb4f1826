from .acts import Act, ActItem
from .cases import Case, Route, RouteStop
from .deadlines import CalendarChange, Extension, Message, Reminder
from .decisions import Decision
from .desk_counts import DeskCount, DeskCountChange
from .desks import DeskSetting, Reorganisation
from .holdings import Holding
from .seals import Seal, SealedHead
from .tasks import Task

__all__ = [
    "Act",
    "ActItem",
    "CalendarChange",
    "Case",
    "Decision",
    "DeskCount",
    "DeskCountChange",
    "DeskSetting",
    "Extension",
    "Holding",
    "Message",
    "Reminder",
    "Reorganisation",
    "Route",
    "RouteStop",
    "Seal",
    "SealedHead",
    "Task",
]
