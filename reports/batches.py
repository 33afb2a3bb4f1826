"""Several reports at once: figures counted here, documents drawn in processes beside this one."""

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from django.db import transaction

from campaigns.models import Campaign
from reports import actions, making
from reports.models import Report
from teachers.models import Organisation, Post, User
from teachers.work_locks import Work, held


class Drawing(NamedTuple):
    """A report whose figures are frozen and whose document is being drawn."""

    report: Report
    drawn: Future
    at: datetime


class Batch:
    """`with Batch(...) as batch: batch.freeze(...); ...; paths = batch.finish()`.

    Each report is claimed as a worker would claim it, so that nobody makes it twice; each PDF is
    kept in the database and written into `folder`. With one process the drawing happens here.
    """

    def __init__(
        self,
        campaign: Campaign,
        *,
        by: User,
        post: Post,
        folder: Path,
        stream: TextIO | None = None,
        processes: int = 2,
        language: str = "zh-hans",
    ) -> None:
        self.campaign, self.by, self.post = campaign, by, post
        self.folder, self.stream, self.language = folder, stream, language
        self._processes = processes
        self._stack = ExitStack()
        self._drawings: list[Drawing] = []

    def __enter__(self) -> "Batch":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._pool = self._stack.enter_context(_pool(self._processes))
        return self

    def __exit__(self, *problem: object) -> None:
        self._stack.close()

    def freeze(self, stage: str, organisations: Iterable[Organisation], at: datetime) -> None:
        """Count the figures of a stage as they are now and hand them on to be drawn."""
        for unit in organisations:
            with transaction.atomic():
                report, _created = actions.queue(
                    self.campaign, stage, unit, self.by, self.post, at, self.language
                )
            if not self._stack.enter_context(held(Work.REPORT, report.pk)) or not actions.start(
                report.pk
            ):
                continue  # a worker is making this one at the moment
            report = actions.freeze(report.pk, at)
            drawn = self._pool.submit(
                making.draw,
                report.figures,
                issue=report.issue,
                language=report.language,
                code=report.code,
            )
            self._drawings.append(Drawing(report, drawn, at))

    def finish(self) -> list[Path]:
        """Wait for the documents and keep them. Raises the first problem after all are settled."""
        paths, problems = [], []
        for drawing in self._drawings:
            try:
                paths.append(self._keep(drawing))
            except Exception as problem:
                actions.fail(drawing.report.pk, problem, drawing.at)
                problems.append(problem)
        self._drawings = []
        if problems:
            raise problems[0]
        return paths

    def _keep(self, drawing: Drawing) -> Path:
        document, report = drawing.drawn.result(), drawing.report
        actions.finish(report.pk, document, drawing.at)
        name = f"{self.campaign.code}-{report.stage}-{report.organisation.code}-{report.issue}.pdf"
        path = self.folder / name
        path.write_bytes(document.content)
        if self.stream:
            size, digest = len(document.content) // 1024, document.sha256[:12]
            self.stream.write(f"{path}  {document.pages} p  {size} KB  {digest}\n")
        return path


class _Here:
    """Stands in for a pool of processes when one process is enough."""

    def __enter__(self) -> "_Here":
        return self

    def __exit__(self, *_problem: object) -> None:
        return None

    def submit(self, work, *args, **kwargs) -> Future:
        future: Future = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as problem:
            future.set_exception(problem)
        return future


def _pool(processes: int):
    if processes < 2:
        return _Here()
    return ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), initializer=making.prepare
    )
