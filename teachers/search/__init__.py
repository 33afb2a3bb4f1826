"""Finding teachers: what is asked (`asking`), and the statement that answers it (`finding`)."""

from teachers.search.asking import Filters, Question, understand
from teachers.search.finding import Page, Row, read
from teachers.search.trace import note

__all__ = ["Filters", "Page", "Question", "Row", "note", "read", "understand"]
