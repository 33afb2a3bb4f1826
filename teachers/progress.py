"""Show how far a long step has come: a bar on a terminal, plain lines elsewhere."""

import time
from typing import TextIO

_WIDTH = 30


class Progress:
    """`with Progress(stream, "Teachers", 330_000) as progress: progress.advance(500)`.

    On a terminal one line is redrawn at most ten times a second. Elsewhere (a log, a pipe) a plain
    line is written whenever another fifth is reached, and one at the end. `stream=None` is silent.
    """

    def __init__(self, stream: TextIO | None, title: str, total: int) -> None:
        # A command's `self.stdout` ends every write with a line break: write to what it wraps.
        self.stream = getattr(stream, "_out", stream)
        self.title, self.total = title, total
        self.done = 0
        self._began = time.monotonic()
        self._drawn_at = 0.0
        self._fifths = 0
        self._bar = bool(stream is not None and getattr(self.stream, "isatty", lambda: False)())
        self._closed = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type | None, *rest: object) -> None:
        if kind is None:
            self.finish()
        elif self._bar and self.stream is not None:
            self.stream.write("\n")

    def advance(self, n: int = 1) -> None:
        """Add `n` finished items and redraw if it is time to."""
        self.done += n
        if self.stream is None:
            return
        if self._bar:
            if time.monotonic() - self._drawn_at >= 0.1:
                self._draw()
        elif self.total and (fifths := 5 * self.done // self.total) > self._fifths:
            self._fifths = fifths
            if fifths < 5:
                self._line()

    def finish(self) -> None:
        """Write the last state once; further calls do nothing."""
        if self._closed or self.stream is None:
            return
        self._closed = True
        if self._bar:
            self._draw()
            self.stream.write("\n")
        else:
            self._line()
        self.stream.flush()

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _line(self) -> None:
        self.stream.write(
            f"{self.title}: {self.done:,} of {self.total:,}, {self._seconds():.0f} s\n"
        )
        self.stream.flush()

    def _draw(self) -> None:
        share = min(self.done / self.total, 1.0) if self.total else 1.0
        filled = round(share * _WIDTH)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        self.stream.write(
            f"\r{self.title} {bar} {share:4.0%} {self.done:,} {self._seconds():.0f} s"
        )
        self.stream.flush()
        self._drawn_at = time.monotonic()
