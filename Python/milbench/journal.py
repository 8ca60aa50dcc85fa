"""Journals: gzip members of JSON lines, one per trial, with a checksum each."""

from __future__ import annotations

import json
import os
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from .errors import MILBenchError, MissingLibraryError

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]

FORMAT = 1
"""The number of the layout of records that this code reads and writes."""

_HEAD = b'{"crc32":"'
_MEMBER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
_SETTINGS = ("configuration", "protocolSettings", "dataHash", "foldsHash", "code", "task")
_KEY = ("dataset", "model", "protocol", "repetition", "fold")


class DamagedJournalWarning(UserWarning):
    """A part of a journal that cannot be read and is left out."""


def trial_of(record: Record) -> tuple[Any, ...]:
    """Returns the identity of a record's trial, and the settings that determine its result."""
    return (*(record.get(name) for name in _KEY), *(record.get(name) for name in _SETTINGS))


def sealed_line(record: Record) -> bytes:
    """Returns a record as a line of JSON with its checksum: the CRC-32 of the rest, as eight hexadecimal digits."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return b'%s%08x",%s\n' % (_HEAD, zlib.crc32(text[1:]), text[1:])


def packed_member(text: bytes) -> bytes:
    """Returns a gzip member with a text."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(text) + packer.flush()
    return _MEMBER + body + zlib.crc32(text).to_bytes(4, "little") + (len(text) & 0xFFFFFFFF).to_bytes(4, "little")


@dataclass
class JournalContents:
    """The contents of a journal."""

    records: list[Record] = field(default_factory=list)
    """The records in the order of the lines."""
    damage: list[str] = field(default_factory=list)
    """The faults of the other lines, one sentence each with file and line."""
    sound_length: int = 0
    """The bytes up to the end of the last whole member."""


