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
from tests.pages import ROLES, browser_of, is_page, read, seen_by
from tests.test_scope_isolation import TABLE

OURS = ("teachers", "campaigns", "workflows", "reports")
HAN = re.compile(r"[㐀-鿿]+")
#: An English word. What holds a digit, a dot, a colon or a dash below is a code or an address.
WORD = re.compile(r"(?<![\w./:@<-])[A-Za-z][a-z]+(?![\w./:@>-])")
#: What a Chinese office writes in Latin letters, too.
LATIN = {"Excel", "Schema", "English", "Merkle", "Ctrl", "Enter", "Esc", "Shift"}
#: Documents that take a second to make; who gets them is tested with the scopes.
MADE = {"reports:dossier", "campaigns:template", "teachers:access_log_export", "schema"}
#: Signs out, or changes the language: nothing to look at.
LEAVING = {"set_language", "teachers:sign_out"}


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


def test_no_page_shows_english_to_a_chinese_reader(world):
    allowed = LATIN | said_by_data()[0]
    left = {}
    for who in ROLES:
        for name, _address, page in pages_of(world, who, "zh-hans"):
            for text in page.texts:
                words = [word for word in WORD.findall(text) if word not in allowed]
                if words:
                    left.setdefault((name, text), who)

    assert left == {}


def test_no_page_shows_chinese_to_an_english_reader(world):
    _latin, data = said_by_data()
    left = {}
    for who in ROLES:
        for name, _address, page in pages_of(world, who, "en"):
            for text in page.texts:
                runs = [run for run in HAN.findall(text) if run not in data]
                if runs and text != "中文":
                    left.setdefault((name, text), who)

    assert left == {}


def _kind(address: str) -> tuple[str, tuple[str, ...]]:
    """Addresses that differ only in the values of their query are looked at once."""
    parts = urlsplit(address)
    return parts.path, tuple(sorted(dict(parse_qsl(parts.query))))


def test_every_link_leads_somewhere_for_whom_it_is_shown(world):
    broken, nowhere = {}, {}
    for who in ROLES:
        client, known = browser_of(world, who, "zh-hans"), set()
        for name, address, page in pages_of(world, who, "zh-hans"):
            for link in page.links:
                target, _mark, place = urljoin(address, link).partition("#")
                if link.startswith("#") and place not in page.ids:
                    nowhere[name, link] = who
                if link.startswith("#") or _kind(target) in known:
                    continue
                known.add(_kind(target))
                status = _status(client, target, who)
                if status >= 400:
                    broken[who, name, link] = status

    assert broken == {}
    assert nowhere == {}


def _status(client, target: str, who: str) -> int:
    match = resolve(urlsplit(target).path)
    if match.view_name in MADE:
        return TABLE[match.view_name].expected(who)
    return 200 if match.view_name in LEAVING else client.get(target).status_code


def test_every_file_a_page_asks_for_is_there(world):
    missing = set()
    for who in ROLES:
        for name, _address, page in pages_of(world, who, "zh-hans"):
            missing |= {(name, file) for file in page.files if not _is_there(file)}

    assert missing == set()


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
