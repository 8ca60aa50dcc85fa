"""The command on a pseudo-terminal: what a person sees, and what Ctrl-C leaves."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

import milbench
from milbench.journal import read_journal

SWITCHES = ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS")


class Terminal:
    """A run of the command on a terminal of its own; ``text`` is what it printed, both streams together."""

    def __init__(self, columns: int, *arguments: str, interrupt_at: str | None = None, **variables: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in SWITCHES}
        command = str(milbench.find_tool())
        process, self._stream = pty.fork()
        if process == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
                os.execve(command, [command, *arguments], {**environment, "TERM": "xterm", **variables})
            finally:
                os._exit(127)
        self.text = ""
        try:
            for piece in self._pieces():
                self.text += piece.decode(errors="replace")
                if interrupt_at and re.search(interrupt_at, self.plain):
                    os.write(self._stream, b"\x03")
                    interrupt_at = None
        finally:
            os.close(self._stream)
            self.status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def _pieces(self) -> Iterator[bytes]:
        while True:
            try:
                piece = os.read(self._stream, 65536)
            except OSError:  # Linux reports the closed end so.
                return
            if not piece:
                return
            yield piece

    @property
    def plain(self) -> str:
        """The text without escape codes."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.text)

    @property
    def longest(self) -> int:
        """The length of the longest line."""
        return max(len(line) for line in re.split(r"[\r\n]+", self.plain))


def experiment(folder: Path, models: list[str], repeats: int = 1) -> None:
    (folder / "experiments").mkdir()
    content = {"title": "Small", "paper": "None.", "datasets": ["musk1"], "models": models, "protocol": "as-published"}
    (folder / "experiments" / "small.json5").write_text(json.dumps({**content, "repeats": repeats}))


@pytest.mark.parametrize("columns", [80, 200])
def test_tables_and_progress_have_the_width_of_the_terminal(workplace: Path, columns: int) -> None:
    experiment(workplace, ["constant", "citation-knn"])
    compare = ["compare", "constant", "citation-knn", "--datasets", "musk1", "--repeats", "1"]
    for command in (["run", "small"], ["report", "small"], compare):
        shown = Terminal(columns, *command)
        assert shown.status == 0, shown.plain
        assert shown.longest <= columns, shown.plain
        assert "Citation-kNN" in shown.plain and "--wide" in shown.plain
        if command[0] == "run":
            assert "\r\x1b[K[####################]  20/20 trials" in shown.text
    wide = Terminal(columns, "report", "small", "--wide")
    assert wide.status == 0 and len(wide.plain) > 2 * len(Terminal(columns, "report", "small").plain)
    assert "SD repeats" in wide.plain and "…" not in wide.plain


@pytest.mark.parametrize(
    ("variables", "colours"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True),
    ],
)
def test_switches_of_colours(variables: dict[str, str], colours: bool) -> None:
    shown = Terminal(80, "describe", "nothing", **variables)
    assert shown.status == 1 and "Error:" in shown.plain
    assert ("\x1b[1;31mError:\x1b[0m" in shown.text) == colours
    assert ("\x1b" in shown.text) == colours


def test_a_dumb_terminal_gets_no_codes(workplace: Path) -> None:
    experiment(workplace, ["constant"])
    shown = Terminal(80, "run", "small", TERM="dumb")
    assert shown.status == 0 and "10/10 trials" in shown.text
    assert "\x1b" not in shown.text and "[#" not in shown.text


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "command", ["", "run", "report", "verify", "audit", "submit", "entry check", "data import", "new pooling"]
)
def test_help_has_the_width_of_the_terminal(columns: int, command: str) -> None:
    shown = Terminal(columns, *command.split(), "--help")
    assert shown.status == 0 and shown.longest <= columns, shown.plain
    # No line of the usage breaks within an option and its value.
    usage = shown.plain.replace("\r", "").partition("USAGE: ")[2].partition("\n\n")[0]
    assert usage and all(line.count("[") == line.count("]") for line in usage.split("\n")), usage


def test_ctrl_c_keeps_finished_trials_and_the_next_run_goes_on(workplace: Path) -> None:
    experiment(workplace, ["citation-knn"], repeats=5)
    call = ["run", "small", "--workers", "1"]
    stopped = Terminal(80, *call, interrupt_at=r"[1-9]\d*/50 trials")
    assert stopped.status == -signal.SIGINT
    ending = re.split(r"[\r\n]+", "".join(stopped.plain.partition("stopped: ")[1:]))
    line = " ".join(ending)
    assert "journals in runs" in line and "the same call goes on from there" in line, stopped.plain
    # The terminal itself echoes ^C behind the progress above.
    assert max(map(len, ending)) <= 80, stopped.plain
    # The signal may end the write of a record, which readers leave out.
    assert read_journal(workplace / "runs/small/journal.jsonl.gz").records
    resumed = Terminal(80, *call)
    assert resumed.status == 0 and "50/50 trials" in resumed.plain, resumed.plain
    first = re.search(r"(\d+)/50 trials", resumed.plain)
    assert first and 0 < int(first[1]) < 50, resumed.plain
