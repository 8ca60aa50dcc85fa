"""Descriptions beside journals, by which the command knows models that run in Python."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import MILBenchError

FOLDER = "python"
"""The subfolder of the folder of runs for descriptions, with one folder per model."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_name(name: str) -> str:
    """Returns the name if it is valid for a model.

    Raises:
        MILBenchError: for an invalid name.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise MILBenchError(f'name is "{name}", expected lower-case letters, digits and hyphens, such as my-pooling')
    return name


@dataclass(frozen=True)
class Description:
    """A model that runs in Python, for the command, which reads its trials from journals and never runs them."""

    name: str
    title: str
    citation: str
    digest: str
    """The digest of the model's code."""

    @property
    def program(self) -> str:
        """Returns the program that the command runs if a trial is missing; it explains how to run the trial."""
        words = json.dumps(f'run milbench.evaluate(..., name="{self.name}") in Python first, for these sets and folds')
        return f"import sys\n\nsys.exit({words})\n# {self.digest}\n"

    @property
    def configuration(self) -> str:
        """Returns the configuration for records, as the command derives it from the description."""
        file = f"{self.name}.py"
        text = self.program.encode()
        content = hashlib.sha256(f"{file}\n{len(text)}\n".encode() + text).hexdigest()
        external = {
            "command": f"python3 {file}",
            "program": content,
            "receives": "drawn order, anonymous names",
            "scores": "probabilities",
        }
        return json.dumps({"external": external}, sort_keys=True, separators=(",", ":"))

    def write(self, runs: Path) -> Path:
        """Writes the description and its program into the folder of runs, and returns their folder."""
        folder = runs / FOLDER / self.name
        folder.mkdir(parents=True, exist_ok=True)
        description: dict[str, Any] = {
            "title": self.title,
            "citation": self.citation,
            "summary": "A model that runs in Python; the digest of its code is in its program.",
            "command": ["python3", f"{self.name}.py"],
        }
        (folder / f"{self.name}.py").write_text(self.program, encoding="utf-8")
        (folder / f"{self.name}.json5").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
        return folder


def described(runs: Path, name: str) -> Path | None:
    """Returns the folder of a model's description in a folder of runs."""
    folder = runs / FOLDER / name
    return folder if (folder / f"{name}.json5").is_file() else None
