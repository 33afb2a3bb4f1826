"""Every page in Chromium as the roles that see it: axe finds nothing serious, the console is
silent, and on a telephone the pages of those at work do not run over the edge.

axe-core comes with axe-playwright-python; it checks WCAG 2.2 A and AA. A page is rendered once and
looked at in both widths.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.browser.serving import ADDRESS, Served
from tests.everywhere import World, build
from tests.pages import ROLES, browser_of, is_page, seen_by
from tests.test_every_page import MADE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}
RUN = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]}))
    .violations.flatMap((one) => one.nodes.map((node) => [
        one.id, one.impact, node.target.join(" "),
        (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""]))"""
#: What reaches beyond the right edge, outside of all that scrolls by itself.
OVERFLOW = """() => {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return "";
    const clipped = (node) => node && (getComputedStyle(node).overflowX !== "visible"
        && node !== document.body && node !== document.documentElement
        || clipped(node.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((node) =>
        node.getBoundingClientRect().right > edge + 1 && !clipped(node.parentElement));
    return wide.map((node) => node.outerHTML.slice(0, 90)).slice(0, 3).join(" | ") || "a margin";
}"""
#: High enough for bars that stay at its edge to cover nothing.
WINDOW = {"width": 1280, "height": 4000}
TELEPHONE = {"width": 375, "height": 812}
#: Whose pages are looked at on a telephone, also in English, where only words differ.
AT_HAND = ["school_clerk", "second_clerk", "county_reviewer", "manager", "teacher"]


@pytest.fixture
def world(cast, now) -> World:
    return build(cast, now)


@dataclass
class Sight:
    """One browser page that Served answers, and what its console has said."""

    page: Page
    served: Served
    heard: list[str] = field(default_factory=list)

    def look(self, address: str, client: Client, answer: HttpResponse) -> bool:
        """Show the page that the client was answered with; False if it is a piece of a page."""
        if b"<main" not in answer.content:
            return False
        self.served.client, self.served.known = client, {address: answer}
        self.heard.clear()
        self.page.goto(address, wait_until="load")
        return True


@pytest.fixture
def sight(browser: Browser, world) -> Iterator[Sight]:
    context = browser.new_context(base_url=ADDRESS, viewport=WINDOW, reduced_motion="reduce")
    served = Served(context, browser_of(world, "anonymous", "zh-hans"))
    sight = Sight(context.new_page(), served)
    sight.page.on("pageerror", lambda error: sight.heard.append(str(error)))
    sight.page.on(
        "console", lambda said: sight.heard.append(said.text) if said.type == "error" else None
    )
    yield sight
    context.close()


def each_page(
    world: World, language: str, visitors: Iterable[str]
) -> Iterator[tuple[str, str, str, Client, HttpResponse]]:
    """(name, address, visitor, client, answer) of each page once for every different view of it."""
    looked_at = set()
    for who in visitors:
        client = browser_of(world, who, language)
        for name, address in seen_by(world, who):
            answer = client.get(address) if name not in MADE else None
            if answer is None or not is_page(answer):
                continue
            templates = frozenset(one.name for one in answer.templates if one.name)
            if (name, templates) not in looked_at:
                looked_at.add((name, templates))
                yield name, address, who, client, answer


def serious(page: Page) -> Iterator[tuple[str, str, str]]:
    """(rule, place, message) of what axe finds on the page."""
    page.evaluate(AXE_SCRIPT)
    for rule, impact, target, message in page.evaluate(RUN, TAGS):
        if impact in SERIOUS:
            yield rule, target, message


def over_the_edge(page: Page) -> str:
    """What the page has beyond the edge of a telephone; "" if nothing."""
    page.set_viewport_size(TELEPHONE)
    try:
        return page.evaluate(OVERFLOW)
    finally:
        page.set_viewport_size(WINDOW)


def faults_of(sight: Sight, who: str) -> Iterator[tuple[str, str]]:
    """(what, where) that a page does wrong without axe's help."""
    if who in AT_HAND and (over := over_the_edge(sight.page)):
        yield "over the edge", over
    for words in sight.heard:
        yield "console", words


def test_axe_finds_nothing_serious_and_nothing_runs_over_the_edge(world, sight):
    found = {}
    for name, address, who, client, answer in each_page(world, "zh-hans", ROLES):
        if sight.look(address, client, answer):
            for rule, target, message in serious(sight.page):
                found.setdefault((name, rule), (who, target, message))
            found |= {(name, what, who): where for what, where in faults_of(sight, who)}

    assert not found, "\n".join(map(str, found.items()))


def test_english_words_run_over_no_edge(world, sight):
    found = {}
    for name, address, who, client, answer in each_page(world, "en", AT_HAND):
        if sight.look(address, client, answer):
            found |= {(name, what, who): where for what, where in faults_of(sight, who)}

    assert not found, "\n".join(map(str, found.items()))
