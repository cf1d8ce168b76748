"""``python -m tests.torture.zygote``: a process with the house loaded and no connection open, that forks real runs.

Starting Python costs more than a disposal of some hundred records; a fork of this process is in the same state as
``manage.py`` after its imports, and dies by the same signals. One JSON line in, one out:
``{"words": ["dispose", "2026-0001"]}`` → ``{"pid": 7}``; ``{"wait": 7}`` → ``{"code": -9}``. A run is a process group.
"""

import json
import os
import resource
import signal
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

import django


def load() -> None:
    """Everything that a run imports; no database is asked anything."""
    django.setup()
    from django.core.management import get_commands, load_command_class

    import retention.turns  # noqa: F401
    import tests.torture.truth  # noqa: F401

    apps = get_commands()
    for name in ("dispose", "enforce_retention", "ring"):
        load_command_class(apps[name], name)  # type: ignore[arg-type]


def play(order: dict[str, Any]) -> int:
    """The child: one command, as ``manage.py`` runs it, or the truth about the store."""
    if most := order.get("file_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python itself does: a full disk is an OSError
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        return _played(order)
    except SystemExit as end:
        return int(end.code or 0) if isinstance(end.code, int | None) else 1
    except BaseException:
        traceback.print_exc()
        return 70
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _played(order: dict[str, Any]) -> int:
    if "sign" in order:
        return _sign(order["sign"])
    if "truth" in order:
        from tests.torture.truth import tell

        told = tell(order["truth"])
        with open(order["answer"], "w") as file:
            json.dump(told, file)
        return 0
    if "jump" in order:
        return _jumped(order)
    return _until_done(order["words"]) if order.get("until_done") else _command(order["words"])


def _command(words: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *words])
    return 0


def _until_done(words: list[str]) -> int:
    """Like a worker that rings again and again: until the command succeeds, for a minute and a half."""
    until = time.monotonic() + 90
    while True:
        try:
            return _command(words)
        except SystemExit as end:
            if time.monotonic() > until:
                return int(end.code or 1)
            time.sleep(0.3)


def _jumped(order: dict[str, Any]) -> int:
    """The machine's clock is set while this process runs."""
    import time_machine

    from pilifecycle.store import watch

    watch.may_execute()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=order["jump"]), tick=True):
        return _command(order["words"])


def _sign(staff_number: str) -> int:
    """One person acknowledges every jump of the clock."""
    from pilifecycle.store import watch

    for jump in watch.open_jumps():
        watch.acknowledge(jump, staff_number=staff_number)
    return 0


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """What the parent does with one line."""
    if "wait" in order:
        _pid, status = os.waitpid(order["wait"], 0)
        return {"code": os.waitstatus_to_exitcode(status)}
    pid = os.fork()
    if pid == 0:
        code = 71
        try:
            os.setpgid(0, 0)
            code = play(order)
        finally:
            os._exit(code)
    return {"pid": pid}


def main() -> None:
    """Until standard input ends."""
    load()
    print("{}", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
