"""Business time: every due day, wait and date of the house.

In a store born as a demo time runs `demo_factor` times faster from its birth on, so that a life of months can be
watched in a minute. Technical time (leases, form tokens, sessions, caches) stays real.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .models import Birth

SHANGHAI = ZoneInfo("Asia/Shanghai")
_birth: Birth | None = None


def birth() -> Birth | None:
    """The store's birth row, read once a process; None before the first migrate."""
    global _birth
    if _birth is None:
        _birth = Birth.objects.first()
    return _birth


def is_demo() -> bool:
    """Whether this store was born as a demo (printed on every certificate)."""
    return bool((b := birth()) and b.demo_factor)


def now() -> datetime:
    """Business time, aware, UTC."""
    real, b = datetime.now(UTC), birth()
    if b is None or not b.demo_factor:
        return real
    return b.born_at + (real - b.born_at) * b.demo_factor


def real_wait(wait: timedelta) -> timedelta:
    """How long a business wait takes on the wall clock."""
    b = birth()
    return wait / b.demo_factor if b and b.demo_factor else wait


def local_date(moment: datetime) -> date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    """Today in Asia/Shanghai, in business time."""
    return local_date(now())


def end_of(day: date) -> datetime:
    """The moment at which a local date is over: what is due on that day is due then."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def forget() -> None:
    """Drop the cached birth row (after a restore, and between tests)."""
    global _birth
    _birth = None
