"""Which revision of a file last changed each of its values."""

from collections.abc import Iterable, Sequence

from teachers.files import matched
from teachers.models import DossierRevision

#: Sub-set, row (None in a single sub-set), indicator.
Place = tuple[str, int | None, str]


def origins(revisions: Sequence[DossierRevision]) -> dict[Place, DossierRevision]:
    """For every value of the last revision, the revision that brought it into the file.

    `revisions` are all of one file up to the one that is read, in their order. A value that was
    handed in again unchanged keeps its origin; a row that moved keeps that of its values.
    """
    found: dict[Place, DossierRevision] = {}
    before: dict = {}
    for revision in revisions:
        found = {
            (set_key, row, key): found[set_key, earlier, key] if is_kept else revision
            for set_key, content in revision.data.items()
            for row, earlier, key, is_kept in _values(before.get(set_key), content)
        }
        before = revision.data
    return found


def _values(old, new) -> Iterable[tuple[int | None, int | None, str, bool]]:
    """Row, row before, key, and whether the value is the same as before, of each value."""
    if isinstance(new, dict):
        pairs = [(None, None, old if isinstance(old, dict) else {}, new)]
    else:
        old = old if isinstance(old, list) else []
        pairs = [
            (after, before, {} if before is None else old[before], new[after])
            for before, after in matched(old, new)
            if after is not None
        ]
    for row, earlier, was, now in pairs:
        for key, value in now.items():
            yield row, earlier, key, key in was and was[key] == value
