"""How much at a time, and how long to pause: on SQLite one writer holds everybody up."""

import time

from django.db import connection

from .targets import CHUNK

FIRST_CHUNK, LEAST = 2000, 500
MOST_SECONDS = 0.5  # of one chunk
PAUSE = 0.25  # of what a chunk took


def next_chunk(chunk: int, spent: float) -> int:
    """Twice as many rows while a chunk takes less than half its time, half as many when it took too long."""
    if spent < MOST_SECONDS / 2:
        return min(CHUNK, chunk * 2)
    return max(LEAST, chunk // 2) if spent > MOST_SECONDS else chunk


def breathe(spent: float = 0.0) -> None:
    """Let the form have its turn: pause at least a fifth of what a chunk took (SQLite)."""
    if connection.vendor == "sqlite":
        time.sleep(max(0.005, spent * PAUSE))
