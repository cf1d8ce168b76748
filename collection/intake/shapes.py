"""Whether something sent as JSON has a shape that answers can have: small, flat, and text that can be written."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import Invalid

LONGEST, MOST, DEEPEST = 2000, 100, 3
ODD = _("This is not written in the expected way.")


def demand(name: str, value: Any) -> None:
    """Raise Invalid about `name` unless `value` is made of short texts and small numbers, in short lists and dicts."""
    if not _fits(value, DEEPEST):
        raise Invalid(ODD, fields={name: ODD})


def _fits(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST and _writable(value)
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, (int, float)):
        return abs(value) < 2**53
    if not isinstance(value, (list, dict)) or depth == 0 or len(value) > MOST:
        return False
    if isinstance(value, dict):
        return all(_fits(each, 0) for each in value) and all(_fits(each, depth - 1) for each in value.values())
    return all(_fits(each, depth - 1) for each in value)


def _writable(text: str) -> bool:
    """Whether the text has no half of a surrogate pair, which nothing can write down."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
