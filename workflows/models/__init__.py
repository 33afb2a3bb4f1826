from .cases import Case, Route, RouteStop
from .decisions import Decision
from .tasks import Task

__all__ = ["Case", "Decision", "Route", "RouteStop", "Task"]
