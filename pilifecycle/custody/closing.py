"""The end of a key batch: its leaves are counted once, and what leaves later is subtracted (law 6)."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db.models import Count as CountOf
from django.db.models import F, Q, QuerySet, Sum

from pilifecycle.store import clock

from . import outbox
from .keybatches import writer_is_dead, writer_name
from .models import KeyBatch
from .outside import VAULT, answering, demand_outside, vault_transaction
from .writer import POLL_SECONDS, writer

GRACE = timedelta(minutes=2)  # after a writer's last leaf: longer than any request takes
NOTICED = timedelta(seconds=5)  # after a close: by then its writer knows


class Count(Protocol):
    """What records says of one key batch: counts by point, and a root over the hashes of its packs."""

    @property
    def last_index(self) -> int: ...
    @property
    def entries(self) -> int: ...
    @property
    def persons(self) -> int: ...
    @property
    def points(self) -> Mapping[str, int]: ...
    @property
    def root(self) -> str: ...


class Totals(NamedTuple):
    """Sums over closed key batches, less what left since."""

    entries: int
    persons: int
    batches: int


def close_key_batches(
    count: Callable[[KeyBatch], Count], *, emergency: UUID | None = None, dead_only: bool = False
) -> list[KeyBatch]:
    """Close the open key batches (of one emergency, or all) and return those whose leaves were counted.

    `dead_only` takes those whose time is over or whose writer died. Close the emergency's gate first: a record that is
    sealed and not yet inserted would stay uncounted. Safe to stop anywhere: closed and not counted is found again.
    """
    demand_outside()
    with answering():
        chosen = [batch for batch in _open(emergency) if not dead_only or _over(batch)]
        _mark(chosen)
        waiting = [batch for batch in _uncounted(emergency) if batch in chosen or _settled(batch)]
    return [batch for batch in waiting if _counted(batch, count(batch))]


def _open(emergency: UUID | None) -> QuerySet[KeyBatch]:
    rows = KeyBatch.objects.using(VAULT).filter(closed_at=None)
    return rows.filter(emergency=emergency) if emergency else rows


def _uncounted(emergency: UUID | None) -> QuerySet[KeyBatch]:
    rows = KeyBatch.objects.using(VAULT).filter(used=None).exclude(closed_at=None).order_by("opened_at")
    return rows.filter(emergency=emergency) if emergency else rows


def _over(batch: KeyBatch) -> bool:
    return batch.expires_at + GRACE < datetime.now(UTC) or writer_is_dead(batch.writer)


def _settled(batch: KeyBatch) -> bool:
    """Closed by another process long enough ago that its writer knows."""
    return batch.closed_at is not None and clock.real_wait(clock.now() - batch.closed_at) > NOTICED


def _mark(batches: list[KeyBatch]) -> None:
    """Close, and wait until every living writer has noticed."""
    if not batches:
        return
    with vault_transaction():
        ids = [batch.pk for batch in batches]
        KeyBatch.objects.using(VAULT).filter(pk__in=ids, closed_at=None).update(closed_at=clock.now())
    writer().drop_batches(set(ids))
    if any(batch.writer != writer_name() and not _over(batch) for batch in batches):
        time.sleep(1.5 * POLL_SECONDS)


def _counted(batch: KeyBatch, counted: Count) -> bool:
    """Write the counters and the ledger's one leaf a key batch, once."""
    batch.used, batch.entries, batch.persons = max(counted.last_index, 0) + 1, counted.entries, counted.persons
    numbers = {"used": batch.used, "entries": batch.entries, "persons": batch.persons}
    with vault_transaction():
        fresh = KeyBatch.objects.using(VAULT).filter(pk=batch.pk, used=None).update(**numbers)
        if fresh:
            _tell(batch, counted)
    return bool(fresh)


def _tell(batch: KeyBatch, counted: Count) -> None:
    outbox.put(
        "custody.batch_closed",
        emergency=batch.emergency,
        batch=str(batch),
        purpose=batch.purpose,
        day=batch.day.isoformat(),
        points={code.lower(): number for code, number in sorted(counted.points.items())},
        root=counted.root or None,
        used=batch.used,
        entries=batch.entries,
        persons=batch.persons,
    )


def take_out(batch: Any, *, entries: int, persons: int) -> None:
    """Subtract what left a key batch since its close. Before the close there is nothing to subtract from."""
    with vault_transaction():
        rows = KeyBatch.objects.using(VAULT).filter(pk=getattr(batch, "pk", batch)).exclude(used=None)
        rows.update(gone=F("gone") + entries, gone_persons=F("gone_persons") + persons)


def emptied(batches: Iterable[int]) -> None:
    """All entries of these key batches left with them: their counters say nothing is there. Again: nothing changes."""
    with vault_transaction():
        rows = KeyBatch.objects.using(VAULT).filter(pk__in=list(batches)).exclude(used=None)
        rows.update(gone=F("entries"), gone_persons=F("persons"))


def counters(emergency: UUID, *, before: date | datetime | None = None, standards: Any = None) -> Totals:
    """Sums of the closed key batches' counters: of days before a local date, of some standard versions."""
    wanted = Q(emergency=emergency, purpose=KeyBatch.Purpose.BIRTH) & ~Q(used=None)
    if before is not None:
        wanted &= Q(day__lt=clock.local_date(before) if isinstance(before, datetime) else before)
    if standards is not None:
        wanted &= Q(standard_version__in=[str(standard) for standard in standards])
    with answering():
        sums = (
            KeyBatch.objects.using(VAULT)
            .filter(wanted)
            .aggregate(n=CountOf("pk"), e=Sum(F("entries") - F("gone")), p=Sum(F("persons") - F("gone_persons")))
        )
    return Totals(sums["e"] or 0, sums["p"] or 0, sums["n"])
