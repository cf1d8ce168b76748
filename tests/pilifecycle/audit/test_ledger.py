import json
from collections.abc import Callable
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from pilifecycle.access.models import User
from pilifecycle.audit import ledger, proofs, secondplace, sequencer
from pilifecycle.audit.faults import LedgerLie, LedgerRefuses
from pilifecycle.audit.models import Checkpoint, Head, Leaf, Pending
from pilifecycle.crypto import merkle
from pilifecycle.crypto.checkpoint import decode_proof, sign_checkpoint, verify_checkpoint
from pilifecycle.errors import NotFound, WrongState
from pilifecycle.store import clock
from pilifecycle.store.models import ClockJump

from .ledgers import KEYS, PRIVATE, PUBLIC, a_ledger, run, sign, signed_again, with_the_owners_hand, write

pytestmark = pytest.mark.django_db


def undone(*acts: Callable[[], object]) -> None:
    """Do these in a transaction that never commits."""
    with transaction.atomic():
        for act in acts:
            act()
        transaction.set_rollback(True)


# -- writing
def test_an_entry_names_who_what_where_and_counts():
    emergency, subject = uuid4(), uuid4()
    actor = User(username="x", staff_number="A-7")
    ledger.write("records.reveal", actor=actor, emergency=emergency, subject=subject, field="mobile", count=1)
    sequencer.integrate()
    leaf = Leaf.objects.get()
    assert (leaf.seq, leaf.action, leaf.actor, leaf.emergency, leaf.subject) == (
        0,
        "records.reveal",
        "A-7",
        emergency,
        subject,
    )
    assert leaf.facts == {"field": "mobile", "count": 1}
    assert Pending.objects.count() == 0
    assert list(secondplace.lines("leaf")) == [json.loads(bytes(leaf.body))]


@pytest.mark.parametrize("action", ["reveal", "records.", "Records.reveal", "records.reveal it", "x." + "y" * 63])
def test_an_actions_code_is_room_and_verb(action):
    with pytest.raises(LedgerRefuses):
        ledger.write(action, actor="system")


def test_what_is_rolled_back_was_never_there():
    write(2)
    undone(write)
    assert sequencer.integrate() == 2


def test_an_entry_is_carried_once_however_often():
    entry = {"uid": uuid4(), "at": clock.now(), "action": "custody.destroyed", "actor": "A-7", "facts": {"by": "A-7"}}
    assert ledger.carry(**entry)
    assert not ledger.carry(**entry)
    assert sequencer.integrate() == 1
    assert not ledger.carry(**entry)
    assert Pending.objects.count() == 0
    assert Leaf.objects.count() == 1


def test_an_entry_that_slipped_in_twice_is_numbered_once():
    entry = write(1)[0]
    sequencer.integrate()
    Pending.objects.create(uid=entry.uid, at=entry.at, action=entry.action, actor=entry.actor, facts=entry.facts)
    write(1)
    assert sequencer.integrate() == 1
    assert list(Leaf.objects.values_list("seq", flat=True)) == [0, 1]
    assert Pending.objects.count() == 0


def test_a_jump_of_the_clock_stands_in_the_ledger_once():
    ClockJump.objects.create(noticed_at=clock.now(), seconds=-900)
    for _turn in range(3):
        sequencer.integrate()
    leaf = Leaf.objects.get()
    assert (leaf.action, leaf.actor, leaf.facts) == ("clock.jumped", "clock", {"seconds": -900})


