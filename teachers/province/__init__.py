"""A synthetic province on the real tree of Gansu, for demonstrations and measurements."""

from teachers.province.building import PASSWORD, DatabaseNotEmpty, ScaleOutOfRange, build

__all__ = ["PASSWORD", "DatabaseNotEmpty", "ScaleOutOfRange", "build"]
