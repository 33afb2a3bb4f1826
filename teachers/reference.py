"""Loads the reference data shipped in `teachers/data/`: code lists and the index system.

Code lists may grow and their names may be corrected by a later release; a value is never removed,
it gets a last day. A value that administrators added or ended on screen is left as they made it. A
published version of the index system never changes. The policies of change requests are where a
province begins: a kind that has none gets the shipped one, and what an administrator has changed
since stays as it is. The same holds for the country's holidays and make-up days, year by year.
"""

from dataclasses import dataclass
from datetime import date
from typing import TextIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teachers.data_files import rows_of
from teachers.enums import ChangeKind, Need, Reach, SchoolKind, VersionState
from teachers.models import (
    ChangePolicy,
    Code,
    CodeList,
    IndexVersion,
    Indicator,
    IndicatorSet,
    SpecialDay,
)
from teachers.refusals import Refusal
from teachers.schema import forget_forms

CURRENT_VERSION = "2026"
VERSION_NAMES = {"2026": "教师基础信息指标体系（2026 年版）"}

CODE_FIELDS = ("name", "name_en", "position", "valid_to")


class PublishedVersionDiffers(Refusal):
    """The files describe a published version otherwise than the database holds it."""

    code = "published_version_differs"


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows in force, and how many of them it had to write."""

    code_lists: int
    codes: int
    indicator_sets: int
    indicators: int
    change_policies: int
    special_days: int
    written: int


def needs_of(notation: str, kinds: str) -> dict[str, str]:
    """Read the notation of the index system into a map from form letter to `Need` letter.

    "R" is asked of every form; "R(P,S)" of these forms only; "O(S,V,H:R)" is optional, and
    required of S, V and H. `kinds` are the forms of the sub-set ("KPS").
    """
    general, bracket, inside = notation.rstrip(")").partition("(")
    named, colon, exception = inside.partition(":")
    letters = [letter.strip() for letter in named.split(",")] if bracket else list(kinds)
    asked = letters if bracket and not colon else list(kinds)
    needs = {kind: str(Need(general)) for kind in asked}
    if colon:
        needs |= {kind: str(Need(exception)) for kind in letters}
    return {str(SchoolKind(kind)): needs[kind] for kind in kinds if kind in needs}


def load(stream: TextIO | None = None) -> Loaded:
    """Bring the database up to the shipped files, in one transaction; a second run writes nothing.

    Raises PublishedVersionDiffers when a published index version is not the one in the files.
    """
    with transaction.atomic():
        lists, written_lists = _load_code_lists()
        codes, written_codes = _load_codes(lists)
        sets, indicators, written_index = _load_index(CURRENT_VERSION, lists)
        policies, written_policies = _load_policies()
        days, written_days = _load_special_days()
    forget_forms()
    loaded = Loaded(
        code_lists=len(lists),
        codes=codes,
        indicator_sets=sets,
        indicators=indicators,
        change_policies=policies,
        special_days=days,
        written=written_lists + written_codes + written_index + written_policies + written_days,
    )
    if stream is not None:
        stream.write(
            f"{loaded.code_lists} code lists with {loaded.codes} codes, index version "
            f"{CURRENT_VERSION}: {sets} sub-sets, {indicators} indicators, "
            f"{loaded.change_policies} change policies, {loaded.special_days} special days; "
            f"{loaded.written} rows written.\n"
        )
    return loaded


def _load_code_lists() -> tuple[dict[str, CodeList], int]:
    stored = {row.key: row for row in CodeList.objects.all()}
    changed = [
        CodeList(**row)
        for row in rows_of("code_lists.csv")
        if (old := stored.get(row["key"])) is None
        or (old.name, old.name_en, old.source) != (row["name"], row["name_en"], row["source"])
    ]
    if changed:
        CodeList.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["name", "name_en", "source"],
        )
        stored = {row.key: row for row in CodeList.objects.all()}
    return stored, len(changed)


def _load_codes(lists: dict[str, CodeList]) -> tuple[int, int]:
    stored = {
        tuple(row[:2]): row[2:]
        for row in Code.objects.values_list("code_list_id", "code", *CODE_FIELDS)
    }
    kept = set(Code.objects.exclude(changed_by=None).values_list("code_list_id", "code"))
    count, changed = 0, []
    for listing in lists.values():
        for position, row in enumerate(rows_of("code_lists", f"{listing.key}.csv"), start=1):
            last = row.get("valid_to")
            valid_to = date.fromisoformat(last) if last else None
            value = (row["name"], row.get("name_en") or "", position, valid_to)
            count += 1
            where = (listing.pk, row["code"])
            if where not in kept and stored.get(where) != value:
                changed.append(
                    Code(
                        code_list=listing,
                        code=row["code"],
                        **dict(zip(CODE_FIELDS, value, strict=True)),
                    )
                )
    Code.objects.bulk_create(
        changed,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["code_list", "code"],
        update_fields=CODE_FIELDS,
    )
    return count, len(changed)


def _load_policies() -> tuple[int, int]:
    """Add the policies of kinds that have none; those that are there are left alone."""
    have = set(ChangePolicy.objects.values_list("kind", flat=True))
    missing = [
        ChangePolicy(
            kind=ChangeKind(row["kind"]),
            reach=Reach(row["reach"]),
            releasing=row["releasing"] == "yes",
            superior=row["superior"] == "yes",
            evidence_needed=row["evidence_needed"] == "yes",
            evidence=row["evidence"],
            evidence_en=row["evidence_en"],
            days=int(row["days"]),
        )
        for row in rows_of("change_policies.csv")
        if row["kind"] not in have
    ]
    ChangePolicy.objects.bulk_create(missing)
    return len(have) + len(missing), len(missing)


def _load_special_days() -> tuple[int, int]:
    """Add the country's special days of years that have none; a year that has some is left
    alone."""
    have = set(SpecialDay.objects.filter(organisation=None).values_list("day", flat=True))
    years = {day.year for day in have}
    missing = [
        SpecialDay(
            day=day,
            is_working=row["is_working"] == "yes",
            name=row["name"],
            name_en=row["name_en"],
        )
        for row in rows_of("special_days.csv")
        if (day := date.fromisoformat(row["day"])).year not in years
    ]
    SpecialDay.objects.bulk_create(missing, ignore_conflicts=True)
    return len(have) + len(missing), len(missing)


def _load_index(version_code: str, lists: dict[str, CodeList]) -> tuple[int, int, int]:
    """Write the version if it is new; compare it if it is published."""
    sets, indicators = _index_in_files(version_code)
    version, created = IndexVersion.objects.get_or_create(
        code=version_code, defaults={"name": VERSION_NAMES[version_code]}
    )
    version = IndexVersion.objects.select_for_update().get(pk=version.pk)
    if version.state == VersionState.PUBLISHED:
        if _index_in_database(version) != (sets, indicators):
            raise PublishedVersionDiffers(
                _(
                    "Index version %(version)s is published and differs from the shipped files. "
                    "A published version never changes: ship the changes as a new version."
                )
                % {"version": version_code}
            )
        return len(sets), len(indicators), 0
    _write_index(version, sets, indicators, lists)
    return len(sets), len(indicators), len(sets) + len(indicators) + created


def _index_in_files(version_code: str) -> tuple[dict, dict]:
    """Two maps: set key to its attributes, (set key, indicator key) to its attributes."""
    folder = f"index_{version_code}"
    sets = {
        row["key"]: {
            "name": row["name"],
            "name_en": row["name_en"],
            "position": position,
            "repeating": row["repeating"] == "yes",
            "school_kinds": list(row["school_kinds"]),
        }
        for position, row in enumerate(rows_of(folder, "sets.csv"), start=1)
    }
    indicators = {}
    for position, row in enumerate(rows_of(folder, "indicators.csv"), start=1):
        kinds = "".join(sets[row["set"]]["school_kinds"])
        indicators[row["set"], row["key"]] = {
            "name": row["name"],
            "name_en": row["name_en"],
            "position": position,
            "value_type": row["type"],
            "length": int(row["length"]) if row["length"] else None,
            "decimals": int(row["decimals"]),
            "code_list": row["code_list"] or None,
            "needs": needs_of(row["required"], kinds),
            "default": row["default"],
            "note": row["note"],
        }
    return sets, indicators


def _index_in_database(version: IndexVersion) -> tuple[dict, dict]:
    """The same two maps, read back."""
    names = ("name", "name_en", "position", "repeating", "school_kinds")
    sets = {row.pop("key"): row for row in version.sets.values("key", *names)}
    indicators = {}
    for row in Indicator.objects.filter(indicator_set__version=version).values(
        "indicator_set__key",
        "key",
        "name",
        "name_en",
        "position",
        "value_type",
        "length",
        "decimals",
        "code_list__key",
        "needs",
        "default",
        "note",
    ):
        where = row.pop("indicator_set__key"), row.pop("key")
        row["code_list"] = row.pop("code_list__key")
        indicators[where] = row
    return sets, indicators


def _write_index(version: IndexVersion, sets: dict, indicators: dict, lists: dict) -> None:
    """Replace the content of a draft version by that of the files and publish it."""
    Indicator.objects.filter(indicator_set__version=version).delete()
    version.sets.all().delete()
    stored = IndicatorSet.objects.bulk_create(
        IndicatorSet(version=version, key=key, **row) for key, row in sets.items()
    )
    by_key = {row.key: row for row in stored}
    Indicator.objects.bulk_create(
        Indicator(
            indicator_set=by_key[set_key],
            key=key,
            **{**row, "code_list": lists[row["code_list"]] if row["code_list"] else None},
        )
        for (set_key, key), row in indicators.items()
    )
    version.state = VersionState.PUBLISHED
    version.published_at = timezone.now()
    version.save(update_fields=["state", "published_at"])
