import os
import re
import subprocess
from pathlib import Path

import pytest

import milbench

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "Sources/MILBench/MILBench.docc/Python.md"


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not beside the package")
def test_the_article_runs_from_its_first_line_to_its_last(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("pandas")
    blocks = re.findall(r"^```python\n(.*?)^```$", ARTICLE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 6
    names: dict[str, object] = {"__name__": "article"}
    for number, block in enumerate(blocks):
        exec(compile(block, f"Python.md, block {number + 1}", "exec"), names)
    assert "size-of-bag on musk1: accuracy" in capsys.readouterr().out
    # The one command that is shown, which takes the trials of a model in Python.
    shown = next(line for line in ARTICLE.read_text(encoding="utf-8").splitlines() if line.startswith("MILBENCH_MODELS="))
    os.symlink(milbench.find_tool(), "milbench")
    environment = {**os.environ, "PATH": f"{Path.cwd()}:{os.environ['PATH']}"}
    run = subprocess.run(shown, shell=True, capture_output=True, text=True, env=environment)
    assert run.returncode == 0 and "0 trials run" in run.stderr, run.stderr
