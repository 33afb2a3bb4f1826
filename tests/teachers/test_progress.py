import io

from teachers.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_plain_line_for_each_fifth():
    log = io.StringIO()

    with Progress(log, "Schools", 10) as progress:
        for _ in range(10):
            progress.advance()

    assert log.getvalue().splitlines() == [
        "Schools: 2 of 10, 0 s",
        "Schools: 4 of 10, 0 s",
        "Schools: 6 of 10, 0 s",
        "Schools: 8 of 10, 0 s",
        "Schools: 10 of 10, 0 s",
    ]


def test_a_terminal_gets_one_line_that_is_redrawn():
    terminal = Terminal()

    with Progress(terminal, "Schools", 4) as progress:
        progress.advance(4)

    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().endswith("█" * 30 + " 100% 4 0 s\n")


def test_without_a_stream_nothing_is_written():
    progress = Progress(None, "Schools", 2)
    progress.advance(2)
    progress.finish()

    assert progress.done == 2