def read_journal(path: str | Path) -> JournalContents:
    """Reads a journal, packed or plain; damaged lines are left out and reported.

    Raises:
        MILBenchError: for a file that cannot be read.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MILBenchError(f"{path}: cannot be read ({error.strerror}), expected a journal") from error
    result = JournalContents()
    number = 0

    def take(text: bytes, is_last: bool) -> bytes:
        nonlocal number
        *lines, rest = text.split(b"\n")
        if is_last and rest:
            lines, rest = [*lines, rest], b""
        for line in lines:
            number += 1
            if not line.strip():
                continue
            record, problem = _record(line)
            if record is not None:
                result.records.append(record)
            else:
                result.damage.append(f"{path}:{number}: {problem}")
        return rest

    if not content.startswith(_MEMBER[:2]):
        take(content, True)
        result.sound_length = len(content)
        return result
    position, rest = 0, b""
    while position < len(content):
        unpacker = zlib.decompressobj(31)
        try:
            rest = take(rest + unpacker.decompress(content[position:]), False)
        except zlib.error as error:
            following = content.find(_MEMBER, position + 1)
            result.damage.append(f"{path}:{number + 1}: bytes from {position} on cannot be unpacked ({error})")
            rest = b""
            if following < 0:
                break
            position = following
            continue
        if not unpacker.eof:
            if rest:
                result.damage.append(f"{path}:{number + 1}: ends within a line, as a run leaves it that was killed")
            break
        position = len(content) - len(unpacker.unused_data)
        result.sound_length = position
    return result


def _record(line: bytes) -> tuple[Record | None, str]:
    if line.startswith(_HEAD) and line[18:20] == b'",':
        stated, found = line[10:18].decode("ascii", "replace"), f"{zlib.crc32(line[20:]):08x}"
        if stated != found:
            return None, f"checksum {stated}, but the line has {found}"
    try:
        record = json.loads(line)
    except ValueError as error:
        return None, f"no JSON ({error})"
    if not isinstance(record, dict) or "dataset" not in record:
        return None, "no record of a trial"
    if record.get("format") != FORMAT:
        return None, f"record of format {record.get('format')}, expected format {FORMAT}"
    record.pop("crc32", None)
    return record, ""


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _MEMBER[:2]


class JournalWriter:
    """The only writer of a journal; each appended record is on the disk completely or not at all.

    The partial record of a killed run at the end is removed. A journal with earlier damage is rejected, since some readers
    would lose the lines after the damage.
    """

    def __init__(self, path: str | Path) -> None:
        """Opens and locks a journal, and creates it if it is missing.

        Raises:
            MILBenchError: if it cannot be opened, another run writes to it, or it is not a journal.
        """
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = self.path.open("ab")
        except OSError as error:
            raise MILBenchError(f"{self.path}: cannot be opened for appending ({error.strerror})") from error
        try:
            self._lock()
            contents = read_journal(self.path)
            size = self.path.stat().st_size
            if size and not _is_packed(self.path):
                raise MILBenchError(f"{self.path}: is no packed journal, expected JSON lines in gzip")
            if contents.sound_length < size:
                self._file.truncate(contents.sound_length)
            self.contents = read_journal(self.path) if contents.sound_length < size else contents
        except BaseException:
            self._file.close()
            raise

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # On systems without such a lock, users must not run two at the same time.
            return
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MILBenchError(
                f"{self.path}: another run is writing to it, expected to be its only writer; wait for it or name another "
                "output folder"
            ) from error

    def append(self, record: Record) -> None:
        """Writes a record as the last line."""
        self._file.write(packed_member(sealed_line(record)))
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> JournalWriter:
        """Returns the writer, which is closed at the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Closes the journal."""
        self._file.close()


def find_journals(places: str | Path | Iterable[str | Path]) -> list[Path]:
    """Returns the journals of trials among files and in folders and their subfolders, sorted.

    Raises:
        MILBenchError: for a missing file or folder.
    """
    if isinstance(places, (str, Path)):
        places = [places]
    if not isinstance(places, Iterable):
        raise MILBenchError(f"places are a {type(places).__name__}, expected files or folders of journals")
    found: list[Path] = []
    for place in map(Path, places):
        if place.is_dir():
            found += sorted(path for ending in ("*.jsonl.gz", "*.jsonl") for path in place.rglob(ending))
        elif place.exists():
            found.append(place)
        else:
            raise MILBenchError(f"{place}: there is no such file or folder, expected journals (.jsonl.gz)")
    return found


def last_records(records: Iterable[Record]) -> list[Record]:
    """Returns the last record of each trial and settings, in the order of these last records."""
    last: dict[tuple[Any, ...], Record] = {}
    for record in records:
        trial = trial_of(record)
        last.pop(trial, None)
        last[trial] = record
    return list(last.values())


def accuracy_of(record: Record) -> float | None:
    """Returns the share of correctly predicted test bags; None for trials without scores or classes."""
    if record.get("status") != "finished" or not record.get("labels"):
        return None
    if record.get("called"):
        calls = record["called"]
    elif record.get("outputs"):
        calls = [max(range(len(row)), key=row.__getitem__) for row in record["outputs"]]
    else:
        calls = [int(score >= record.get("threshold", 0.5)) for score in record["scores"]]
    right = sum(call == label for call, label in zip(calls, record["labels"], strict=False))
    return float(right / len(calls))


def read_journals(places: str | Path | Iterable[str | Path], *, all_records: bool = False) -> pd.DataFrame:
    """Reads journals into pandas: one row per trial, with the columns of the record, ``accuracy`` and ``journal``.

    ``bags``, ``labels`` and ``scores`` have one list each; ``frame.explode(["bags", "labels", "scores"])`` returns one row per
    test bag. Damaged lines are left out. Each is a warning with file and line, and is in ``frame.attrs["damage"]``.

    Args:
        places: files, or folders to search for journals.
        all_records: whether to keep records that a later one of the same trial and settings has replaced.

    Raises:
        MILBenchError: for a missing file or folder, or one without a journal.
        MissingLibraryError: without pandas.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingLibraryError("pandas", "read_journals") from error
    paths = find_journals(places)
    if not paths:
        raise MILBenchError(f"{places}: no journals, expected files that end in .jsonl.gz or .jsonl")
    records: list[Record] = []
    damage: list[str] = []
    for path in paths:
        contents = read_journal(path)
        kept = contents.records if all_records else last_records(contents.records)
        records += [{**record, "accuracy": accuracy_of(record), "journal": str(path)} for record in kept]
        damage += contents.damage
    for line in damage:
        warnings.warn(line, DamagedJournalWarning, stacklevel=2)
    frame = pd.DataFrame(records)
    frame.attrs["damage"] = damage
    return frame
