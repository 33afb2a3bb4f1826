"""Exports of the register: a selection of teachers as a workbook, for a reason that is kept."""
