"""A pytest plugin (``-p tests.servers``): throw-away servers and a throw-away store for the whole suite.

``PIL_TEST_DATABASE`` says which databases the suite runs on: ``sqlite`` (the default) or ``postgresql``, which brings
Redis along. It is a plugin and no conftest because pytest-django reads the settings before any conftest is loaded.
What is started here listens on unix sockets only, stands in the environment so that xdist's workers inherit the one
pair of servers, and is stopped when the starting process ends (by the kernel, if that one is killed).

``PIL_REQUIRE_SERVERS=1`` turns a missing program into an error. ``python -m tests.servers`` tells what is installed.
"""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROLES = Path(__file__).resolve().parent.parent / "deploy" / "postgresql" / "roles.sql"
MISSING = "not installed: "
ADMINISTRATOR = "administrator"
ONLY_FOR_TESTS = (  # test databases are made by the owners, as copies of what roles.sql made
    "alter role pil_owner createdb",
    "alter role pil_vault_owner createdb",
    "alter database pil_data is_template true",
    "alter database pil_vault is_template true",
    "grant pil_destroyer, pil_web, pil_worker to pil_owner",
)
KEPT = ("PIL_TEST_", "PIL_TORTURE", "PIL_REQUIRE_SERVERS", "PIL_SCREENSHOTS")  # how to test, not what


# -- what is installed
def _postgresql_program(name: str) -> str | None:
    """The newest PostgreSQL's own copy of a program: Debian puts only a few of them on the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(places[-1]) if places else shutil.which(name)


def programs() -> dict[str, str | None]:
    """Where each program stands that some test wants, or None."""
    return {
        "postgres": _postgresql_program("postgres"),
        "initdb": _postgresql_program("initdb"),
        "psql": _postgresql_program("psql"),
        "redis-server": shutil.which("redis-server"),
        "chromium": shutil.which("chromium") or shutil.which("chromium-browser"),
    }


def missing(*names: str) -> list[str]:
    """The names of the programs that are not installed, of all or of those named."""
    found = programs()
    return [name for name in (names or found) if not found[name]]


def version(program: str) -> str:
    """The first line a program says of its own version."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    lines = done.stdout.strip().splitlines()
    return lines[0] if lines else "version unknown"


# -- starting and stopping
def _end_with(parent: int, sign: int) -> None:
    """Ask the kernel for `sign` when the parent dies: nothing is left behind even after a SIGKILL."""
    ctypes.CDLL(None).prctl(1, sign)
    if os.getppid() != parent:
        os._exit(1)


def _start(command: list[str], log: Path, sign: int, **account: object) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            process_group=0,
            preexec_fn=lambda: _end_with(parent, sign),
            **account,
        )


