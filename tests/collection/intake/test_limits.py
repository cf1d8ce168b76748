"""Where the cache does not answer: the gate goes on, guessing does not."""

from typing import Any
from uuid import UUID

import pytest
from redis.exceptions import ConnectionError as NoRedis

from collection.intake import limits
from pilifecycle.errors import Unavailable

POINT = UUID(int=7)


class Silent:
    """A cache whose server is down."""

    def _silent(self, *args: Any, **kwargs: Any) -> Any:
        raise NoRedis("no such socket")

    add = get = incr = touch = _silent


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "cache", Silent())


def test_people_are_registered_all_the_same() -> None:
    limits.submission(POINT)


def test_nobody_guesses_receipt_codes_uncounted() -> None:
    for act in (limits.demand_tries, limits.count_failure):
        with pytest.raises(Unavailable) as refusal:
            act(b"code", POINT)
        assert refusal.value.code == "cache_unavailable"
