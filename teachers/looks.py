"""Who has looked at a teacher's file, for the teacher to read (PIPL, article 45)."""

from dataclasses import dataclass

from django.utils.translation import pgettext, pgettext_lazy

from teachers.models import AccessEntry, IndicatorSet, Teacher

PAGE_SIZE = 20
#: What was done, as the teacher is told.
ACTS = {
    "read_file": pgettext_lazy("file", "Opened the file"),
    "read_record": pgettext_lazy("file", "Opened the record in a submission"),
    "read_change": pgettext_lazy("file", "Opened a change request"),
    "read_problem": pgettext_lazy("file", "Opened a problem case"),
    "read_attachment": pgettext_lazy("file", "Opened an attachment"),
    "reveal_identity": pgettext_lazy("file", "Showed the identity number"),
    "search_identity": pgettext_lazy("file", "Searched by the identity number"),
    "dossier_download": pgettext_lazy("file", "Downloaded the file"),
    "export": pgettext_lazy("file", "Exported it with others"),
}


@dataclass(frozen=True)
class Look:
    """One entry of the access log: what was done and which sub-sets were shown, in words."""

    entry: AccessEntry
    act: str
    sets: list[str]


def looks_at(teacher: Teacher, *, before: int | None = None) -> tuple[list[Look], int | None]:
    """What others did with the teacher's file, newest first, and the key to go on before.

    Two queries. The teacher's own looks are left out: they are in the log, but not news.
    """
    rows = (
        AccessEntry.objects.filter(teacher=teacher)
        .exclude(user__teacher=teacher)
        .select_related("user", "post__organisation")
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    following = page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None
    names = _names()
    return [_look(entry, names) for entry in page[:PAGE_SIZE]], following


def _look(entry: AccessEntry, names: dict[str, str]) -> Look:
    act = ACTS.get(entry.action, pgettext("file", "Used its data"))
    return Look(entry, str(act), [names[key] for key in entry.sets if key in names])


def _names() -> dict[str, str]:
    """Key to name of every sub-set, in the language of the thread; the newest version's name."""
    return {row.key: str(row) for row in IndicatorSet.objects.order_by("version_id", "position")}
