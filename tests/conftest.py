"""Fixtures of the whole suite: both databases everywhere, guards off only while tables are emptied, a browser."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module, util
from pathlib import Path
from typing import Any

import pytest

from tests.servers import KEPT, MISSING, missing, programs

BOTH = ["default", "vault"]
ROOT = Path(__file__).resolve().parent.parent
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed: nothing here is kept
    settings.PIL_MFA_REQUIRED = False  # a test about the second step asks for it


# -- which tests run, and on what
def _uses_a_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def _both_databases(item: pytest.Item) -> None:
    """Let a test that uses the database use both: nothing in this house lives in one of them alone."""
    marker = item.get_closest_marker("django_db")
    if _uses_a_database(item) and (marker is None or "databases" not in marker.kwargs):
        kwargs = {**(marker.kwargs if marker else {}), "databases": BOTH}
        item.add_marker(pytest.mark.django_db(*(marker.args if marker else ()), **kwargs), append=False)


def _leave_out_pure_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the second run of the suite (``PIL_TEST_ONLY=database``) what touches no database would be played twice."""
    marks = ("postgresql", "redis")
    kept = [item for item in items if _uses_a_database(item) or any(map(item.get_closest_marker, marks))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _skip_reason(item: pytest.Item) -> str | None:
    on_postgresql = os.environ["PIL_TEST_DATABASE"] == "postgresql"
    for mark, needed in {"postgresql": ["postgres", "initdb", "psql"], "redis": ["redis-server"]}.items():
        if item.get_closest_marker(mark) and not on_postgresql:
            absent = missing(*needed)
            return MISSING + ", ".join(absent) if absent else "runs with PIL_TEST_DATABASE=postgresql"
    if item.get_closest_marker("browser") and missing("chromium"):
        return MISSING + "chromium"
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("PIL_TEST_ONLY") == "database":
        _leave_out_pure_tests(config, items)
    for item in items:
        _both_databases(item)
        if reason := _skip_reason(item):
            item.add_marker(pytest.mark.skip(reason=reason))


# -- the databases
@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in real files, as in a real store (journals, secure_delete); PostgreSQL with the roles' grants."""
    from django.conf import settings

    for alias, config in settings.DATABASES.items():
        test = config.setdefault("TEST", {})
        if "sqlite" in config["ENGINE"]:
            test["NAME"] = str(settings.PIL_HOME / f"test-{alias}.sqlite3")
        else:
            test["TEMPLATE"] = config["NAME"]


def _drop_partitions(connection: Any) -> None:
    """Partitions are made by a trigger and outlive the emptying of their parent's rows."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits join pg_partitioned_table on partrelid = inhparent"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"drop table {name} cascade")


@contextmanager
def without_guards(databases: set[str]) -> Iterator[None]:
    """Take the guards off while a transactional test's tables are emptied, and put them on again whatever happens."""
    from django.db import connections

    guards = import_module("pilifecycle.guards") if util.find_spec("pilifecycle.guards") else None
    for alias in databases:
        if guards:
            guards.remove(alias)
    try:
        yield
    finally:
        for alias in databases:
            _drop_partitions(connections[alias])
            if guards:
                guards.install(alias)


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """The guards refuse the DELETE and TRUNCATE that end a transactional test: only that moment is excepted."""
    from django.test import TransactionTestCase

    flush = TransactionTestCase._fixture_teardown

    def guarded_flush(self: TransactionTestCase) -> None:
        with without_guards(set(self._databases_names(include_mirrors=False))):
            return flush(self)

    TransactionTestCase._fixture_teardown = guarded_flush  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A test that looked at the English pages leaves the next one the house's own language."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _business_time_starts_anew() -> Iterator[None]:
    """A process remembers the store's birth and when it last looked at the clock; another test has another store."""
    yield
    from pilifecycle.store import clock, watch

    clock.forget()
    watch.forget()


@pytest.fixture(autouse=True)
def _second_place_of_its_own(request: pytest.FixtureRequest) -> None:
    """The second place is never rewound, the tables of a test are: each test begins with an empty one."""
    if request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(request.fixturenames):
        place = request.getfixturevalue("tmp_path") / "second-place"
        request.getfixturevalue("settings").PIL_SECOND_PLACE = place


@pytest.fixture
def connect_as() -> Callable[..., Any]:
    """``connect_as("pil_web")``: a psycopg connection to the current test database under another role."""
    import psycopg
    from django.db import connections

    def connect(role: str, using: str = "default", **options: Any) -> Any:
        config = connections[using].settings_dict
        return psycopg.connect(host=config["HOST"], user=role, dbname=config["NAME"], **options)

    return connect


# -- a store of its own, for tests that start real processes
def store_environment(place: Path) -> dict[str, str]:
    """The environment of a store on SQLite below `place`: nothing of the suite's own reaches it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIL_") or name.startswith(KEPT)}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    return {**clean, "PIL_HOME": str(place / "store"), "PYTHONUNBUFFERED": "1"}


def run_manage(environment: dict[str, str], *words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """A real ``manage.py`` to its end."""
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=timeout)


@pytest.fixture
def own_store(tmp_path: Path) -> dict[str, str]:
    """The environment of a new, empty store of this test alone."""
    return store_environment(tmp_path)


@pytest.fixture
def manage(own_store: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``manage("setup", PIL_CUSTODY="none")``: a real ``manage.py`` in a store of its own; the finished process."""
    return lambda *words, **more: run_manage({**own_store, **more}, *words)


# -- a browser
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright. Its event loop stays open, hence the word to Django."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs()["chromium"], args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """``new_page(width=390, locale="en")``: a page in a context of its own; a wrong script on it fails the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def make(width: int = 1440, height: int = 900, locale: str = "zh-CN", **more: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=locale, timezone_id="Asia/Shanghai", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not wrong, wrong


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """One page as an office sees it: 1440 × 900, Chinese, Shanghai's time."""
    return new_page()


@pytest.fixture
def phone_page(new_page: Callable[..., Any]) -> Any:
    """One page as a phone sees it: 390 × 844."""
    return new_page(width=390, height=844, has_touch=True, is_mobile=True)
