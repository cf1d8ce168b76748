"""The real thing under the demonstration: `manage.py up` on a free port, started and ended by its id."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from django.conf import settings

START_SECONDS = 40.0


class Server:
    """A context manager around `manage.py up --port 0`; `.url` is where it listens."""

    def __init__(self) -> None:
        self.url = ""

    def __enter__(self) -> "Server":
        home = Path(settings.PIL_HOME)
        self._log = (home / "up.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "PIL_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            process_group=0,
        )
        self.url = self._listening()
        return self

    def _listening(self) -> str:
        until = time.monotonic() + START_SECONDS
        out = self._process.stdout
        while out and time.monotonic() < until and self._process.poll() is None:
            if select.select([out], [], [], 0.5)[0] and (line := out.readline()).startswith("listening on "):
                return line.removeprefix("listening on ").strip()
        self.__exit__(None, None, None)
        raise RuntimeError(f"The server did not start; see {settings.PIL_HOME}/up.log.")

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(25)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()
