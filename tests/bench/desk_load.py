"""What a reviewer does, for locust: looks at the inbox, filters, opens a submission, approves one.

Who they are comes from the file that DESK_PEOPLE names: for each the cookie of a session and the
submission to open. Each request says in a header what it is, and the server's log keeps that beside
the time it took.
"""

import itertools
import json
import os
import re
from pathlib import Path

from locust import HttpUser, between, task

PEOPLE = itertools.cycle(json.loads(Path(os.environ["DESK_PEOPLE"]).read_text(encoding="utf-8")))
FILTERS = ("?due=overdue", "?attempt=again", "?look=look", "?look=clean", "?due=week&look=look")
TASK = re.compile(r'name="task" value="(\d+)"')
PRESS = re.compile(r'name="(key|seen)" value="([^"]+)"')
BEGINNING = "first"
TOKEN = "b" * 32  # of the form and of the cookie: the server compares the two


class Reviewer(HttpUser):
    """One person at a desk, with a moment to read between two clicks.

    Four hundred schools in a morning of four hours, three clicks each, are a click every twelve
    seconds; these people are three times as fast.
    """

    wait_time = between(2, 6)

    def on_start(self) -> None:
        person = next(PEOPLE)
        self.answer = person["submission"]
        self.filters, self.decided = itertools.cycle(FILTERS), set()
        self.client.cookies.set("sessionid", person["session"])
        self.client.cookies.set("csrftoken", TOKEN)
        # Begin the day with one of each: not counted, for a process that has just started loads
        # templates and each of its connections plans its statements then.
        self.look(BEGINNING, f"/inbox/{next(self.filters)}")
        self.look(BEGINNING, f"/submissions/{self.answer}/")
        self.decide_one(self.look(BEGINNING, "/inbox/").text, BEGINNING)

    def look(self, what: str, address: str, **more):
        return self.client.get(address, headers={"X-Bench": what}, name=what, **more)

    @task(4)
    def inbox(self) -> None:
        self.look("inbox", "/inbox/")

    @task(4)
    def filter(self) -> None:
        self.look("filter", f"/inbox/{next(self.filters)}")

    @task(2)
    def open(self) -> None:
        self.look("open", f"/submissions/{self.answer}/")

    @task(3)
    def approve(self) -> None:
        """One of those on the page that was not decided before."""
        self.decide_one(self.look("inbox", "/inbox/").text, "approve")

    def decide_one(self, page: str, what: str) -> None:
        waiting = [key for key in TASK.findall(page) if key not in self.decided]
        if not waiting:
            return
        self.decided.add(waiting[0])
        self.client.post(
            "/tasks/decide/",
            data={**dict(PRESS.findall(page)), "task": waiting[0], "verdict": "approve"},
            headers={"X-Bench": what, "HX-Request": "true", "X-CSRFToken": TOKEN},
            name=what,
        )
