"""One emergency in production shape: PostgreSQL with its roles, Redis, a front without keys, a worker that has them."""

import json
import os
import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from retention.demo import visitor
from tests.flows import production
from tests.flows.production import LOGINS, Production, Up

pytestmark = [pytest.mark.postgresql, pytest.mark.redis, pytest.mark.torture]  # minutes of real processes
PEOPLE = 14
PATIENCE = 200.0
DEPLOYED = {"PIL_HTTPS": "1", "PIL_BASE_URL": "https://register.example.org"}
INTO_PERMITS = "insert into collection_permit (emergency, matter, kind, opened_at)"
ATTACKS = [
    "delete from collection_record",
    "delete from {partition}",
    "truncate collection_record",
    "truncate {partition}",
    "drop table collection_record cascade",
    "drop table {partition}",
    "update collection_record set pack_core = null",
    "update collection_record set emergency_id = gen_random_uuid()",
    "alter table collection_record detach partition {partition}",
    "alter table {partition} disable trigger all",
    "select drop_partition('{emergency}')",
    INTO_PERMITS + " values ('{emergency}', '{emergency}', 'batch', now())",
    "set session_replication_role = replica",
    "create table t (i int)",
    "set role pil_owner",
    "delete from collection_tombstone",
    "delete from pilifecycle_leaf",
    "update pilifecycle_birth set demo_factor = 0",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """A store of its own on the suite's servers, dropped at the end."""
    made = production.founded(tmp_path_factory.mktemp("production"))
    yield made
    production.removed(made)


class Staff:
    """An officer's browser without scripts: signs in, opens pages, sends forms."""

    def __init__(self, url: str) -> None:
        self.url, self.jar = url, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, values: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and the text of one page."""
        token = next((cookie.value or "" for cookie in self.jar if cookie.name == "pil_csrf"), "")
        body = None if values is None else urllib.parse.urlencode({**values, "csrfmiddlewaretoken": token}).encode()
        headers = {"Referer": self.url, "Accept-Language": "en", "Accept": "text/html"}
        try:
            answer = self.opener.open(urllib.request.Request(self.url + path, body, headers), timeout=30)
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        return answer.status, answer.read().decode()

    def sign_in(self, username: str, password: str) -> None:
        """Through the sign-in page."""
        assert self.ask("/accounts/login/")[0] == 200
        status, text = self.ask("/accounts/login/", {"login": username, "password": password})
        assert (status, "form-errors" in text) == (200, False), text


def readiness(url: str) -> tuple[int, dict[str, Any]]:
    """What /readyz says."""
    status, text = Staff(url).ask("/readyz")
    return status, json.loads(text)


def wait_for(what: Any, seconds: float = PATIENCE) -> Any:
    """Wait until `what` answers something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen")


def sql(made: Production, role: str, statement: str, using: str = "data") -> list[tuple[Any, ...]]:
    """One statement as one role."""
    import psycopg

    with psycopg.connect(host=made.server, user=role, dbname=made.names[using]) as session:
        answer = session.execute(statement)
        return answer.fetchall() if answer.description else []


# -- before anything runs
@pytest.mark.parametrize("who", sorted(set(LOGINS) - {"owner"}))
def test_every_running_role_is_found_clean_before_it_starts(store: Production, who: str) -> None:
    words = ("check", "--deploy", "--fail-level", "WARNING", "--database", "default", "--database", "vault")
    done = store.manage(who, *words, **DEPLOYED)
    assert done.returncode == 0, done.stderr


def test_the_owner_is_refused_as_a_service(store: Production) -> None:
    done = store.manage("owner", "check", "--deploy", "--database", "default", "--database", "vault", **DEPLOYED)
    assert done.returncode == 1
    assert "owns a table" in done.stderr


def test_a_front_without_custody_runs_no_worker(store: Production) -> None:
    done = store.manage("front", "up", "--only", "worker,ring")
    assert done.returncode == 1
    assert "custody" in done.stderr
    assert "Unknown: webb" in store.manage("front", "up", "--only", "webb").stderr


def test_readiness_says_which_guard_is_missing_and_who_may_do_too_much(store: Production) -> None:
    owner = LOGINS["owner"][0]
    with production.running(store, "front", "--only", "web", "--port", "0") as front:
        assert readiness(front.said) == (200, {"ready": True, "codes": []})
        sql(store, owner, "drop trigger guard_permit_batch on collection_permit")
        assert readiness(front.said) == (503, {"ready": False, "codes": ["guard_missing:default"]})
    assert store.manage("owner", "migrate", "--database", "default").returncode == 0  # makes it anew
    with production.running(store, "owner", "--only", "web", "--port", "0") as owned:
        codes = ["too_much_privilege:default", "too_much_privilege:vault"]
        assert readiness(owned.said) == (503, {"ready": False, "codes": codes})


# -- a life
class Workers:
    """The worker's processes, killed and started again as systemd would."""

    def __init__(self, made: Production) -> None:
        self.made = made
        self.up = self._start()
        self.kills = 0

    def _start(self) -> Up:
        return Up(self.made, "worker", "--only", "worker,timetable,ring")

    def kill(self) -> None:
        """SIGKILL to the Celery worker: the others end with exit code 1, and all are started anew."""
        os.kill(self.up.child("worker"), signal.SIGKILL)
        assert self.up.process.wait(30) == 1
        self.up = self._start()
        self.kills += 1


def flood(made: Production, copies: int = 20) -> None:
    """Every task many times over, by somebody who can write to the broker."""
    from celery import Celery

    bell = Celery(broker=made.environment("worker")["PIL_BROKER_URL"], set_as_current=False)
    with bell.connection_for_write() as connection:
        for name in ("run_errands", "run_approved", "enforce_retention", "sequence") * copies:
            bell.send_task(f"retention.tasks.{name}", connection=connection)


def flush(made: Production) -> None:
    """Lose every message, and every counter of the rate limits."""
    from redis import Redis

    Redis(unix_socket_path=made.redis, db=made.number).flushdb()


def attacked(made: Production) -> list[str]:
    """What went through, of what a stolen role of a running service tries against living records."""
    import psycopg

    table = "select relname from pg_class where relispartition and relkind = 'r' and relname ~ '^collection_record_'"
    (partition,) = sql(made, "pil_web", table)[0]
    emergency = re.sub(r"^collection_record_", "", partition)
    went = []
    for role in ("pil_web", "pil_worker"):
        for attack in ATTACKS:
            try:
                sql(made, role, attack.format(partition=partition, emergency=emergency))
                went.append(f"{role}: {attack}")
            except psycopg.Error:
                continue
    return went


def sabotaged(made: Production, workers: Workers, office: Any) -> tuple[list[str], int]:
    """While the office plays: messages doubled and lost, the worker killed, the tables attacked."""
    wait_for(lambda: office.poll() is not None or _entries(made) >= 5)
    went, before = attacked(made), _entries(made)
    assert _entries(made) >= before
    flood(made)
    flush(made)
    workers.kill()
    wait_for(lambda: office.poll() is not None or _batches(made, "approved"))
    flood(made)
    if os.environ.get("PIL_TORTURE"):  # a step that is being done is taken over a minute later, when its lease ends
        workers.kill()
    wait_for(lambda: office.poll() is not None or _batches(made, "physically_deleted"))
    flush(made)
    return went, before


def journal(made: Production) -> list[tuple[Any, ...]]:
    """Where every disposal batch stands, and at which step."""
    step = "lateral (select name, state, failure from retention_journalstep where batch_id = b.id and state <> 'done')"
    return sql(
        made,
        "pil_web",
        f"select b.number, b.rule, b.state, s.* from retention_disposalbatch b left join {step} s on true",
    )


def _entries(made: Production) -> int:
    return int(sql(made, "pil_web", "select count(*) from collection_record")[0][0])


def _batches(made: Production, state: str) -> int:
    return int(sql(made, "pil_web", f"select count(*) from retention_disposalbatch where state = '{state}'")[0][0])


@pytest.fixture(scope="module")
def life(store: Production) -> Iterator[dict[str, Any]]:
    """The whole of it; what the office saw, and the front that still runs."""
    with production.running(store, "front", "--only", "web", "--port", "0") as front:
        workers = Workers(store)
        office = production.play(store, front.said, PEOPLE)
        try:
            went, living = sabotaged(store, workers, office)
            out, said = office.communicate(timeout=PATIENCE)
            logs = "".join(path.read_text() for path in Path(store.place).glob("*.log"))
            assert office.returncode == 0, f"{said}\n{logs[-4000:]}\n{journal(store)}"
            yield {**json.loads(out), "went": went, "living": living, "front": front.said, "logs": logs}
        finally:
            if office.poll() is None:
                office.kill()
            workers.up.stop()


def test_a_life_in_production_ends_in_certificates_that_verify(store: Production, life: dict[str, Any]) -> None:
    assert life["people"] == PEOPLE
    assert (life["records_after"], life["held"]) == (0, 1)
    assert life["certificate_verified"]
    assert life["ledger_verified"]
    assert not sql(store, "pil_web", "select from pg_class where relispartition and relname ~ '^collection_record_'")
    assert store.manage("worker", "verify_certificate", life["certificate"]).returncode == 0
    assert store.manage("worker", "verify_ledger").returncode == 0


def test_doubled_and_lost_messages_and_killed_workers_leave_one_certificate_a_state(
    store: Production, life: dict[str, Any]
) -> None:
    editions = sql(store, "pil_web", "select batch_id, state, count(*) from retention_edition group by 1, 2")
    assert {count for _batch, _state, count in editions} == {1}
    assert sorted(state for _batch, state, _count in editions) == ["keys_destroyed"] * 2 + ["physically_deleted"] * 2
    steps = sql(store, "pil_web", "select count(*), count(distinct (batch_id, name)) from retention_journalstep")
    assert steps[0][0] == steps[0][1]
    assert not sql(store, "pil_web", "select from collection_errand where state = 'waiting'")


def test_no_role_of_a_running_service_destroyed_anything(life: dict[str, Any]) -> None:
    assert life["living"] >= 5
    assert life["went"] == []


def test_the_front_is_ready_and_answers_a_receipt_of_the_destroyed(life: dict[str, Any]) -> None:
    assert readiness(life["front"]) == (200, {"ready": True, "codes": []})
    assert visitor.get(f"{life['front']}/r/").status == 200


def test_a_front_without_custody_says_so_and_shows_no_value(store: Production, life: dict[str, Any]) -> None:
    """Its console signs people in; what needs a key is refused with a sentence, and nothing breaks."""
    staff = Staff(life["front"])
    staff.sign_in("wang", life["passwords"]["wang"])
    assert staff.ask("/console/")[0] == 200
    pages = sorted(set(re.findall(r'href="(/console/[^"#?]*)"', staff.ask("/console/")[1])))
    told = {path: staff.ask(path)[0] for path in pages}
    assert {path: status for path, status in told.items() if status >= 500 and status != 503} == {}


def test_nothing_of_what_ran_printed_a_value(store: Production, life: dict[str, Any]) -> None:
    assert "Traceback" not in life["logs"]
    assert not re.search(r"1380000\d{4}", life["logs"])
