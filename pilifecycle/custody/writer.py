"""The writer of this process: which key batch is open for which work, and whose turn the next leaf is.

It keeps frontiers only, bound to its pid: a fork drops them, in the child, before anything else runs there. Leaves are
handed out under a lock, one index for all categories of a record; an index is spent even if its transaction fails. A
key batch that another process closed (the response was lifted) is noticed within a second.
"""

import os
import threading
import time
from collections.abc import Iterable
from uuid import UUID

from pilifecycle.crypto.faults import Exhausted

from .keybatches import Opened, Work, open_key_batch
from .models import KeyBatch
from .outside import VAULT, answering

POLL_SECONDS = 1.0

Leaf = tuple[int, bytes]


class Hand:
    """Hands out the leaves of one work, from one key batch after the other."""

    def __init__(self, work: Work, categories: Iterable[str]) -> None:
        self.work, self.categories = work, frozenset(categories)
        self.batches: list[int] = []
        self._open: Opened | None = None
        self._asked = 0.0
        self._lock, self._pid = threading.Lock(), os.getpid()

    def take(self, categories: Iterable[str]) -> tuple[Opened, int, dict[str, bytes]]:
        """The next index and its leaf in every category; the key batch they belong to."""
        if self._pid != os.getpid():  # a hand that a fork left here
            self.wipe_in_child()
        with self._lock:
            opened = self._usable(categories)
            try:
                return opened, *_next(opened)
            except Exhausted:
                opened = self._renew()
                return opened, *_next(opened)

    def _usable(self, categories: Iterable[str]) -> Opened:
        if not self.categories.issuperset(categories):
            self.categories |= frozenset(categories)
            return self._renew()
        if self._open is None or self._open.expires <= time.time() or self._closed_elsewhere(self._open):
            return self._renew()
        return self._open

    def _closed_elsewhere(self, opened: Opened) -> bool:
        if time.monotonic() - self._asked < POLL_SECONDS:
            return False
        self._asked = time.monotonic()
        with answering():
            return not KeyBatch.objects.using(VAULT).filter(pk=opened.number, closed_at=None).exists()

    def _renew(self) -> Opened:
        self._forget()
        self._open = open_key_batch(self.work, self.categories)
        self._asked = time.monotonic()
        self.batches.append(self._open.number)
        return self._open

    def _forget(self) -> None:
        if self._open is not None:
            _wipe(self._open)
        self._open = None

    def close(self) -> None:
        """Forget the frontiers: the key batch waits for the collector."""
        with self._lock:
            self._forget()

    def wipe_in_child(self) -> None:
        """After a fork, without the lock that a thread of the parent may hold for ever."""
        self._lock, self._pid = threading.Lock(), os.getpid()
        self._forget()


def _next(opened: Opened) -> tuple[int, dict[str, bytes]]:
    taken = {category: frontier.next() for category, frontier in opened.frontiers.items()}
    (index,) = {index for index, _leaf in taken.values()}
    return index, {category: leaf for category, (_index, leaf) in taken.items()}


def _wipe(opened: Opened) -> None:
    for frontier in opened.frontiers.values():
        frontier.wipe()


class Writer:
    """All hands of one process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._hands: dict[Work, Hand] = {}
        self._lock = threading.Lock()

    def hand(self, work: Work, categories: Iterable[str]) -> Hand:
        """The hand for this work."""
        try:
            return self._hands[work]
        except KeyError:
            with self._lock:
                return self._hands.setdefault(work, Hand(work, categories))

    def drop(self, emergency: UUID | None = None) -> None:
        """Forget the frontiers of an emergency, or all."""
        with self._lock:
            for work in [work for work in self._hands if emergency in (None, work.emergency)]:
                self._hands.pop(work).close()

    def drop_batches(self, numbers: set[int]) -> None:
        """Forget the frontiers of these key batches, which were closed here."""
        with self._lock:
            for work, hand in list(self._hands.items()):
                if hand.batches and hand.batches[-1] in numbers:
                    self._hands.pop(work).close()

    def wipe_in_child(self) -> None:
        for hand in self._hands.values():
            hand.wipe_in_child()


_writer = Writer()


def writer() -> Writer:
    """This process's own; never a parent's, however the process came to be."""
    if _writer.pid != os.getpid():
        _after_fork()
    return _writer


def _after_fork() -> None:
    global _writer
    inherited, _writer = _writer, Writer()
    inherited.wipe_in_child()


os.register_at_fork(after_in_child=_after_fork)
