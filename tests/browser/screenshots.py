"""The pictures of docs/: ``python -m tests.browser.screenshots`` (``make screenshots``).

Builds the demonstration if it is not there, serves it, signs people in and photographs the pages
of the README's tour at 1280 px, in Chinese (docs/inbox.png) and in English (docs/inbox-en.png), and
the first pages of a report.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import django
from playwright.sync_api import Browser, Page, sync_playwright

from config import bootstrap

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
SIZE = {"width": 1280, "height": 820}


def build() -> None:
    """Play the demonstration round, and open the second one that is still under way."""
    scale = os.environ.get("SCALE", "0.03")
    subprocess.run(
        [sys.executable, "manage.py", "demo", "--headless", "--scale", scale], cwd=ROOT, check=True
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    from reports import demonstration

    demonstration.open_second_round(stream=None)


@contextmanager
def served() -> Iterator[str]:
    """Serve the site on a free port while the block runs; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        address,
        "--log-level",
        "error",
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(f"http://{address}/sign-in/")
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            with urlopen(address):
                return
        except URLError:
            time.sleep(0.5)
    sys.exit(f"{address} does not answer")


# --- Who is photographed ---------------------------------------------------------------------


def busiest(role: str, step: str) -> tuple[str, int]:
    """The account with most open tasks of a step in the second round, and one submission of it."""
    from django.db.models import Count

    from reports.demonstration import SECOND
    from teachers.models import Post
    from workflows.models import Task

    tasks = Task.objects.open().filter(process__campaign__code=SECOND, step=step)
    desk = tasks.values("organisation").annotate(n=Count("pk")).order_by("-n", "organisation")[0]
    task = tasks.filter(organisation=desk["organisation"]).order_by(
        "-process__submission__warnings_count", "pk"
    )[0]
    post = Post.objects.filter(organisation=desk["organisation"], role=role).order_by("pk")[0]
    return post.user.username, task.process.submission_id


def clerk_at_work() -> tuple[str, int]:
    """The clerk of the largest school whose answer came back, and one record of it."""
    from campaigns.models import Record
    from reports.demonstration import SECOND
    from teachers.enums import Role
    from teachers.models import Post

    records = Record.objects.filter(submission__campaign__code=SECOND, submission__state="returned")
    record = records.order_by("-submission__records_count", "pk")[0]
    post = Post.objects.filter(
        organisation=record.submission.organisation_id, role=Role.CLERK
    ).order_by("pk")[0]
    return post.user.username, record.pk


def holder(role: str, kind: str) -> str:
    from teachers.models import Post

    posts = Post.objects.filter(role=role, organisation__kind=kind).order_by("pk")
    return posts[0].user.username


# --- Photographs -----------------------------------------------------------------------------


class Photographer:
    """Signs in and takes pictures in one language; a browser of its own for every person."""

    def __init__(self, browser: Browser, address: str, password: str, *, english: bool) -> None:
        self.browser, self.address, self.password = browser, address, password
        self.english = english

    def sit(self, username: str) -> Page:
        """The first page of a person; of nobody without a name."""
        context = self.browser.new_context(base_url=self.address, locale="zh-CN", viewport=SIZE)
        page = context.new_page()
        page.goto("/sign-in/")
        if username:
            page.locator("input[name=username]").fill(username)
            page.locator("input[name=password]").fill(self.password)
            page.locator("input[name=password]").press("Enter")
            page.wait_for_url(lambda url: "/sign-in/" not in url)
        if self.english:
            with page.expect_navigation():
                page.get_by_role("button", name="EN", exact=True).click()
        return page

    def take(self, page: Page, address: str, name: str) -> None:
        answer = page.goto(address)
        if answer is None or not answer.ok:
            sys.exit(f"{address} cannot be photographed: {answer and answer.status}")
        page.wait_for_load_state("networkidle")
        save(page, f"{name}-en" if self.english else name)


