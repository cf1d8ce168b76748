"""What is wrong with a store, or with a signature, is said over HTTP and by the commands: in a sentence with a stable
code, without a value, and with nothing changed.

What a person can get wrong at a form, an interface or a receipt is tried in ``tests/collection/intake``.
"""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connections
from django.test import Client
from django.utils.translation import gettext, override

from collection.points.models import Point
from collection.records.models import Errand, Record
from pilifecycle import guards
from pilifecycle.access.models import User
from pilifecycle.access.roles import Role
from pilifecycle.custody import unlocked, writer
from pilifecycle.custody.holders import holder
from pilifecycle.custody.models import Compartment, KeyBatch, VaultRow, Warrant
from retention import turns
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from tests.builders import an_officer, an_open_point, ended, later, two_people
from tests.collection.conftest import _keyring  # noqa: F401
from tests.collection.intake.scene import PHONE, one_person
from tests.collection.intake.test_api import post as post_record
from tests.collection.intake.test_api import sent
from tests.collection.records.scenes import a_record, at, page

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])
NAME = "欧阳测试"
PERSONAL = (NAME, "13800001234", PHONE, "欧阳小明")
State = DisposalBatch.State
OFFICE = (Role.PROTECTION_OFFICER, Role.EMERGENCY_OFFICER, Role.HEAD_OF_BODY)


# -- what must not be in an answer, and what must be as it was
def store() -> tuple[Any, ...]:
    """Everything that a refusal could have changed."""
    vault = (model.objects.using("vault").order_by("pk") for model in (Compartment, KeyBatch, VaultRow, Warrant))
    rows = (Record.objects.order_by("pk"), Errand.objects.order_by("pk"), *vault)
    return tuple(list(some.values_list()) for some in rows)


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = store()
    yield
    assert store() == before


def problem(answer: Any, status: int, code: str) -> None:
    """problem+json with this code, and nothing of anybody's."""
    text = answer.content.decode()
    assert (answer.status_code, json.loads(text)["code"]) == (status, code), text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(text)["detail"]
    silent(text)


def silent(text: str) -> None:
    """Nothing personal, and no path of the machine."""
    assert not [each for each in (*PERSONAL, "/tmp", "keyring.bin", "Traceback") if each in text]


def reveal(client: Client, record: Record) -> Any:
    return client.post(
        f"/api/v1/records/{record.pk}/reveal/", {"kind": "name", "purpose": "contact"}, content_type="application/json"
    )


def readiness(client: Client) -> tuple[int, list[str]]:
    """Status and codes, without those about the login of the tests, which owns what it tries."""
    answer = client.get("/readyz")
    codes = [code for code in answer.json()["codes"] if not code.startswith("too_much_privilege")]
    return answer.status_code, codes


# -- custody
def unreadable(settings: Any) -> None:
    Path(settings.PIL_KEYRING).write_bytes(b"no keyring at all")


def missing(settings: Any) -> None:
    Path(settings.PIL_KEYRING).unlink()


def opened_by_another_key(settings: Any) -> None:
    settings.PIL_KEYRING_KEK = base64.b64encode(b"another key, not the one of this").decode()


def opened_by_a_passphrase(settings: Any) -> None:
    settings.PIL_KEYRING_KEK, settings.PIL_KEYRING_PASSPHRASE = "", "not the key that sealed it"


def rewound(settings: Any) -> None:
    """Somebody puts an old copy back."""
    path = Path(settings.PIL_KEYRING)
    old = path.read_bytes()
    holder().create("another/core/1", 1)
    path.write_bytes(old)


DAMAGES: dict[str, Callable[[Any], None]] = {
    "keyring_unreadable": unreadable,
    "keyring_missing": missing,
    "wrong_passphrase": opened_by_another_key,
    "keyring_stale": rewound,
}


@pytest.mark.parametrize("code", DAMAGES)
def test_a_keyring_that_does_not_open_says_why(code: str, settings: Any, client: Client) -> None:
    record, head = a_record(name=NAME), an_officer(Role.HEAD_OF_BODY)
    DAMAGES[code](settings)
    unlocked.sweep(everything=True)
    with nothing_changes():
        problem(reveal(at(head), record), 503, code)
        shown = at(head).post(page(record), {"kind": "name", "purpose": "contact"})
        assert shown.status_code == 503
        silent(shown.content.decode())
        assert readiness(client) == (503, [f"custody:{code}"])
        with pytest.raises(SystemCheckError, match=rf"\({code}\)") as said:
            call_command("check", databases=["default", "vault"])
        silent(str(said.value))


