"""What may stand in the ledger: codes, counts, names of fields, identifiers, hashes, dates. Never free text (law 8)."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from .faults import LedgerRefuses

CODE = re.compile(r"[a-z0-9_.:/-]{1,80}", re.ASCII)
HASH = re.compile(r"[0-9a-f]{32,128}", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
STAFF = re.compile(r"[A-Za-z0-9_.:/-]{1,40}", re.ASCII)
PERSONAL = re.compile(r"(?:\+?86-?)?1[3-9]\d{9}|\d{15}|\d{17}[\dx]", re.ASCII)  # a mobile's or a resident ID's digits
DEEPEST, MOST = 4, 2**63
OUTSIDERS = ("clock", "person", "system")  # who acts without an account: the timetable, the public, the machine's owner


def moment(at: datetime) -> str:
    """An aware moment in the ledger's one spelling: UTC, microseconds, Z."""
    if at.tzinfo is None:
        raise LedgerRefuses("A moment without a zone is no moment.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def staff_number(actor: Any) -> str:
    """How the ledger names who acts: a User's or Shift's `staff_number`, or one of clock, person, system."""
    if isinstance(actor, str):
        if actor not in OUTSIDERS:
            raise LedgerRefuses("An actor is an account, a shift, or one of: " + ", ".join(OUTSIDERS))
        return actor
    number = getattr(actor, "staff_number", None)
    if not isinstance(number, str) or not STAFF.fullmatch(number) or number in OUTSIDERS:
        raise LedgerRefuses("This actor has no staff number that the ledger could name.")
    return number


def admitted(facts: Mapping[str, Any], *, carried: bool = False) -> dict[str, Any]:
    """The facts as JSON values. `carried` ones come from the vault's outbox and may name staff numbers as texts.

    Raises LedgerRefuses, which names the fact and never its value.
    """
    return {_name(name): _value(name, value, carried, DEEPEST) for name, value in facts.items()}


def _name(name: Any) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise LedgerRefuses("A fact's name is a short word in lower case.")
    return name


def _value(name: str, value: Any, carried: bool, depth: int) -> Any:
    if isinstance(value, list | tuple | set | frozenset | Mapping) and not depth:
        raise LedgerRefuses(f"The fact {name!r} is nested too deeply.")
    if isinstance(value, Mapping):
        return {_text(name, str(key), carried): _value(name, part, carried, depth - 1) for key, part in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_value(name, part, carried, depth - 1) for part in value)
    if isinstance(value, list | tuple):
        return [_value(name, part, carried, depth - 1) for part in value]
    return _plain(name, value, carried)


def _plain(name: str, value: Any, carried: bool) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -MOST <= value < MOST:
        return int(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _text(name, str(value), carried)
    if hasattr(value, "staff_number"):
        return staff_number(value)
    raise LedgerRefuses(f"The fact {name!r} is a {type(value).__name__}, which the ledger does not hold.")


def _text(name: str, value: str, carried: bool) -> str:
    known = (CODE, HASH, MOMENT, STAFF) if carried else (CODE, HASH, MOMENT)
    if PERSONAL.fullmatch(value) or not any(pattern.fullmatch(value) for pattern in known):
        raise LedgerRefuses(f"The fact {name!r} is no code; free text and personal values stay out of the ledger.")
    return value
