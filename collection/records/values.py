"""Open one value and put it into words. Called only behind a committed trace, or to be masked at once."""

from typing import Any

from collection.catalogue import kind
from collection.emergencies.models import StandardItem
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Gone

from .models import SealedRow


def opened(record: SealedRow, category: str, *, compartment: str | None = None) -> dict[int, Any]:
    """One category of one record in the clear: {kind number: value}. Raises Gone once its key is destroyed."""
    pack = getattr(record, f"pack_{category}")
    if pack is None:
        raise Gone(code="destroyed")
    return custody.unseal(
        record.emergency_id,
        record.pk,
        standard_version=str(record.standard_id),
        category=compartment or category,
        pack=bytes(pack),
    )


def value_of(record: SealedRow, code: str) -> Any:
    """The value of one kind, a list where every member was asked; None where nothing was answered."""
    the_kind = kind(code)
    return opened(record, the_kind.category).get(the_kind.number)


def in_words(record: SealedRow, item: StandardItem, language: str) -> str:
    """The value as a person reads it; empty where nothing was answered."""
    return words(item, value_of(record, item.kind), language)


def of_members(item: StandardItem, value: Any) -> list[Any]:
    """The values of all members, or the one value in a list. Several picks of one person are one value, not members."""
    if not item.each_member or not isinstance(value, list):
        return [value]
    picked = kind(item.kind).widget == "picks" and all(isinstance(each, str) for each in value)
    return [value] if picked else value


def words(item: StandardItem, value: Any, language: str) -> str:
    """A value, or the values of all members, in words."""
    the_kind = kind(item.kind)
    told = [
        the_kind.display(each, language, options=item.options) for each in of_members(item, value) if each is not None
    ]
    return ("；" if language.startswith("zh") else "; ").join(told)


def masked(item: StandardItem, value: Any) -> str:
    """The value, or the values of all members, masked for a list."""
    return "、".join(kind(item.kind).mask(each) for each in of_members(item, value) if each is not None)