def test_a_passphrase_for_a_keyring_that_a_key_seals_is_wrong(settings: Any) -> None:
    record, head = a_record(name=NAME), an_officer(Role.HEAD_OF_BODY)
    opened_by_a_passphrase(settings)
    unlocked.sweep(everything=True)
    with nothing_changes():
        problem(reveal(at(head), record), 503, "wrong_passphrase")


def test_a_lost_key_is_an_incident_and_never_a_certificate() -> None:
    record, head = a_record(name=NAME), an_officer(Role.HEAD_OF_BODY)
    ended(record.emergency)
    with later(days=3):
        batch = approved(proposed())
    holder().destroy(f"{record.emergency_id}/core/1", "no warrant of ours")
    unlocked.sweep(everything=True)
    with nothing_changes():
        problem(reveal(at(head), record), 503, "key_lost")
    with later(days=5):
        with pytest.raises(CommandError, match="canary_opens: key_lost"):
            call_command("dispose", batch.number)
        batch.refresh_from_db()
        assert (batch.state, batch.editions.count(), Record.objects.count()) == (State.RUNNING, 0, 1)


# -- the vault
@contextmanager
def silent_vault() -> Iterator[None]:
    """The vault's server is down, or its file is gone."""

    def down(*_args: Any) -> Any:
        raise OperationalError("could not connect to server at vault.invented: " + NAME)

    with connections["vault"].execute_wrapper(down):
        yield


def test_a_vault_that_does_not_answer_is_said_to_everybody(client: Client) -> None:
    record, head = a_record(name=NAME), an_officer(Role.HEAD_OF_BODY)
    writer.writer().drop()
    with nothing_changes():
        with silent_vault():
            problem(reveal(at(head), record), 503, "vault_unavailable")
            problem(post_record(client, record.point, sent(record.point)), 503, "vault_unavailable")
            status, codes = readiness(client)
        assert status == 503
        assert "database_silent:vault" in codes


def test_a_person_at_the_form_is_told_when_the_vault_does_not_answer(client: Client) -> None:
    from tests.collection.intake.scene import a_shelter, hidden, shown

    point = a_shelter()
    carried = hidden(shown(client, point))
    writer.writer().drop()
    with nothing_changes(), silent_vault():
        answer = client.post(f"/p/{point.code}/", {**carried, **one_person()})
        assert answer.status_code == 503
        silent(answer.content.decode())


SECRETS = dict.fromkeys(("PIL_SECRET_KEY", "PIL_CANARY_KEY", "PIL_KEYRING_PASSPHRASE"), "invented " * 6)


@pytest.mark.parametrize("words", [("setup",), ("up", "--port", "0")], ids=["setup", "up"])
def test_a_store_whose_vault_is_missing_gets_no_new_one(words: Any, manage: Any, own_store: dict[str, str]) -> None:
    """A new vault would open nothing of the data, and hide the loss."""
    home = Path(own_store["PIL_HOME"])
    home.mkdir()
    with closing(sqlite3.connect(home / "data.sqlite3")) as data:
        data.execute("CREATE TABLE collection_emergency (id TEXT)")
    said = manage(*words, **SECRETS)
    assert said.returncode == 1, said.stdout
    assert "(vault_missing)" in said.stderr
    silent(said.stderr)
    vault = home / "vault.sqlite3"
    assert not vault.exists() or not vault.stat().st_size
    assert not (home / "keyring.bin").exists()


# -- guards
@pytest.fixture
def unguarded() -> Iterator[None]:
    """A migrate that failed half-way has left no guard on the data."""
    guards.remove("default")
    yield
    guards.install("default")


@pytest.mark.usefixtures("unguarded")
def test_nothing_is_destroyed_while_a_guard_is_missing(client: Client) -> None:
    head = an_officer(Role.HEAD_OF_BODY)
    record = a_record(name=NAME, author=head.staff_number)
    sent_in = at(head).post(page(record, "void"), {"reason": "typing"})
    assert sent_in.status_code == 302
    assert readiness(client) == (503, ["guard_missing:default"])
    rows, keys = list(Record.objects.values_list("pk")), list(VaultRow.objects.using("vault").values_list())
    with pytest.raises(Exception, match=r".") as refusal:
        turns.errand_turn()
    assert getattr(refusal.value, "code", "") == "guard_missing"
    assert (list(Record.objects.values_list("pk")), list(VaultRow.objects.using("vault").values_list())) == (rows, keys)


