"""The ``milbench`` command: finds it and runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from .errors import MILBenchError

VARIABLE = "MILBENCH_TOOL"
"""The environment variable that names a command other than the one in the package."""

_BESIDE = Path(__file__).parent / "bin" / "milbench"
_UNFINISHED = 3


class ToolError(MILBenchError):
    """A call of the command that ended with an error, with the command's own message."""

    def __init__(self, message: str, code: int) -> None:
        """Creates an error with the command's last line and its exit code."""
        super().__init__(message)
        self.code = code


def find_tool() -> Path:
    """Finds the command: the one in the package, else the one in ``MILBENCH_TOOL``, else the first on ``PATH``.

    Raises:
        MILBenchError: if there is none, with the three locations.
    """
    if _BESIDE.is_file():
        return _BESIDE
    named = os.environ.get(VARIABLE)
    if named:
        path = Path(named).expanduser()
        if path.is_file() and os.access(path, os.X_OK):
            return path.absolute()
        raise MILBenchError(f"{VARIABLE} is {named}, which is no program, expected the path of the milbench command")
    # The launcher of this package has the same name as the command, and it must not call itself.
    own = Path(sys.argv[0]).resolve().parent if Path(sys.argv[0]).name == "milbench" else None
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which("milbench", path=folder) if folder else None
        if found and Path(found).resolve().parent != own and not _is_launcher(Path(found)):
            return Path(found)
    raise MILBenchError(
        f"there is no milbench command: not beside the package ({_BESIDE}), not in {VARIABLE}, not on PATH; install the "
        f"wheel that 'make wheel' builds, or build the command with 'make build' and set {VARIABLE}=.build/release/milbench"
    )


def _is_launcher(path: Path) -> bool:
    """Returns whether a program is a script, as the launcher of this package is."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return True


def run_tool(
    arguments: Sequence[str | os.PathLike[str]],
    *,
    shows_progress: bool = False,
    environment: Mapping[str, str] | None = None,
    accepts_unfinished: bool = False,
) -> str:
    """Runs the command and returns its output.

    Args:
        arguments: the arguments after ``milbench``.
        shows_progress: whether lines on standard error are passed on immediately.
        environment: further environment variables.
        accepts_unfinished: whether failed trials at the end are not an error.

    Raises:
        ToolError: with the command's error, or its last lines if it names none, if it ended with an error.
    """
    command = [str(find_tool()), *map(str, arguments)]
    # Its messages become errors and lines of this process, so they have no colours.
    variables = {**os.environ, **(environment or {}), "NO_COLOR": "1"}
    lines: list[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables
    ) as process:
        assert process.stderr is not None and process.stdout is not None
        errors = process.stderr

        def follow() -> None:
            for line in errors:
                text = line.decode("utf-8", "replace")
                lines.append(text.rstrip())
                if shows_progress:
                    sys.stderr.write(text)
                    sys.stderr.flush()

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            output = process.stdout.read().decode("utf-8", "replace")
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
        follower.join()
    if code == 0 or (accepts_unfinished and code == _UNFINISHED):
        return output
    # The parser of the command prints up to three lines of help below an error.
    last = [line for line in lines if line.strip()]
    starts = [number for number, line in enumerate(last) if line.startswith("Error: ")]
    last = last[starts[-1] :] if starts else last[-3:]
    raise ToolError(" | ".join(last) or f"'{' '.join(command)}' ended with exit code {code}", code)


def run_tool_json(
    arguments: Sequence[str | os.PathLike[str]],
    *,
    shows_progress: bool = False,
    environment: Mapping[str, str] | None = None,
    accepts_unfinished: bool = False,
) -> Any:
    """Runs the command with ``--json`` and returns its parsed output; the parameters are those of ``run_tool``."""
    output = run_tool(
        [*arguments, "--json"],
        shows_progress=shows_progress,
        environment=environment,
        accepts_unfinished=accepts_unfinished,
    )
    try:
        return json.loads(output)
    except ValueError as error:
        raise MILBenchError(f"the milbench command at {find_tool()} printed no JSON ({error})") from error


def options(given: Mapping[str, object]) -> list[str]:
    """Converts keyword arguments to options of the command: ``bag_column="slide"`` becomes ``--bag-column slide``.

    A list repeats the option, except for ``coordinate_columns``, which has two words. ``None`` and ``False`` omit it.
    """
    words: list[str] = []
    for name, value in given.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(option)
        elif isinstance(value, (list, tuple)):
            if name == "coordinate_columns":
                words += [option, ",".join(map(str, value))]
            else:
                for one in value:
                    words += [option, str(one)]
        else:
            words += [option, str(value)]
    return words


def list_models() -> list[dict[str, Any]]:
    """Returns the models of the command, each with its id, title, citation and parameters."""
    return list(run_tool_json(["list", "models"]))


def main() -> NoReturn:
    """Replaces this process with the command; the script ``milbench`` of the package calls it."""
    try:
        tool = find_tool()
    except MILBenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    os.execv(tool, [str(tool), *sys.argv[1:]])
