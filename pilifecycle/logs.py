"""Log records without values (law 1): what failed, where, with which code. Never what it failed on.

The text of an exception may hold a row ("Key (name)=(…) already exists"), a statement, or what a person typed; the
arguments of somebody else's log call may hold a task's arguments. Kept are classes, places, codes, numbers and names.
"""

import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import PurePath
from types import TracebackType
from typing import Any

OURS = ("pilifecycle", "collection", "retention")
DIGITS = re.compile(r"\d{7,}")  # a phone or an ID number; ids of ours are UUIDs
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
NAME = re.compile(r"[\w./:@\[\]<>=+-]{1,200}", re.ASCII)
PHRASES = {status.phrase for status in HTTPStatus}
WITHHELD = "(withheld)"


class Bare(logging.Filter):
    """Strip every record before a handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        foreign = not record.name.startswith(OURS)
        if isinstance(record.msg, BaseException):
            record.msg = described(record.msg)
        record.args = _args(record.args, foreign)
        if record.exc_info and record.exc_info[1]:
            record.exc_text = "\n".join(chain(record.exc_info[1]))
        record.exc_info = record.stack_info = None
        return True


def described(error: BaseException) -> str:
    """The class of an error and its code, if it has one that names a kind and not a value."""
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or getattr(error, "code", None)
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind} code={code}" if isinstance(code, str) and NAME.fullmatch(code) else kind


def chain(error: BaseException | None) -> Iterator[str]:
    """An error and what caused it, each with the places that it passed, innermost first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{described(error)} at " + " < ".join(reversed([*places(error.__traceback__)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def places(trace: TracebackType | None) -> Iterator[str]:
    """file:line of each frame: the last three parts of its path, no source line, no local."""
    while trace is not None:
        path = PurePath(trace.tb_frame.f_code.co_filename)
        yield f"{'/'.join(path.parts[-3:])}:{trace.tb_lineno}"
        trace = trace.tb_next


def _args(args: Any, foreign: bool) -> Any:
    if isinstance(args, dict):
        return {name: _plain(value, foreign) for name, value in args.items()}
    return tuple(_plain(value, foreign) for value in args) if args else args


def _plain(value: Any, foreign: bool) -> Any:
    """A value that may be written. Our own calls are trusted to pass codes, but not to pass an exception."""
    if isinstance(value, BaseException):
        return described(value)
    if not foreign or value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else ""
    if text in PHRASES:
        return text
    return text if NAME.fullmatch(text) and not DIGITS.search(UUID.sub("", text)) else WITHHELD
