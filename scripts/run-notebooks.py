"""Runs notebooks from the first cell to the last, each in an empty folder: run-notebooks.py NOTEBOOK ...

Needs nbclient, ipykernel and the imports of the notebooks. A cell that fails, or a notebook that takes longer than the
limit, is an error. The notebooks themselves are not changed.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

LIMIT = 60


def main() -> int:
    """Runs the notebooks and prints the time of each."""
    failures = 0
    for name in sys.argv[1:]:
        notebook = nbformat.read(name, as_version=4)
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="milbench-notebook-") as folder:
            client = NotebookClient(notebook, timeout=LIMIT, kernel_name="python3", resources={"metadata": {"path": folder}})
            try:
                client.execute()
            except CellExecutionError as error:
                print(f"{name}: {error}", file=sys.stderr)
                failures += 1
                continue
        seconds = time.monotonic() - start
        print(f"{Path(name).name}: {seconds:.0f} s")
        if os.environ.get("SHOW_OUTPUTS"):
            for cell in notebook.cells:
                for output in cell.get("outputs", []):
                    print(output.get("text") or output.get("data", {}).get("text/plain", ""))
        if seconds > LIMIT:
            print(f"{name}: took {seconds:.0f} s, expected at most {LIMIT} s", file=sys.stderr)
            failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
