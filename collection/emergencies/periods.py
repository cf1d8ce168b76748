"""Pure arithmetic of dates: when response work ends by default, until when late entries come in, where a day begins.

A day is a day in Asia/Shanghai; what is due on a day is due at its end (ER-86, PH-8, PIPL-19).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS_TO_END, DAYS_TO_END_PUBLIC_HEALTH = 30, 15
LATE_DAYS = 2  # 48 hours in which sealed offline submissions still come in


def day_of(moment: datetime) -> date:
    """The local day of an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The moment at which a local day is over, in UTC."""
    return start_of(day + timedelta(days=1))


def moment_of(day: date, now: datetime) -> datetime:
    """The moment that a paper's date stands for: now if that is today, else the last second of that day."""
    return min(now, end_of(day) - timedelta(seconds=1))


def days_to_end(category: str, agreed: list[int] | None = None) -> int:
    """Days from lifting to the default end: the shortest that a standard says, never more than the category's."""
    longest = DAYS_TO_END_PUBLIC_HEALTH if category == "public_health" else DAYS_TO_END
    return min([longest, *(agreed or [])])


def default_end(lifted_on: date, days: int) -> date:
    """The day on which response work has ended where no document says otherwise."""
    return lifted_on + timedelta(days=days)


def late_cut_off(lifted_at: datetime, late_days: int = LATE_DAYS) -> datetime:
    """Until when sealed offline submissions are accepted; before it nothing of the whole emergency is frozen."""
    return lifted_at + timedelta(days=late_days)


def comes_too_late(lifted_at: datetime, received_at: datetime, late_days: int = LATE_DAYS) -> bool:
    """Whether a sealed offline submission is turned away for good (410)."""
    return received_at > late_cut_off(lifted_at, late_days)


def keep_until(received_on: date, days_after_collection: int) -> date:
    """The last day on which an item with "most days after collection" is held."""
    return received_on + timedelta(days=days_after_collection)


def kept_after_end(ended_on: date, days_after_end: int) -> date:
    """The last day on which an item that hangs on the emergency's end is held."""
    return ended_on + timedelta(days=days_after_end)
