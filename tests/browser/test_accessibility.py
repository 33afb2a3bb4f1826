"""Every page in Chromium as the roles that see it: axe finds nothing serious, the console is
silent, and on a telephone the main pages do not run over the edge.

axe-core comes with axe-playwright-python; it checks WCAG 2.2 A and AA.
"""

from collections.abc import Callable, Iterable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
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
TELEPHONE = {"width": 375, "height": 812}
#: Whose pages are looked at on a telephone, and in English.
AT_HAND = ["school_clerk", "second_clerk", "county_reviewer", "manager", "teacher"]


@pytest.fixture
def world(cast, now) -> World:
    return build(cast, now)


@pytest.fixture
def sit(browser: Browser, world) -> Iterator[Callable[..., tuple[Page, Served, list[str]]]]:
    """sit("zh-hans", width=…, height=…): a page that Served answers, and what its console says."""
    contexts = []

    def _sit(language: str, **viewport):
        size = {"width": 1280, "height": 800} | viewport
        context = browser.new_context(base_url=ADDRESS, viewport=size, reduced_motion="reduce")
        contexts.append(context)
        served = Served(context, browser_of(world, "anonymous", language))
        page, heard = context.new_page(), []
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
        return page, served, heard

    yield _sit
    for context in contexts:
        context.close()


def each_page(
    world: World, language: str, visitors: Iterable[str] = ROLES
) -> Iterator[tuple[str, str, str, object]]:
    """(name, address, visitor, client) of each page once for every different view of it."""
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
                yield name, address, who, client


@pytest.mark.parametrize(("language", "visitors"), [("zh-hans", ROLES), ("en", AT_HAND)])
def test_axe_finds_nothing_serious_and_the_console_is_silent(world, sit, language, visitors):
    """In English, where only words differ, as those who are at work most.

    The window is high enough for bars that stay at its edge to cover nothing.
    """
    page, served, heard = sit(language, height=4000)
    found, said = {}, {}
    for name, address, who, client in each_page(world, language, visitors):
        served.client = client
        heard.clear()
        page.goto(address, wait_until="load")
        if "<main" not in page.content():
            continue  # a piece of a page
        page.evaluate(AXE_SCRIPT)
        for rule, impact, target, message in page.evaluate(RUN, TAGS):
            if impact in SERIOUS:
                found.setdefault((name, rule), (who, target, message))
        if heard:
            said[name, who] = list(heard)

    faults = [*found.items(), *said.items()]
    assert not faults, "\n".join(map(str, faults))


def test_no_main_page_runs_over_the_edge_of_a_telephone(world, sit):
    page, served, _heard = sit("zh-hans", **TELEPHONE)
    wide = {}
    for name, address, who, client in each_page(world, "zh-hans", AT_HAND):
        served.client = client
        page.goto(address, wait_until="load")
        if "<main" not in page.content():
            continue  # a piece of a page
        if over := page.evaluate(OVERFLOW):
            wide[name, who] = over

    assert not wide, "\n".join(map(str, wide.items()))
