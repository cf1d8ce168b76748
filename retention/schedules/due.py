"""When something falls due, and under which rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAD_DAYS = 7


class Why(StrEnum):
    """The reasons of law 5 and PIPL-47A. The values are the rules of a disposal batch."""

    END = "end"  # response work ended, ER-85B
    ROLLING = "rolling"  # most days after collection
    LEVEL = "level"  # the level dropped: the item is no longer permitted, PH-49
    ITEM = "item"  # an item's own period is over while its record lives
    HOLD_ENDED = "hold_ended"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a standard says of one item."""

    kind: str
    levels: frozenset[int]
    days_after_end: int
    days_after_collection: int | None
    action: str = "destroy"


@dataclass(frozen=True, slots=True)
class Due:
    """An answer of the clock: the last day on which it may be kept, and why."""

    on: date
    why: Why


def end_of(day: date) -> datetime:
    """Midnight in Asia/Shanghai at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def is_due(due: Due, now: datetime) -> bool:
    """A day is due at its end, not at its beginning."""
    return now >= end_of(due.on)


def is_overdue(due: Due, now: datetime, grace_days: int = 0) -> bool:
    """Due, and the days that review and cooling-off may take have passed too."""
    return now >= end_of(due.on + timedelta(days=grace_days + 1))


def propose_on(due: Due, lead_days: int = LEAD_DAYS) -> date:
    """The day from which the clock proposes, so that review and cooling-off fit before the due day (law 10)."""
    return due.on - timedelta(days=lead_days)


def record_due(rules: Iterable[Rule], received_on: date) -> Due | None:
    """When a whole record falls due by its age: only where every item has a most-days; then with the longest."""
    days = [rule.days_after_collection for rule in rules]
    if not days or any(each is None for each in days):
        return None
    return Due(received_on + timedelta(days=max(each for each in days if each is not None)), Why.ROLLING)


def emergency_due(rules: Iterable[Rule], ended_on: date | None) -> Due | None:
    """When all of an emergency falls due: its work ended, and the longest period after it is over."""
    if ended_on is None:
        return None
    return Due(ended_on + timedelta(days=max((rule.days_after_end for rule in rules), default=0)), Why.END)


def item_due(
    rule: Rule,
    *,
    received_on: date,
    ended_on: date | None = None,
    closed_on: date | None = None,
    withdrawn_on: date | None = None,
) -> Due | None:
    """When one item of one record falls due: the earliest of its reasons; None while none of them has begun."""
    reasons = []
    if rule.days_after_collection is not None:
        reasons.append(Due(received_on + timedelta(days=rule.days_after_collection), Why.ITEM))
    if ended_on is not None:
        reasons.append(Due(ended_on + timedelta(days=rule.days_after_end), Why.END))
    if closed_on is not None:
        reasons.append(Due(max(closed_on, received_on), Why.LEVEL))
    if withdrawn_on is not None:
        reasons.append(Due(max(withdrawn_on, received_on), Why.ITEM))
    return min(reasons, key=lambda due: due.on) if reasons else None


def closed_by_drop(rules: Iterable[Rule], before: int, after: int) -> list[Rule]:
    """The items that the higher level allowed and the lower one does not. Level 1 is the highest: a drop goes up in
    number.
    """
    if after <= before:
        return []
    return [rule for rule in rules if before in rule.levels and after not in rule.levels]


def shorter(kept_until: date | None, other: date | None) -> date | None:
    """Two limits on the same thing: the earlier one holds. No limit is longer than any."""
    both = [day for day in (kept_until, other) if day is not None]
    return min(both) if both else None


def grown_on(born: date) -> date:
    """The first day on which a person is no longer under 14: the day after the birthday, as the catalogue counts
    years.
    """
    try:
        return born.replace(year=born.year + 14) + timedelta(days=1)
    except ValueError:  # born on 29 February, and that year has none
        return date(born.year + 14, 3, 1)
