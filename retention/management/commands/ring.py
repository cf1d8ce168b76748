"""The loop process: the clock and the sequencer in a process of their own, so that a long purge cannot deafen them."""

import logging
import signal
import time
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from pilifecycle.store import clock
from retention.tasks import enforce_retention, sequence

log = logging.getLogger("pilifecycle.ring")


class Command(BaseCommand):
    help = (
        "Ring the clock (hourly in business time, at most each minute) and the sequencer (each second) until stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        self.going = not options["once"]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        next_clock = 0.0
        while True:
            next_clock = self._turn(next_clock)
            if not self.going:
                return
            time.sleep(1)

    def _turn(self, next_clock: float) -> float:
        close_old_connections()
        try:
            sequence()
            if time.monotonic() >= next_clock:
                enforce_retention()
                return time.monotonic() + min(60.0, max(1.0, clock.real_wait(timedelta(hours=1)).total_seconds()))
        except Exception:
            log.exception("the loop's turn failed")  # goes on: what is due must not stay silent because one turn failed
        return next_clock

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.going = False
