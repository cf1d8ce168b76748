"""The second place: append-only files apart from the databases, one a kind, one JSON value a line. Nothing personal.

A line is on the disk (fsync) before the transaction that it belongs to commits, so the second place may be ahead of a
database that crashed or was restored, never behind what was acknowledged. Nothing here ever rewinds or rewrites: a line
torn by a crash stays where it is and is passed over, and whoever wrote it writes it again.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pilifecycle.crypto import dsse
from pilifecycle.errors import Unavailable

KINDS = ("leaf", "checkpoint", "tombstone", "puncture", "destroyed")
BLOCK = 65_536


def append(kind: str, line: Any) -> None:
    """Append one JSON value and return when it is on the disk. Raises Unavailable(code="second_place")."""
    append_all(kind, [line])


def append_all(kind: str, values: Iterable[Any]) -> None:
    """Append several values with one fsync. Bytes are canonical JSON already."""
    data = b"".join((value if isinstance(value, bytes) else dsse.canonical(value)) + b"\n" for value in values)
    if not data:
        return
    try:
        _write(_place(kind), data)
    except OSError as error:
        raise _unavailable() from error


def lines(kind: str) -> Iterator[Any]:
    """All values of a kind, in the order of their writing; torn lines are passed over."""
    path = _path(kind)
    try:
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield from _read(line)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unavailable() from error


def last(kind: str) -> Any:
    """The last whole value of a kind, or None; reads the end of the file only."""
    try:
        with _path(kind).open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            return _last(file, end)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unavailable() from error


def _last(file: Any, end: int) -> Any:
    read = BLOCK
    while True:
        start = max(0, end - read)
        file.seek(start)
        whole = file.read(end - start).split(b"\n")[0 if start == 0 else 1 : -1]
        for line in reversed(whole):
            for value in _read(line):
                return value
        if start == 0:
            return None
        read *= 2


def _read(line: bytes) -> Iterator[Any]:
    """The value of a line, or nothing where a crash tore it."""
    try:
        yield json.loads(line)
    except ValueError:
        return


def _path(kind: str) -> Path:
    if kind not in KINDS:
        raise ValueError("The second place has no such kind of line.")
    return Path(settings.PIL_SECOND_PLACE) / f"{kind}.jsonl"


def _place(kind: str) -> Path:
    path = _path(kind)
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _write(path: Path, data: bytes) -> None:
    new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            data = b"\n" + data  # end the line that a crash tore
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable() -> Unavailable:
    return Unavailable(_("The second place cannot be read or written."), code="second_place")
