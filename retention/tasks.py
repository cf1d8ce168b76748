"""Celery's tasks: the bell. Each finds rows in a state and calls one action for each; a lost message or a restart
loses nothing.

Nothing here decides. Any number of workers may run any of these at once, twice, or late.
"""

import logging
from collections.abc import Callable

from celery import shared_task
from django.db import DatabaseError

from pilifecycle.errors import LifecycleError
from pilifecycle.store import watch

from .turns import clock_turn, disposal_turn, errand_turn, ledger_turn

log = logging.getLogger("pilifecycle.tasks")


def _ring(job: str, turn: Callable[[], int]) -> int:
    """One turn with a heartbeat: it says so when it found nothing to do, and louder when it failed."""
    try:
        found = turn()
    except (LifecycleError, DatabaseError) as refusal:
        code = getattr(refusal, "code", "database")
        log.warning("%s: %s", job, code)
        watch.notice(job, failed=code)
        return 0
    watch.notice(job, found=found)
    return found


@shared_task
def run_errands() -> int:
    """Voids, withdrawals, granted requests, holds on their way, tokens."""
    return _ring("errands", errand_turn)


@shared_task
def run_approved() -> int:
    """Approved batches whose time has come, and those that were begun."""
    return _ring("disposal", disposal_turn)


@shared_task
def enforce_retention() -> int:
    """What falls due is proposed."""
    return _ring("clock", clock_turn)


@shared_task
def sequence() -> int:
    """Number the ledger's events and sign a checkpoint."""
    return _ring("ledger", ledger_turn)
