"""Writes the manual page of the command from the command's own definitions: man_page.py MILBENCH >milbench.1."""

import json
import subprocess
import sys
from typing import Any


def escaped(text: str) -> str:
    """Returns text escaped for roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in text.splitlines())


def paragraphs(text: str) -> list[str]:
    """Returns the lines of a discussion: paragraphs are filled, and indented lines stay as they are."""
    lines: list[str] = []
    for block in text.split("\n\n"):
        parts = block.splitlines()
        lines.append(".PP")
        for index, part in enumerate(parts):
            is_plain = part.startswith(" ")
            if is_plain and (index == 0 or not parts[index - 1].startswith(" ")):
                lines.append(".nf")
            lines.append(escaped(part))
            if is_plain and (index + 1 == len(parts) or not parts[index + 1].startswith(" ")):
                lines.append(".fi")
    return lines


def spelling(argument: dict[str, Any]) -> str:
    """Returns the notation of an argument."""
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    names = [("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names", [])]
    text = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names)
    return text + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def section(command: dict[str, Any], path: list[str]) -> list[str]:
    """Returns the lines of a command and of its subcommands."""
    lines = [f".SS {escaped(' '.join(path))}", escaped(command.get("abstract", ""))]
    for argument in command.get("arguments", []):
        if argument.get("shouldDisplay", True) and argument.get("valueName") != "help":
            default = f" (default: {argument['defaultValue']})" if argument.get("defaultValue") else ""
            lines += [".TP", spelling(argument), escaped(argument.get("abstract", "") + default)]
    if command.get("discussion"):
        lines += paragraphs(command["discussion"])
    for below in command.get("subcommands", []):
        if below["commandName"] != "help":
            lines += section(below, [*path, below["commandName"]])
    return lines


def main() -> None:
    """Prints the page."""
    tool = sys.argv[1]
    help_text = subprocess.run([tool, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    command = json.loads(help_text)["command"]
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    lines = [f'.TH MILBENCH 1 "" "milbench {version}"', ".SH NAME"]
    lines += [f"milbench \\- {escaped(command['abstract'])}", ".SH SYNOPSIS", "\\fBmilbench\\fR \\fIcommand\\fR ..."]
    lines += [".SH DESCRIPTION", *paragraphs(command.get("discussion", "")), ".SH COMMANDS"]
    for below in command["subcommands"]:
        if below["commandName"] != "help":
            lines += section(below, ["milbench", below["commandName"]])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
