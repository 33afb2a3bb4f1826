"""Every page of the site as every role sees it: a walk, and what stands in a page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.conf import settings
from django.test import Client

from tests.everywhere import World, visitor
from tests.test_scope_isolation import TABLE, where

#: One visitor for each role, two where a role sees other things at another place.
ROLES = [
    "school_clerk",
    "second_clerk",
    "school_head",
    "county_reviewer",
    "county_supervisor",
    "manager",
    "administrator",
    "county_officer",
    "teacher",
    "no_post",
    "anonymous",
]
UNSEEN = {"script", "style", "template", "svg"}
#: Elements without an end tag.
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "use"}
SPOKEN = ("aria-label", "title", "placeholder", "alt")


@dataclass
class Page(HTMLParser):
    """What stands in a page: texts as people see or hear them, the addresses it names, its ids."""

    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.inside: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            other = given.get("lang", "") not in ("", None) and tag != "html"
            self.inside.append((tag, tag in UNSEEN or other))
        if "id" in given:
            self.ids.add(given["id"])
        if not any(hidden for _tag, hidden in self.inside):
            self.texts += [given[name] for name in SPOKEN if given.get(name)]
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in ("script", "img") and given.get("src"):
            self.files.append(given["src"])
        elif tag in ("link", "use") and given.get("href"):
            self.files.append(given["href"].partition("#")[0])

    def handle_endtag(self, tag: str) -> None:
        while self.inside:
            if self.inside.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(hidden for _tag, hidden in self.inside):
            self.texts.append(" ".join(data.split()))


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


def seen_by(world: World, who: str) -> Iterator[tuple[str, str]]:
    """(name, address) of every page that the table of scopes shows to this visitor."""
    for name, address in TABLE.items():
        if "_api:" not in name and address.expected(who) == 200:
            yield name, where(world, name)


def browser_of(world: World, who: str, language: str) -> Client:
    client = visitor(world.cast, who)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def is_page(answer) -> bool:
    return answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith(
        "text/html"
    )
