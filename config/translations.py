"""Merge the Chinese catalogues of `config/locale/zh/*.po` into one and compile it for Django.

    python -m config.translations             merge and compile
    python -m config.translations --strict    ... and fail unless every text in the code has one

Texts are written in English in code and templates; each area keeps its Chinese in a catalogue of
its own. The merged catalogue and its compiled form are made here and never committed.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "config" / "locale" / "zh"
MERGED = ROOT / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = MERGED.with_suffix(".mo")
SCANNED = ["config", "campaigns", "workflows", "teachers", "reports"]

# Function -> positions of (context, text) among its arguments.
CALLS = {
    "_": (None, 0),
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "gettext_noop": (None, 0),
    "ngettext": (None, 0),
    "ngettext_lazy": (None, 0),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1),
    "npgettext_lazy": (0, 1),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
TEMPLATE_CALL = re.compile(
    r"\b(?:_|n?p?gettext)\((?:[^()'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*\)"
)

Text = tuple[str | None, str]  # (context, English text)


def texts_of_python(source: str) -> Iterator[tuple[Text, int]]:
    """Yield every translated text of a Python source with its line."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in CALLS:
            continue
        context, text = (
            None if place is None or place >= len(node.args) else node.args[place]
            for place in CALLS[name]
        )
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield (
                (context.value if isinstance(context, ast.Constant) else None, text.value),
                (node.lineno),
            )


def texts_of_template(source: str) -> Iterator[tuple[Text, int]]:
    """Yield every translated text of a Django template with its line."""
    yield from texts_of_jinja(templatize(source))


def texts_of_jinja(source: str) -> Iterator[tuple[Text, int]]:
    """Yield every translated text of a template of Jinja: it calls the functions themselves."""
    for call in TEMPLATE_CALL.finditer(source):
        for text, _line in texts_of_python(call.group()):
            yield text, source.count("\n", 0, call.start()) + 1


def reader_of(path: Path) -> Callable[[str], Iterator[tuple[Text, int]]]:
    if path.suffix == ".py":
        return texts_of_python
    return texts_of_jinja if "jinja2" in path.parts else texts_of_template


def texts_in_use() -> dict[Text, str]:
    """Return every text of the code with the place where it was first seen."""
    found: dict[Text, str] = {}
    for folder in SCANNED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
                continue
            for text, line in reader_of(path)(path.read_text(encoding="utf-8")):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


def placeholders(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text))


def is_complete(entry: polib.POEntry) -> bool:
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return bool(texts) and all(text.strip() for text in texts) and not entry.fuzzy


def faults_of(entry: polib.POEntry) -> Iterator[str]:
    if not is_complete(entry):
        yield "has no Chinese text"
    elif not entry.msgid_plural and placeholders(entry.msgid) != placeholders(entry.msgstr):
        yield f"has other placeholders than its Chinese text {entry.msgstr!r}"


def merge() -> tuple[polib.POFile, list[str]]:
    """Return the merged catalogue and what is wrong with its sources."""
    merged, faults = polib.POFile(), []
    merged.metadata = {
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    seen: dict[Text, tuple[polib.POEntry, str]] = {}
    for path in sorted(SOURCES.glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if entry.obsolete:
                continue
            place = f"{path.relative_to(ROOT)}: {entry.msgid!r}"
            faults += [f"{place} {fault}" for fault in faults_of(entry)]
            key = (entry.msgctxt, entry.msgid)
            if key not in seen:
                seen[key] = (entry, path.name)
                merged.append(entry)
            elif (entry.msgstr, entry.msgstr_plural) != (
                seen[key][0].msgstr,
                seen[key][0].msgstr_plural,
            ):
                faults.append(f"{place} has another Chinese text in {seen[key][1]}")
    return merged, faults


def compile_catalogue() -> tuple[polib.POFile, list[str]]:
    """Write the merged catalogue and its compiled form; return it with its faults."""
    merged, faults = merge()
    MERGED.parent.mkdir(parents=True, exist_ok=True)
    merged.save(str(MERGED))
    merged.save_as_mofile(str(COMPILED))
    return merged, faults


def is_stale() -> bool:
    """Say whether a source is newer than the compiled catalogue."""
    if not COMPILED.exists():
        return True
    made = COMPILED.stat().st_mtime
    return any(path.stat().st_mtime > made for path in [SOURCES, *SOURCES.glob("*.po")])


def main(*arguments: str) -> None:
    merged, faults = compile_catalogue()
    if "--strict" in arguments:
        known = {(entry.msgctxt, entry.msgid) for entry in merged}
        faults += [
            f"{place}: {text[1]!r} has no Chinese text in config/locale/zh"
            for text, place in texts_in_use().items()
            if text not in known
        ]
        if faults:
            sys.exit("\n".join([*faults, f"{len(faults)} faults in the translations"]))
    print(f"{len(merged)} Chinese texts compiled")


if __name__ == "__main__":
    main(*sys.argv[1:])