def test_a_batch_is_not_run_while_a_guard_is_missing() -> None:
    record = a_record(name=NAME)
    ended(record.emergency)
    with later(days=3):
        batch = approved(proposed())
    guards.remove("default")
    try:
        with later(days=5), nothing_changes(), pytest.raises(CommandError, match=r"\(guard_missing\)") as said:
            call_command("dispose", batch.number)
    finally:
        guards.install("default")
    silent(str(said.value))
    batch.refresh_from_db()
    assert batch.state == State.APPROVED


# -- signatures
def proposed() -> DisposalBatch:
    turns.errand_turn()
    turns.clock_turn()
    return DisposalBatch.objects.get(state=State.PROPOSED)


def approved(batch: DisposalBatch) -> DisposalBatch:
    for person in two_people(*OFFICE):
        batches.approve(batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person)
    batch.refresh_from_db()
    return batch


def a_proposed_end() -> DisposalBatch:
    """Inside a time in which it is up for review."""
    return proposed()


@pytest.fixture
def point() -> Point:
    """Two entries at a shelter whose emergency has ended."""
    point = an_open_point()
    for _entry in range(2):
        a_record(point, name=NAME)
    ended(point.campaign.emergency)
    return point


@pytest.fixture(autouse=True)
def _just_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilifecycle.acts.did_recently_reauthenticate", lambda request: True)


def signs(person: User, batch: DisposalBatch, **more: Any) -> Any:
    """A signature in the console."""
    said = {"manifest_hash": batch.manifest_hash, "persons_typed": batch.manifest["persons"], **more}
    return at(person).post(f"/console/retention/disposalbatch/{batch.pk}/act/approve/", said)


def refused(answer: Any, status: int, sentence: str, batch: DisposalBatch) -> None:
    """The same page with this sentence; the batch stands as it stood."""
    before = (batch.state, batch.approvals.count())
    with override("zh-hans"):
        assert (answer.status_code, str(answer.context["refusal"])) == (status, gettext(sentence))
    silent(answer.content.decode())
    batch.refresh_from_db()
    assert (batch.state, batch.approvals.count()) == before


@pytest.mark.usefixtures("point")
def test_who_proposed_a_batch_does_not_approve_it() -> None:
    with later(days=3):
        batch, proposer = a_proposed_end(), an_officer(Role.PROTECTION_OFFICER)
        DisposalBatch.objects.filter(pk=batch.pk).update(proposer=proposer)
        refused(signs(proposer, batch), 403, "Who proposed a batch cannot approve it.", batch)
        assert batch.approvals.count() == 0


@pytest.mark.usefixtures("point")
def test_a_role_younger_than_the_proposal_does_not_approve() -> None:
    with later(days=3):
        batch, late = a_proposed_end(), an_officer(Role.PROTECTION_OFFICER, since=timedelta(0))
        sentence = "Your role is younger than the proposal: somebody else must review it."
        refused(signs(late, batch), 403, sentence, batch)


@pytest.mark.usefixtures("point")
def test_one_person_signs_once_and_types_the_right_number() -> None:
    with later(days=3):
        batch, one = a_proposed_end(), an_officer(Role.PROTECTION_OFFICER)
        wrong = signs(one, batch, persons_typed=batch.manifest["persons"] + 1)
        refused(wrong, 400, "This is not the number of people in the manifest.", batch)
        refused(
            signs(one, batch, manifest_hash="0" * 64),
            409,
            "The manifest is not the one you looked at. Please look again.",
            batch,
        )
        assert signs(one, batch).status_code == 302
        refused(signs(one, batch), 403, "You have already signed this. Two different people must.", batch)
        assert batch.approvals.count() == 1


@pytest.mark.usefixtures("point")
def test_who_may_not_review_is_turned_away() -> None:
    with later(days=3):
        batch = a_proposed_end()
        for role in (Role.WITNESS, Role.AUDITOR, Role.OPERATOR, Role.COLLECTOR):
            answer = signs(an_officer(role), batch)
            assert answer.status_code in (403, 404), role
        assert batch.approvals.count() == 0


def test_a_voided_approval_destroys_nothing_and_takes_no_signature(point: Point) -> None:
    from collection.emergencies import actions as emergencies

    with later(days=3):
        batch = approved(a_proposed_end())
        emergencies.grow(point.campaign.emergency, "test")
    with later(days=5):
        with nothing_changes(), pytest.raises(CommandError):
            call_command("dispose", batch.number)
        batch.refresh_from_db()
        assert batch.state == State.VOID
        refused(signs(an_officer(Role.PROTECTION_OFFICER), batch), 409, "This batch is not up for review.", batch)
        assert Record.objects.count() == 2
