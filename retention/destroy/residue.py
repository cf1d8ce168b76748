"""Residue scan (残留检查): does any file hold what may stand nowhere (vault.md §8)?

It reads files as bytes and knows no table: database files with their journals, logs, caches, messages, certificates,
the second place, temporary files of ours. It names file and offset, and never prints what it found. Files are read in
pieces that overlap, and a scan can stop after any piece and go on from there.
"""

import os
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from . import needles as sought
from .needles import Needles

PIECE = 8 * 2**20
MOST = 100  # findings told of one file
_kept: dict[tuple[int, int], int] = {}
OURS = ("pil-", "pilifecycle", "etilqs_")  # SQLite's own temporary files too


@dataclass(frozen=True)
class Finding:
    """One place. `what`: marker (plaintext), sealed (a pack of a destroyed key batch), text (given by hand)."""

    what: str
    path: str
    offset: int
    name: str = ""


@dataclass
class Report:
    """What was read and found. `unreadable`: files that should have been read. `out_of_reach`: stores elsewhere."""

    files: int = 0
    size: int = 0
    findings: list[Finding] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    out_of_reach: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing was found, and everything that is ours could be read."""
        return not self.findings and not self.unreadable

    def as_dict(self) -> dict[str, Any]:
        """JSON values, without any content."""
        return {
            "clean": self.clean,
            "files": self.files,
            "bytes": self.size,
            "findings": [vars(finding) for finding in self.findings],
            "unreadable": self.unreadable,
            "out_of_reach": self.out_of_reach,
        }


def scan(emergency: UUID | None = None, *, dirs: Iterable[Path] | None = None, texts: Iterable[str] = ()) -> Report:
    """Scan all places of the store, or only `dirs`, for the needles of one emergency or of all."""
    report, needles = Report(), sought.of_store(emergency, texts=texts)
    chosen = list(dirs) if dirs is not None else None
    if chosen is None:
        report.out_of_reach = out_of_reach()
    for path in files(chosen):
        _whole_file(path, needles, report)
    return report


def _whole_file(path: Path, needles: Needles, report: Report) -> None:
    report.files += 1
    offset: int | None = 0
    while offset is not None:
        offset = read_on(path, offset, needles, report, until=float("inf"))


def read_on(path: Path, offset: int, needles: Needles, report: Report, *, until: float) -> int | None:
    """Scan one file from `offset` on, at most until a moment of `time.monotonic`; where to go on, None at its end."""
    kept = b""
    try:
        with _opened(path) as file:
            while read := os.pread(file, PIECE, offset):
                piece = kept + read
                _tell(report, path, offset - len(kept), len(kept), needles.found(piece))
                report.size += len(read)
                offset += len(read)
                kept = piece[1 - needles.overlap :]
                if time.monotonic() > until and offset < os.fstat(file).st_size:
                    return offset - len(kept)
    except FileNotFoundError:  # it went while we looked: a message, a temporary file
        return None
    except OSError:
        report.unreadable.append(str(path))
    return None


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A descriptor to read from. The one of a database of ours is opened once a process, and never closed.

    POSIX takes all of a process's locks off a file when it closes any descriptor of it: another process would believe
    itself the last one, and remove the write-ahead log under our feet.
    """
    told = path.stat()
    name = (told.st_dev, told.st_ino)
    if name in _kept:
        yield _kept[name]
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if name in _databases(""):
        _kept[name] = descriptor
        yield descriptor
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _databases(ending: str) -> set[tuple[int, int]]:
    """Device and inode of our own SQLite files with this ending."""
    mine = (connections[using].settings_dict for using in connections)
    paths = (Path(f"{config['NAME']}{ending}") for config in mine if "sqlite" in config["ENGINE"])
    return {(told.st_dev, told.st_ino) for path in paths if path.exists() for told in (path.stat(),)}


def _tell(report: Report, path: Path, start: int, known: int, found: Iterable[tuple[int, int, str, str]]) -> None:
    """Note what was found in a piece, but what lay wholly in the `known` bytes it shares with the piece before."""
    told = sum(finding.path == str(path) for finding in report.findings)
    for at, end, what, name in sorted(found):
        finding = Finding(what, str(path), start + at, name)
        if end > known and told < MOST and finding not in report.findings:
            report.findings.append(finding)
            told += 1


def files(dirs: Iterable[Path] | None = None) -> list[Path]:
    """Every regular file below `dirs`, or of the store, each once, in the order of their names."""
    found: dict[tuple[int, int], Path] = {}
    shared = _databases("-shm")  # an index of page numbers, holding locks that reading it would cost
    for path in _walked(dirs if dirs is not None else places()):
        try:
            told = path.stat()
        except OSError:
            continue
        if stat.S_ISREG(told.st_mode) and (told.st_dev, told.st_ino) not in shared:
            found.setdefault((told.st_dev, told.st_ino), path)
    return sorted(found.values())


def _walked(roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        if not root.is_dir():
            yield root
            continue
        for folder, _folders, names in os.walk(root):
            yield from (Path(folder) / name for name in names)


def places() -> list[Path]:
    """Folders and files in which this store may leave something on this machine."""
    named = [settings.PIL_HOME, settings.PIL_SECOND_PLACE, settings.PIL_CERTIFICATES, settings.PIL_KEYRING]
    static = Path(settings.STATIC_ROOT) if settings.STATIC_ROOT else None
    databases = [path for using in connections for path in database_files(using)]
    return [Path(path) for path in [*named, *databases, *temporary(), *([static] if static else [])]]


def database_files(using: str) -> list[Path]:
    """The file of a SQLite database and its journals, those that are there."""
    config = connections[using].settings_dict
    if "sqlite" not in config["ENGINE"]:
        return []
    paths = (Path(f"{config['NAME']}{ending}") for ending in ("", "-wal", "-shm", "-journal"))
    return [path for path in paths if path.exists()]


def temporary() -> list[Path]:
    """Files of ours in the machine's temporary folder."""
    try:
        entries = list(os.scandir(tempfile.gettempdir()))
    except OSError:
        return []
    mine = os.getuid()
    return [Path(e) for e in entries if e.name.startswith(OURS) and e.stat(follow_symlinks=False).st_uid == mine]


def out_of_reach() -> list[str]:
    """Stores whose files stand with another service: scanned there with `--dir`, or in the register of copies."""
    servers = [f"database_server:{using}" for using in connections if connections[using].vendor != "sqlite"]
    return servers + (["broker"] if settings.CELERY_BROKER_URL.startswith("redis") else [])
