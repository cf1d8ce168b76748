"""Dates of birth that can be: real days, not in the future, not before 1900."""

from datetime import date

from collection.catalogue.faults import Refused
from collection.catalogue.words import Text

_FIRST_YEAR = 1900
NO_DATE = Text("出生日期有误，请按“年-月-日”填写。", "This is not a date. Please write year-month-day.")
FUTURE = Text("出生日期不能晚于今天。", "A date of birth cannot lie in the future.")
TOO_EARLY = Text("出生日期不能早于 1900 年。", "A date of birth cannot be before 1900.")


def born(iso: str) -> date:
    """Return the date of a stored date of birth."""
    return date(int(iso[:4]), int(iso[5:7]), int(iso[8:]))


def valid_birth(year: int, month: int, day: int, today: date) -> date:
    """Return the day; raise Refused."""
    try:
        birth = date(year, month, day)
    except ValueError:
        raise Refused("no_date", NO_DATE) from None
    if birth > today:
        raise Refused("future", FUTURE)
    if year < _FIRST_YEAR:
        raise Refused("too_early", TOO_EARLY)
    return birth