def save(page: Page, name: str) -> None:
    page.screenshot(path=DOCS / f"{name}.png")
    print(f"docs/{name}.png", flush=True)


def tour(at: Photographer) -> None:
    """From the school's desk to the province's."""
    from campaigns.models import Record
    from reports.demonstration import SECOND
    from teachers.enums import OrganisationKind, Role

    at.take(at.sit(""), "/sign-in/", "sign-in")
    clerk, record = clerk_at_work()
    desk = at.sit(clerk)
    submission = Record.objects.get(pk=record).submission_id
    at.take(desk, f"/school/?campaign={SECOND}", "school")
    at.take(desk, f"/submissions/{submission}/records/{record}/", "record")
    at.take(desk, f"/submissions/{submission}/corrections/", "corrections")
    reviewer, waiting = busiest(Role.REVIEWER, "county_review")
    inbox = at.sit(reviewer)
    at.take(inbox, "/inbox/", "inbox")
    at.take(inbox, f"/submissions/{waiting}/", "submission")
    at.take(inbox, "/sampling/", "sampling")
    at.take(inbox, "/desk/figures/", "figures")
    manager = at.sit(holder(Role.MANAGER, OrganisationKind.PROVINCE))
    at.take(manager, f"/campaigns/{SECOND}/", "campaign")
    supervisor = at.sit(holder(Role.SUPERVISOR, OrganisationKind.PROVINCE))
    at.take(supervisor, "/reports/", "reports")


def register_tour(at: Photographer) -> None:
    """The search, a file whose name was corrected, the transfer that waits, a duel that was won."""
    from campaigns.enums import ProblemState
    from campaigns.models import Problem
    from teachers.enums import ChangeKind, OrganisationKind, Role
    from teachers.models import ChangeRequest

    reviewer = at.sit(holder(Role.REVIEWER, OrganisationKind.PROVINCE))
    at.take(reviewer, "/teachers/?q=wang", "teachers")
    renamed = ChangeRequest.objects.filter(kind=ChangeKind.KEY_CORRECTION).latest("pk")
    at.take(reviewer, f"/teachers/{renamed.teacher_id}/", "file")
    transfer = ChangeRequest.objects.filter(kind=ChangeKind.TRANSFER_COUNTIES).latest("pk")
    at.take(reviewer, f"/changes/{transfer.pk}/", "change")
    duel = Problem.objects.filter(state=ProblemState.SETTLED).latest("pk")
    at.take(reviewer, f"/problems/{duel.pk}/", "problem")
    if not at.english:
        dossier = reviewer.request.get(f"/teachers/{renamed.teacher_id}/dossier.pdf")
        save_pages(dossier.body(), "dossier", 1)


#: Sample documents for docs/: the name of the picture, the file, and how many of its pages.
SAMPLES = [
    ("report", "*county_review-620000*.pdf", 4),
    ("report-county", "*collection-622921*.pdf", 4),
    ("report-closing", "*closing-622900*.pdf", 4),
]


def photograph_report() -> None:
    """The first pages of three sample documents: province, county, and closing of a prefecture."""
    from reports.demonstration import reports_folder

    for name, pattern, pages in SAMPLES:
        path = sorted(reports_folder().glob(pattern))[-1]
        save_pages(path.read_bytes(), name, pages)


def save_pages(content: bytes, name: str, most: int) -> None:
    """The first pages of a PDF as pictures."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for number in range(min(most, len(document))):
        image = document[number].render(scale=1.3).to_pil()
        image.save(DOCS / f"{name}-{number + 1}.png", optimize=True)
        print(f"docs/{name}-{number + 1}.png", flush=True)


def main() -> None:
    build()
    from teachers.province import PASSWORD

    DOCS.mkdir(exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=bootstrap.chromium(), args=ARGUMENTS)
        for english in (False, True):
            photographer = Photographer(browser, address, PASSWORD, english=english)
            tour(photographer)
            register_tour(photographer)
        browser.close()
    photograph_report()


if __name__ == "__main__":
    main()