def _stop(process: subprocess.Popen[bytes], sign: int) -> None:
    if process.poll() is None:
        process.send_signal(sign)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(ready: Iterator[bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 20) -> None:
    """Wait until `ready` says so; a server that ends instead shows what it said."""
    until = time.monotonic() + seconds
    for answer in ready:
        if answer:
            return
        if process.poll() is not None or time.monotonic() > until:
            raise pytest.UsageError(f"a test server did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


def _account() -> dict[str, object]:
    """Whom PostgreSQL runs as: it refuses root, so it gets an account without rights."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise pytest.UsageError("PostgreSQL refuses root, and there is no account postgres or nobody")


def _accepts(place: Path) -> Iterator[bool]:
    import psycopg

    while True:
        try:
            psycopg.connect(host=str(place), user=ADMINISTRATOR, dbname="postgres").close()
            yield True
        except psycopg.OperationalError:
            yield False


def start_postgresql(root: Path) -> Path:
    """A PostgreSQL on a unix socket in the returned directory, with the roles and databases of ``roles.sql``."""
    place, account = root / "postgresql", _account()
    place.mkdir()
    if account:
        os.chown(place, account["user"], account["group"])  # type: ignore[arg-type]
    initdb = [programs()["initdb"] or "", "-D", str(place / "data"), "-U", ADMINISTRATOR, "-A", "trust"]
    made = subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], cwd=place, capture_output=True, text=True, **account
    )
    if made.returncode:
        raise pytest.UsageError(f"initdb failed:\n{made.stderr[-2000:]}")
    options = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]
    command = [programs()["postgres"] or "", "-D", str(place / "data"), "-k", str(place)]
    log = root / "postgresql.log"
    server = _start(
        command + [word for option in options for word in ("-c", option)], log, signal.SIGINT, cwd=place, **account
    )
    atexit.register(_stop, server, signal.SIGINT)  # a fast shutdown
    _wait_for(_accepts(place), server, log)
    _make_roles(place)
    return place


def _make_roles(place: Path) -> None:
    """The roles an administrator would make, and what only tests need."""
    psql = [programs()["psql"] or "", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(place), "-U", ADMINISTRATOR]
    for words in (["-f", str(ROLES)], [word for line in ONLY_FOR_TESTS for word in ("-c", line)]):
        done = subprocess.run([*psql, "-d", "postgres", *words], capture_output=True, text=True)
        if done.returncode:
            raise pytest.UsageError(f"{ROLES.name} failed:\n{done.stderr[-2000:]}")


def start_redis(root: Path) -> Path:
    """A Redis on the returned unix socket, without files."""
    place, log = root / "redis.sock", root / "redis.log"
    command = [programs()["redis-server"] or "", "--port", "0", "--unixsocket", str(place), "--save", ""]
    server = _start([*command, "--appendonly", "no", "--dir", str(root)], log, signal.SIGTERM)
    atexit.register(_stop, server, signal.SIGTERM)
    _wait_for(iter(place.exists, None), server, log)
    return place


# -- the environment of the suite
def _clear_environment() -> None:
    for name in [name for name in os.environ if name.startswith("PIL_") and not name.startswith(KEPT)]:
        del os.environ[name]


def _remove(root: Path, starter: int) -> None:
    if os.getpid() == starter:
        shutil.rmtree(root, ignore_errors=True)


def _make_root() -> Path:
    """A short path that PostgreSQL's account can enter, removed at the end.

    Not named like a temporary file of ours: a residue scan would read the test server's own log in it.
    """
    root = Path(tempfile.mkdtemp(prefix="tests-of-pil-", dir="/tmp" if os.geteuid() == 0 else None))
    root.chmod(0o755)
    atexit.register(_remove, root, os.getpid())
    return root


def _secrets() -> dict[str, str]:
    return {
        "PIL_SECRET_KEY": "tests-only-" + "k" * 50,
        "PIL_KEYRING_PASSPHRASE": "tests-only-passphrase",
        "PIL_CANARY_KEY": "tests-only-canary-key",
    }


def _begin(database: str) -> None:
    """Start what this run needs and write where it stands into the environment."""
    root = _make_root()
    _clear_environment()
    os.environ.update(_secrets(), PIL_TEST_ROOT=str(root), PIL_TEST_DATABASE=database)
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(root / "hypothesis"))
    if database == "postgresql":
        place = start_postgresql(root)
        os.environ["PIL_DATABASE_URL"] = f"postgresql://pil_owner@/{place}/pil_data"
        os.environ["PIL_VAULT_URL"] = f"postgresql://pil_vault_owner@/{place}/pil_vault"
        os.environ["PIL_BROKER_URL"] = f"redis+socket://{start_redis(root)}"


def _home_of_this_process() -> None:
    """Each xdist worker has a store of its own: keyring, bell and second place are files; and a Redis database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    home = Path(os.environ["PIL_TEST_ROOT"]) / worker
    if os.environ.get("PIL_BROKER_URL", "").startswith("redis"):
        number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
        os.environ["PIL_BROKER_URL"] = f"{os.environ['PIL_BROKER_URL'].partition('?')[0]}?virtual_host={number}"
    home.mkdir(mode=0o700, exist_ok=True)
    os.environ["PIL_HOME"] = str(home)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        database = os.environ.get("PIL_TEST_DATABASE", "sqlite")
        if database not in ("sqlite", "postgresql"):
            raise pytest.UsageError("PIL_TEST_DATABASE is sqlite or postgresql")
        needed = missing("postgres", "initdb", "psql", "redis-server") if database == "postgresql" else []
        needed = missing() if os.environ.get("PIL_REQUIRE_SERVERS") else needed
        if needed:
            raise pytest.UsageError(MISSING + ", ".join(needed))
        _begin(database)
    _home_of_this_process()


# -- what it says aloud
def pytest_report_header() -> list[str]:
    found = {name: place for name, place in programs().items() if name not in ("initdb", "psql")}
    lines = [f"databases: {os.environ['PIL_TEST_DATABASE']}"]
    return lines + [f"{name}: {version(place) if place else 'NOT INSTALLED'}" for name, place in found.items()]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in capitals what was not tested here for want of a program."""
    absent = missing()
    if not absent:
        return
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    terminalreporter.section("NOT TESTED HERE, FOR WANT OF A PROGRAM", sep="!", red=True, bold=True)
    terminalreporter.line(f"Not installed: {', '.join(absent)}. Tests skipped for it: {len(skipped)}.")
    if {"postgres", "initdb", "psql", "redis-server"} & set(absent):
        terminalreporter.line("The suite was not run on PostgreSQL and Redis at all.")
    terminalreporter.line("On Debian: apt-get install postgresql redis-server chromium")


def main() -> int:
    """Tell whether the suite can run on PostgreSQL and Redis here: exit code 0 if so."""
    absent = missing("postgres", "initdb", "psql", "redis-server")
    if absent:
        print(f"!!! NOT RUN on PostgreSQL and Redis. {MISSING}{', '.join(absent)}", file=sys.stderr)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
