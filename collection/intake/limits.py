"""How often may be tried: by point and by failed code, never by address alone (a whole estate sits behind one).

Counters live in the cache, under hashes and random ids; their time is real. Where the cache does not answer nothing
is counted and nobody is turned away: whoever stands at the gate must be registered, and a receipt page that cannot
count its failures is closed for a while instead.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis import RedisError

from pilifecycle.errors import TooMany, Unavailable

log = logging.getLogger("pilifecycle.intake")

MOST_A_SECOND = 60  # at one point; a busy gate lane sends one every three seconds
TRIES, WINDOW = 8, 900  # wrong answers to one code
POINT_TRIES = 300  # wrong codes of one point, in the same time


def submission(point: UUID) -> None:
    """Count one request at a point. Raises TooMany for rates that no gate has."""
    try:
        with _answering():
            counted = _count(f"intake-{point.hex}-{int(time.time())}", 5)
    except Unavailable:
        return
    if counted > MOST_A_SECOND:
        raise TooMany(
            _("Very many people register here at this moment. Please try again in a few seconds."), retry_after=3
        )


def demand_tries(code: bytes, point: UUID | None) -> None:
    """Raise TooMany where this code, or this point, has seen too many failures."""
    with _answering():
        tried = cache.get(_of_code(code), 0) >= TRIES or cache.get(_of_point(point), 0) >= POINT_TRIES
    if tried:
        raise TooMany(
            _("Too many wrong tries. Please wait a quarter of an hour, or ask the staff."), retry_after=WINDOW
        )


def count_failure(code: bytes, point: UUID | None) -> None:
    """Remember one failure. Raises Unavailable where it cannot: an uncounted guess is one too many."""
    with _answering():
        _count(_of_code(code), WINDOW)
        _count(_of_point(point), WINDOW)


@contextmanager
def _answering() -> Iterator[None]:
    """Turn a cache that does not answer (a broker that is down, a full disk) into Unavailable."""
    try:
        yield
    except (OSError, RedisError):
        log.warning("the cache does not answer")
        sentence = _("A part that is needed does not answer. Nothing was saved. Please try again in a few minutes.")
        raise Unavailable(sentence, code="cache_unavailable") from None


def _of_code(code: bytes) -> str:
    return f"receipt-{code.hex()}"


def _of_point(point: UUID | None) -> str:
    return f"receipts-{point.hex if point else 'nowhere'}"


def _count(key: str, seconds: int) -> int:
    if cache.add(key, 1, seconds):
        return 1
    try:
        counted = cache.incr(key)
    except ValueError:  # it ended between the two
        return 1
    cache.touch(key, seconds)  # the file cache forgets the end when it counts
    return counted
