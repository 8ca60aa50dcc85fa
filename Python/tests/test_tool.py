import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import milbench
from milbench import tool


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def environment() -> dict[str, str]:
    """Variables by which another Python finds the package that is tested."""
    return {**os.environ, "PYTHONPATH": str(Path(milbench.__file__).parents[1])}


def test_the_command_has_the_version_of_the_package() -> None:
    assert milbench.run_tool(["--version"]).strip() == milbench.__version__


def test_places_are_tried_in_order(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = milbench.find_tool()
    monkeypatch.setattr(tool, "_BESIDE", workplace / "bin" / "milbench")
    monkeypatch.setenv("MILBENCH_TOOL", str(workplace / "none"))
    with pytest.raises(milbench.MILBenchError, match="MILBENCH_TOOL is .*none, which is no program"):
        milbench.find_tool()
    monkeypatch.delenv("MILBENCH_TOOL")
    monkeypatch.setenv("PATH", str(workplace))
    with pytest.raises(milbench.MILBenchError, match="not on PATH.*make wheel.*MILBENCH_TOOL="):
        milbench.find_tool()
    # A script of this name is the launcher of this package.
    program(workplace / "milbench", "#!/bin/sh\n")
    with pytest.raises(milbench.MILBenchError, match="no milbench command"):
        milbench.find_tool()
    (workplace / "other").mkdir()
    os.symlink(real, workplace / "other" / "milbench")
    monkeypatch.setenv("PATH", f"{workplace}:{workplace / 'other'}")
    assert milbench.find_tool() == workplace / "other" / "milbench"
    monkeypatch.setattr(tool, "_BESIDE", real)
    assert milbench.find_tool() == real


def test_the_launcher_passes_on_what_it_is_given() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from milbench.tool import main; main()", "list", "nothing"],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert run.returncode == 64 and "Usage" in run.stderr


def test_messages_have_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    with pytest.raises(tool.ToolError, match="Error: ") as raised:
        milbench.run_tool(["describe", "nothing"])
    assert "\x1b" not in str(raised.value)


def test_options_are_spelt_as_the_command_has_them() -> None:
    given = {"bag_column": "slide", "no_labels": True, "force": False, "missing": None, "label_column": ["a", "b"]}
    assert tool.options(given) == ["--bag-column", "slide", "--no-labels", "--label-column", "a", "--label-column", "b"]
    assert tool.options({"coordinate_columns": ("x", "y")}) == ["--coordinate-columns", "x,y"]


def test_libraries_that_are_not_there_are_named() -> None:
    script = (
        "import sys; sys.modules.update(dict.fromkeys(['pandas', 'torch', 'sklearn', 'sklearn.base'])); import milbench\n"
        "for use in (lambda: milbench.read_journals('.'), lambda: milbench.TorchBags, lambda: milbench.MILClassifier):\n"
        "    try: use()\n    except milbench.MissingLibraryError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment())
    lines = run.stdout.splitlines()
    assert len(lines) == 3 and all("pip install" in line for line in lines), run.stdout + run.stderr
