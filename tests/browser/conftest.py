"""A real Chromium for the journeys. A console error or a failed request fails the test."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import bootstrap
from teachers.models import User
from tests.cast import PASSWORD

# Playwright runs its own event loop in the test's thread; the tests still use the ORM there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What a slow machine may take before a step counts as failed, in milliseconds.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed_in_call = outcome.get_result().failed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while it is there an event loop runs in the process, in which nothing that
    begins one of its own (pyHanko's signatures) can be tested."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=bootstrap.chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"console: {message.text} ({message.location.get('url')})")
            if message.type == "error"
            else None
        ),
    )


@pytest.fixture
def open_page(request, browser, live_server, settings) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own (each person their own cookies); check them at the end.

    Set `page.forgives = True` on a page whose refusals (a 404, a 403) the test is about.
    """
    settings.ALLOWED_HOSTS = ["*"]
    pages: list[tuple[Page, list[str]]] = []
    contexts: list[BrowserContext] = []

    def open_(language: str = "zh-CN", width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale=language,
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        page, complaints = context.new_page(), []
        page.forgives = False
        _listen(page, complaints)
        contexts.append(context)
        pages.append((page, complaints))
        return page

    yield open_
    if getattr(request.node, "failed_in_call", False):
        folder = request.config.rootpath / "var" / "browser"
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.name)
        for number, (page, _) in enumerate(pages):
            page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)
    heard = [text for page, complaints in pages if not page.forgives for text in complaints]
    for context in contexts:
        context.close()
    assert heard == []


@pytest.fixture
def page(open_page) -> Page:
    """A page of 1280 × 800 in Chinese."""
    return open_page()


@pytest.fixture
def sign_in(live_server) -> Callable[..., None]:
    """Sign a person of the cast in on a page: by the form as a person does, or at once."""

    def sign_in_(page: Page, username: str, *, by_form: bool = False) -> None:
        if by_form:
            page.goto("/sign-in/")
            page.locator("input[name=username]").fill(username)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("input[name=password]").press("Enter")
            page.wait_for_url(lambda url: "/sign-in/" not in url)
            return
        client = Client()
        client.force_login(User.objects.get(username=username))
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto("/")

    return sign_in_


@pytest.fixture
def seat(open_page, sign_in) -> Callable[..., Page]:
    """Sit a person of the cast down at a browser of their own."""

    def sit(username: str, *, by_form: bool = False, **window) -> Page:
        page = open_page(**window)
        sign_in(page, username, by_form=by_form)
        return page

    return sit
