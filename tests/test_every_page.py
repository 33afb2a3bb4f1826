"""Every page as every role: each text in the reader's language, each link and each file there."""

import re
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import models
from django.urls import resolve

from config import translations
from tests.everywhere import World, build
from tests.pages import ROLES, Page, browser_of, is_page, read, seen_by
from tests.test_scope_isolation import TABLE

OURS = ("teachers", "campaigns", "workflows", "reports")
HAN = re.compile(r"[㐀-鿿]+")
#: An English word. What holds a digit, a dot, a colon or a dash below is a code or an address.
WORD = re.compile(r"(?<![\w./:@<-])[A-Za-z][a-z]+(?![\w./:@>-])")
#: What a Chinese office writes in Latin letters, too.
LATIN = {"dpi", "Excel", "Schema", "English", "Merkle", "Ctrl", "Enter", "Esc", "Shift"}
#: A language is named in itself.
LANGUAGES = {"中文", "简体中文"}
#: Documents that take a second to make; who gets them is tested with the scopes.
MADE = {"campaigns:template", "teachers:access_log_export", "schema"}
#: Signs out, or changes the language: nothing to look at.
LEAVING = {"set_language", "teachers:sign_out"}


pytestmark = pytest.mark.usefixtures("nothing_printed")


@pytest.fixture
def world(cast, now) -> World:
    return build(cast, now)


def said_by_data() -> tuple[set[str], str]:
    """All texts of the database: (those of English words, those in Chinese without an English
    name), the latter in one string to look them up in."""
    latin, chinese = set(), []
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            names = [
                item.name
                for item in model._meta.concrete_fields
                if isinstance(item, models.CharField | models.TextField | models.JSONField)
            ]
            for row in model.objects.values(*names) if names else []:
                for name, value in row.items():
                    if name == "name" and row.get("name_en"):
                        continue
                    latin.update(WORD.findall(str(value)))
                    chinese.append(str(value))
    return latin, "\n".join(chinese)


def pages_of(world: World, who: str, language: str):
    client = browser_of(world, who, language)
    for name, address in seen_by(world, who):
        answer = client.get(address) if name not in MADE else None
        if answer is not None and is_page(answer):
            yield name, address, read(answer.content.decode())


def test_pages_are_chinese_to_a_chinese_reader_and_all_that_they_name_is_there(world):
    allowed = LATIN | said_by_data()[0]
    english, broken = {}, {}
    for who in ROLES:
        client = browser_of(world, who, "zh-hans")
        known = {urlsplit(address).path: set() for _name, address in seen_by(world, who)}
        for name, address, page in pages_of(world, who, "zh-hans"):
            for text in page.texts:
                if set(WORD.findall(text)) - allowed:
                    english.setdefault((name, text), who)
            for link in page.links:
                if (fault := _fault(client, who, address, link, page, known)) is not None:
                    broken.setdefault((name, link), (who, fault))
            for file in page.files:
                if not _is_there(file):
                    broken.setdefault((name, file), (who, "no such file"))

    faults = [*english.items(), *broken.items()]
    assert not faults, "\n".join(map(str, faults))


def test_pages_are_english_to_an_english_reader(world):
    data = said_by_data()[1]
    chinese = {}
    for who in ROLES:
        for name, _address, page in pages_of(world, who, "en"):
            for text in page.texts:
                if text not in LANGUAGES and any(run not in data for run in HAN.findall(text)):
                    chinese.setdefault((name, text), who)

    assert not chinese, "\n".join(map(str, chinese.items()))


def _fault(client, who: str, address: str, link: str, page: Page, known: dict) -> object:
    """What is wrong with a link for this visitor. `known` are the addresses looked at, with the
    names in their queries: another value of the same question is not asked again."""
    target, _mark, place = urljoin(address, link).partition("#")
    if link.startswith("#"):
        return None if place in page.ids else "no such place"
    parts = urlsplit(target)
    asked = {name for name, _value in parse_qsl(parts.query)}
    if parts.path in known and asked <= known[parts.path]:
        return None
    known.setdefault(parts.path, set()).update(asked)
    status = _status(client, target, who)
    return status if status >= 400 else None


def _status(client, target: str, who: str) -> int:
    name = resolve(urlsplit(target).path).view_name
    if name in MADE:
        return TABLE[name].expected(who)
    return 200 if name in LEAVING else client.get(target).status_code


def _is_there(file: str) -> bool:
    if file.startswith("/static/"):
        return finders.find(file.removeprefix("/static/")) is not None
    return file.startswith(("data:", "/"))


def test_the_catalogue_lets_every_text_be_found(world):
    """The two tests above would prove nothing if the pages were all in one language."""
    merged, faults = translations.merge()
    client = browser_of(world, "county_reviewer", "en")

    english = read(client.get("/inbox/").content.decode()).texts
    client = browser_of(world, "county_reviewer", "zh-hans")
    chinese = read(client.get("/inbox/").content.decode()).texts

    assert faults == []
    assert "Main menu" in english
    assert merged.find("Main menu").msgstr in chinese
