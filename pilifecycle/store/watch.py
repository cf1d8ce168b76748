"""Does the timetable live, and can the machine's clock be believed (law 10)?

Each turn of a job leaves a heartbeat. Between two turns of one process the wall clock is compared with one that nobody
can set and that goes on while the machine sleeps: a difference of more than five minutes forwards, or of five seconds
backwards (what time servers correct in small steps is no jump), is a jump. After a restart only a step back is
seen: the job's last heartbeat lies in the future. Until two people acknowledged a jump, nothing executes.

Times here are real time. The ledger and the question who may acknowledge stand above this room: `audit`, `access`.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import Forbidden, WrongState

from .models import ClockJump, Heartbeat

FORWARDS, BACKWARDS = 300.0, -5.0  # seconds
SAME_JUMP = timedelta(minutes=4)  # several processes see one jump; a second one like it lands further away
_lock = threading.Lock()
_mark: tuple[float, float] | None = None  # wall clock and steady clock at the last turn of this process


def notice(job: str, *, found: int = 0, failed: str = "") -> Heartbeat:
    """Leave the heartbeat of a job's turn: how much it found, and the code of what failed. Looks at the clock."""
    now = datetime.now(UTC)
    before = Heartbeat.objects.filter(job=job).first()
    drift = _drift()
    if drift is None and before is not None:
        drift = min(0.0, (now - before.at).total_seconds())
    with transaction.atomic(using="default"):
        _noted(drift, now)
        row = {"at": now, "found": found, "failed": failed[:100]}
        return Heartbeat.objects.update_or_create(job=job, defaults=row)[0]


def may_execute() -> None:
    """Raise WrongState(code="clock_jumped") while a jump of the clock lacks two acknowledgements."""
    _noted(_drift(), datetime.now(UTC))
    if waiting := open_jumps():
        sentence = _("The machine's clock jumped. Nothing is executed until two people have acknowledged it.")
        raise WrongState(sentence, code="clock_jumped", jumps=len(waiting))


def open_jumps() -> list[ClockJump]:
    """The jumps that wait for people."""
    return list(ClockJump.objects.filter(second_by="").order_by("noticed_at"))


def acknowledge(jump: ClockJump, *, staff_number: str) -> ClockJump:
    """Add one person's signature; the second one lets execution go on. `access.actions` asks who may, and logs it."""
    with transaction.atomic(using="default"):
        row = ClockJump.objects.select_for_update().get(pk=jump.pk)
        if row.second_by:
            raise WrongState(_("This was acknowledged by two people already."), code="acknowledged")
        if row.first_by == staff_number:
            raise Forbidden(_("A second person must acknowledge this."), code="same_person")
        if row.first_by:
            row.second_by = staff_number
        else:
            row.first_by = staff_number
        row.save(update_fields=["first_by", "second_by"])
    return row


def forget() -> None:
    """Begin anew, as after a start of the process (tests)."""
    global _mark
    with _lock:
        _mark = None


def _steady() -> float:
    """Seconds that nobody can set; on Linux they pass while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _drift() -> float | None:
    """Seconds that the wall clock gained since this process last looked; None at its first look."""
    global _mark
    mark = (time.time(), _steady())
    with _lock:
        before, _mark = _mark, mark
    return None if before is None else (mark[0] - before[0]) - (mark[1] - before[1])


def _noted(drift: float | None, now: datetime) -> None:
    """Leave a row for a jump, unless another process has left one for the same."""
    if drift is None or BACKWARDS <= drift <= FORWARDS:
        return
    seconds = round(drift)
    recent = ClockJump.objects.filter(noticed_at__gt=now - SAME_JUMP, noticed_at__lt=now + SAME_JUMP)
    if not any(abs(jump.seconds - seconds) <= 60 for jump in recent):
        ClockJump.objects.create(noticed_at=now, seconds=seconds)
