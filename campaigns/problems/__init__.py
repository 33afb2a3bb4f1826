"""Problem data: finding it, the schools' answers, settling it."""

from .settling import settle

__all__ = ["settle"]