def test_the_database_refuses_to_change_or_delete_a_leaf_or_to_shrink_the_tree():
    a_ledger(2)
    for act in (
        lambda: Leaf.objects.filter(seq=0).update(actor="B-2"),
        lambda: Leaf.objects.filter(seq=1).delete(),
        lambda: Checkpoint.objects.all().delete(),
        lambda: Head.objects.update(size=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


# -- signing
def test_a_checkpoint_is_signed_only_for_something_new_and_not_at_once_again():
    assert sequencer.checkpoint(sign) is None
    write(3)
    sequencer.integrate()
    first = sequencer.checkpoint(sign)
    assert verify_checkpoint(first.text, PUBLIC, sequencer.origin()).size == 3
    assert sequencer.checkpoint(sign) is None
    write(1)
    sequencer.integrate()
    assert sequencer.checkpoint(sign) is None  # five seconds have not passed
    assert signed_again().size == 4
    assert signed_again() is None
    assert [line["size"] for line in secondplace.lines("checkpoint")] == [3, 4]


def test_a_clock_that_was_set_back_does_not_stop_the_signing():
    write(1)
    sequencer.integrate()
    row = sequencer.checkpoint(sign)
    with with_the_owners_hand():
        Checkpoint.objects.filter(pk=row.pk).update(signed_at=row.signed_at + sequencer.timedelta(hours=1))
    write(1)
    sequencer.integrate()
    assert sequencer.checkpoint(sign).size == 2


# -- proving
def test_every_leaf_is_proved_to_an_outsider():
    for entry in a_ledger(7):
        given = proofs.inclusion(entry.uid)
        signed = verify_checkpoint(given["checkpoint"], PUBLIC, sequencer.origin())
        hashes = [bytes.fromhex(node) for node in given["proof"]]
        merkle.verify_inclusion(
            merkle.leaf_hash(given["body"].encode()), given["seq"], given["size"], hashes, signed.root
        )
        assert json.loads(given["body"])["uid"] == str(entry.uid)
        assert decode_proof(given["text"]).hashes == tuple(hashes)


def test_an_older_log_is_proved_to_be_the_beginning():
    a_ledger(7)
    old = Checkpoint.objects.get(size=6)
    given = proofs.consistency(6)
    new = verify_checkpoint(given["checkpoint"], PUBLIC, sequencer.origin())
    merkle.verify_consistency(6, 7, [bytes.fromhex(node) for node in given["proof"]], bytes(old.root), new.root)


def test_what_waits_and_what_is_not_there_is_told_apart():
    entry = write(1)[0]
    with pytest.raises(WrongState) as refusal:
        proofs.inclusion(entry.uid)
    assert refusal.value.code == "not_sequenced"
    sequencer.integrate()
    with pytest.raises(WrongState) as refusal:
        proofs.inclusion(entry.uid)
    assert refusal.value.code == "not_checkpointed"
    with pytest.raises(NotFound):
        proofs.inclusion(uuid4())
    with pytest.raises(NotFound):
        proofs.consistency(1)


# -- lies
def found(keys=KEYS) -> tuple[int, str]:
    with pytest.raises(LedgerLie) as lie:
        ledger.verify(keys)
    return lie.value.at, lie.value.why


def test_an_honest_ledger_verifies():
    a_ledger(7)
    write(2)
    report = ledger.verify(KEYS)
    assert (report.leaves, report.checkpoints, report.signed, report.waiting) == (7, 2, 7, 2)
    assert report.root == bytes(Checkpoint.objects.get(size=7).root).hex()


def test_an_empty_ledger_verifies():
    assert ledger.verify(KEYS).leaves == 0


def test_an_edited_column_is_found():
    a_ledger()
    run("update pilifecycle_leaf set actor = 'B-2' where seq = 3")
    assert found() == (3, "column_differs")


def forge(seq: int, **columns) -> None:
    """Edit a leaf so that its text and hash fit its columns."""
    from pilifecycle.audit.bodies import body_of, leaf_of

    leaf = Leaf.objects.get(seq=seq)
    for name, value in columns.items():
        setattr(leaf, name, value)
    with with_the_owners_hand():
        leaf_of(body_of(seq, leaf)).save(force_update=True)


def test_an_edited_leaf_with_a_fitting_hash_is_found_by_the_signed_root():
    a_ledger()
    forge(3, actor="B-2")
    assert found() == (5, "root_differs")


def test_an_edited_hash_is_found():
    a_ledger()
    run("update pilifecycle_leaf set hash = %s where seq = 2", b"\0" * 32)
    assert found() == (2, "hash_differs")


def test_a_deleted_leaf_is_found():
    a_ledger()
    run("delete from pilifecycle_leaf where seq = 4")
    assert found() == (4, "missing_leaf")


def test_a_deleted_last_leaf_is_found():
    a_ledger()
    run("delete from pilifecycle_leaf where seq = 6")
    assert found() == (6, "missing_leaf")


def test_a_ledger_cut_short_with_its_checkpoint_and_head_is_found_by_the_second_place():
    a_ledger()
    peaks: list[bytes] = []
    for leaf in Leaf.objects.filter(seq__lt=6).order_by("seq"):
        peaks = merkle.grow(leaf.seq, peaks, bytes(leaf.hash))
    run("delete from pilifecycle_leaf where seq = 6")
    run("delete from pilifecycle_checkpoint where size = 7")
    run("update pilifecycle_head set size = 6, peaks = %s", b"".join(peaks))
    assert found() == (6, "rewound")


def test_a_leaf_beside_the_tree_is_found():
    a_ledger()
    run("update pilifecycle_head set size = 6")
    assert found()[1] in ("rewound", "head_differs")


def test_an_unsigned_edit_is_found_by_head_and_second_place():
    write(3)
    sequencer.integrate()
    forge(1, actor="B-2")
    assert found() == (2, "head_differs")
    peaks: list[bytes] = []
    for leaf in Leaf.objects.order_by("seq"):
        peaks = merkle.grow(leaf.seq, peaks, bytes(leaf.hash))
    run("update pilifecycle_head set peaks = %s", b"".join(peaks))
    assert found() == (1, "second_place_differs")


def test_a_forged_checkpoint_is_found():
    a_ledger()
    other = sign_checkpoint(sequencer.origin(), 7, bytes(Checkpoint.objects.get(size=7).root), b"\7" * 32)
    run("update pilifecycle_checkpoint set text = %s where size = 7", other)
    assert found() == (6, "checkpoint_forged")


def test_another_logs_checkpoint_is_no_witness():
    a_ledger()
    other = sign_checkpoint("pilifecycle/other", 7, bytes(Checkpoint.objects.get(size=7).root), PRIVATE)
    run("update pilifecycle_checkpoint set text = %s where size = 7", other)
    assert found() == (6, "checkpoint_forged")


def test_a_checkpoint_whose_columns_were_edited_is_found():
    a_ledger()
    run("update pilifecycle_checkpoint set root = %s where size = 7", b"\0" * 32)
    assert found() == (6, "checkpoint_differs")


def test_a_wrong_key_verifies_nothing():
    a_ledger()
    assert found({1: b"\7" * 32})[1] == "checkpoint_forged"
    assert found({})[1] == "checkpoint_forged"


def test_a_second_place_that_lacks_or_differs_is_found(settings):
    a_ledger()
    path = settings.PIL_SECOND_PLACE / "leaf.jsonl"
    kept = path.read_bytes()
    lines = kept.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert found() == (3, "second_place_short")
    path.write_bytes(b"".join(lines[:5]))
    assert found() == (5, "second_place_short")
    path.write_bytes(kept.replace(b'"count":2', b'"count":3'))
    assert found() == (2, "second_place_differs")


# -- after a crash, after a restore
def test_killed_between_second_place_and_commit_the_next_turn_gives_the_same_numbers():
    write(3)
    sequencer.integrate()
    entries = write(2)
    undone(sequencer.integrate)  # the second place has five lines, the database three leaves
    assert Leaf.objects.count() == 3
    assert secondplace.last("leaf")["seq"] == 4
    write(1)  # what comes later is not mixed in
    ledger.verify(KEYS)
    assert sequencer.integrate() == 2
    assert sequencer.integrate() == 1
    assert {leaf.uid for leaf in Leaf.objects.filter(seq__in=(3, 4))} == {entry.uid for entry in entries}
    assert [line["seq"] for line in secondplace.lines("leaf")] == list(range(6))
    assert ledger.verify(KEYS).leaves == 6


def test_torn_in_the_middle_of_the_second_place_the_next_turn_goes_on(settings):
    write(4)
    undone(sequencer.integrate)
    path = settings.PIL_SECOND_PLACE / "leaf.jsonl"
    path.write_bytes(path.read_bytes()[:-200])
    assert sequencer.integrate() + sequencer.integrate() == 4
    assert ledger.verify(KEYS).leaves == 4


def test_an_older_database_waits_for_its_restore_and_then_goes_on_from_the_second_place():
    write(2)
    sequencer.integrate()
    undone(lambda: write(3), sequencer.integrate)  # the database is set back; its entries are gone
    with pytest.raises(sequencer.Unavailable) as refusal:
        sequencer.integrate()
    assert refusal.value.code == "ledger_rewound"
    assert sequencer.integrate(restoring=True) == 3
    write(1)
    assert sequencer.integrate() == 1
    assert ledger.verify(KEYS).leaves == 6


def test_a_second_place_that_was_lost_is_filled_again(settings):
    a_ledger()
    (settings.PIL_SECOND_PLACE / "leaf.jsonl").unlink()
    write(1)
    sequencer.integrate()
    assert ledger.verify(KEYS).leaves == 8


# -- the commands
@pytest.fixture
def published(monkeypatch):
    from pilifecycle.management.commands import public_keys, verify_ledger

    for command in (public_keys, verify_ledger):
        monkeypatch.setattr(command, "published", lambda: KEYS)


def test_the_command_says_in_plain_words_that_the_ledger_is_true(published):
    a_ledger()
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "7" in out.getvalue()
    out = StringIO()
    call_command("verify_ledger", "--json", stdout=out)
    assert json.loads(out.getvalue())["verified"] is True


def test_the_command_ends_with_one_at_the_first_lie(published):
    a_ledger()
    run("update pilifecycle_leaf set actor = 'B-2' where seq = 3")
    with pytest.raises(CommandError) as end:
        call_command("verify_ledger")
    assert end.value.returncode == 1
    assert "3" in str(end.value)
    out = StringIO()
    with pytest.raises(SystemExit) as code:
        call_command("verify_ledger", "--json", stdout=out)
    assert code.value.code == 1
    assert json.loads(out.getvalue()) == {"verified": False, "at": 3, "why": "column_differs"}


def test_the_published_keys_are_printed(published):
    out = StringIO()
    call_command("public_keys", "--json", stdout=out)
    assert json.loads(out.getvalue())["1"]["public"] == PUBLIC.hex()
    out = StringIO()
    call_command("public_keys", "--pem", stdout=out)
    assert out.getvalue().startswith("-----BEGIN PUBLIC KEY-----")
