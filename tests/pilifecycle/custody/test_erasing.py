"""What a warrant names becomes unreadable, and nothing else does; stopped anywhere it goes on to the same end."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from pilifecycle.audit import ledger, secondplace
from pilifecycle.audit.models import Pending
from pilifecycle.custody import actions as custody
from pilifecycle.custody import erasing, puncturing
from pilifecycle.custody.holders import holder
from pilifecycle.custody.models import Compartment, Destruction, KeyBatch, Outbox, Puncture, VaultRow, Warrant
from pilifecycle.errors import Forbidden, Gone, Invalid, KeyLost, WrongState
from tests.pilifecycle.custody.builders import CONTENTS, STANDARD, a_count, a_record, a_warrant, an_emergency, read

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here."""


def killed(*args, **kwargs):
    raise Killed


def test_a_destroyed_emergency_opens_nothing_and_its_names_are_never_used_again():
    emergency, other = an_emergency(), an_emergency()
    record, sealed = a_record(emergency)
    other_record, other_sealed = a_record(other)
    evidence = custody.destroy_compartments(a_warrant(emergency))
    assert [entry["class"] for entry in evidence] == ["keyring"] * 4
    for category, pack in sealed.packs.items():
        with pytest.raises(Gone) as refusal:
            read(emergency, record, pack, category)
        assert refusal.value.code == "key_destroyed"
    assert read(other, other_record, other_sealed.packs["core"]) == CONTENTS["core"]
    assert custody.canaries_open(emergency) == dict.fromkeys(CONTENTS, False)
    for again in (
        lambda: a_record(emergency, standard_version="another/1"),
        lambda: custody.open_compartments(emergency, categories=["core"]),
        lambda: custody.tokens(emergency, [("mobile/1", "+8613800001234")]),
    ):
        with pytest.raises(Gone):
            again()


def test_one_category_goes_and_the_others_stay():
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    custody.destroy_compartments(a_warrant(emergency, scope={"categories": ["health"]}))
    with pytest.raises(Gone):
        read(emergency, record, sealed.packs["health"], "health")
    assert read(emergency, record, sealed.packs["core"]) == CONTENTS["core"]
    rows = [(record, category, pack) for category, pack in sealed.packs.items()]
    left = [category for _r, category, _f in custody.unseal_many(emergency, standard_version=STANDARD, packs=rows)]
    assert left == ["core", "identity"]


def test_held_compartments_go_only_if_named():
    emergency = an_emergency(["core", "held:core"])
    record, sealed = a_record(
        emergency, contents={"held:core": CONTENTS["core"]}, buckets={"held:core": 256}, purpose="hold"
    )
    custody.destroy_compartments(a_warrant(emergency, scope={"categories": ["core", "index"]}))
    assert read(emergency, record, sealed.packs["held:core"], "held:core") == CONTENTS["core"]
    custody.destroy_compartments(a_warrant(emergency, scope={"categories": ["held:core"]}))
    with pytest.raises(Gone):
        read(emergency, record, sealed.packs["held:core"], "held:core")


def test_destroying_again_returns_the_same_evidence():
    emergency = an_emergency()
    warrant = a_warrant(emergency)
    first = custody.destroy_compartments(warrant)
    assert custody.destroy_compartments(warrant) == first
    custody.close_warrant(warrant)
    custody.close_warrant(warrant)
    assert custody.destroy_compartments(warrant) == first
    assert Outbox.objects.filter(emergency=emergency, action="custody.key_destroyed").count() == 4


@pytest.mark.parametrize("moment", ["before the deed", "after the deed", "before done", "in the middle"])
def test_killed_between_any_two_commits_it_ends_the_same(monkeypatch, moment):
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    warrant = a_warrant(emergency)
    keys, calls = holder(), []

    def then_killed(name, by):
        calls.append(name)
        if moment == "before the deed" or (moment == "in the middle" and len(calls) < 3):
            return killed() if moment == "before the deed" else type(keys).destroy(keys, name, by)
        type(keys).destroy(keys, name, by)
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "before done":
            patch.setattr(erasing, "_done", killed)
        else:
            patch.setattr(keys, "destroy", then_killed)
        with pytest.raises(Killed):
            custody.destroy_compartments(warrant)
    assert Destruction.objects.filter(warrant=warrant).count() == 4  # the intent was committed first
    evidence = custody.destroy_compartments(warrant)
    assert len({entry["name"] for entry in evidence}) == 4
    assert {c.state for c in Compartment.objects.filter(emergency=emergency)} == {"destroyed"}
    assert not Compartment.objects.filter(emergency=emergency).exclude(blob=None).exists()
    with pytest.raises(Gone):
        read(emergency, record, sealed.packs["core"])


def _lose(emergency, category="core"):
    """A key disappears without anybody's order."""
    name = Compartment.objects.get(emergency=emergency, category=category).name

    def forget(keys):
        keys.living.pop(name)[1].wipe()
        return None, True

    holder()._change(forget)


def test_a_key_that_nobody_destroyed_is_lost_and_never_certified(monkeypatch):
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    _lose(emergency)
    with pytest.raises(KeyLost):
        read(emergency, record, sealed.packs["core"])
    with pytest.raises(KeyLost):
        custody.canaries_open(emergency)
    with pytest.raises(KeyLost):
        custody.destroy_compartments(a_warrant(emergency))
    assert not Destruction.objects.exists()
    assert read(emergency, record, sealed.packs["health"], "health") == CONTENTS["health"]  # nothing was changed


def test_an_absent_key_with_this_warrants_intent_was_destroyed_then(monkeypatch):
    emergency = an_emergency()
    warrant = a_warrant(emergency)
    with monkeypatch.context() as patch:
        patch.setattr(holder(), "destroy", killed)
        with pytest.raises(Killed):
            custody.destroy_compartments(warrant)
    _lose(emergency)
    methods = {entry["name"].split("/")[1]: entry["method"] for entry in custody.destroy_compartments(warrant)}
    assert methods.pop("core") == "absent_after_intent"
    assert set(methods.values()) == {"removed_from_keyring"}


def test_nothing_dies_before_its_time_without_two_people_or_under_a_closed_warrant():
    emergency = an_emergency()
    with pytest.raises(WrongState) as refusal:
        custody.destroy_compartments(a_warrant(emergency, late=timedelta(hours=1)))
    assert refusal.value.code == "too_early"
    for people in [(), ("P-1",), ("P-1", "P-1")]:
        with pytest.raises(Forbidden):
            a_warrant(emergency, approvers=people)
    with pytest.raises(Forbidden):
        a_warrant(emergency, kind="request")
    closed = a_warrant(emergency)
    custody.close_warrant(closed)
    with pytest.raises(WrongState):
        custody.destroy_compartments(closed)
    assert not Destruction.objects.exists()


@pytest.mark.parametrize(
    "scope",
    [
        {"categories": []},
        {"categories": ["gossip"]},
        {"categories": ["core"], "roots": [[1, "core"]]},
        {"everything": ["core"]},
        {"roots": [["1", "core"]]},
        {"leaves": [[1, 0, "core"]]},
        {"leaves": [[1, "core"]]},
    ],
)
def test_a_malformed_scope_is_refused(scope):
    with pytest.raises(Invalid):
        a_warrant(uuid4(), scope=scope)


def test_the_same_matter_has_the_same_warrant():
    emergency, matter = uuid4(), uuid4()
    first = a_warrant(emergency, "void", {"leaves": [[7, 1, "core"]]}, matter)
    again = a_warrant(emergency, "void", {"leaves": [[7, 2, "core"]]}, matter)
    assert (again.pk, again.scope) == (first.pk, first.scope)
    assert custody.warrant_of("void", matter) == first
    assert custody.warrant_of("batch", matter) is None
    with pytest.raises(WrongState):
        a_warrant(uuid4(), "void", {"leaves": [[7, 1, "core"]]}, matter)


def test_a_punctured_leaf_is_gone_and_its_neighbours_stay():
    emergency = an_emergency()
    rows = [a_record(emergency) for _ in range(5)]
    record, sealed = rows[2]
    scope = {"leaves": [[sealed.batch, sealed.index, "core"], [sealed.batch, sealed.index, "health"]]}
    warrant = a_warrant(emergency, "request", scope)
    assert custody.puncture(warrant) == {"leaves": 2, "fresh": 2}
    assert custody.puncture(warrant) == {"leaves": 2, "fresh": 0}
    for category in ("core", "health"):
        with pytest.raises(Gone):
            read(emergency, record, sealed.packs[category], category)
    assert read(emergency, record, sealed.packs["identity"], "identity") == CONTENTS["identity"]
    for number in (0, 1, 3, 4):
        assert read(emergency, rows[number][0], rows[number][1].packs["core"]) == CONTENTS["core"]
    assert custody.canaries_open(emergency)["core"]
    assert Puncture.objects.filter(warrant=warrant).count() == 2
    assert f"{sealed.batch:016x},{sealed.index},core" in set(secondplace.lines("puncture"))
    custody.close_warrant(warrant)
    assert custody.puncture(warrant)["fresh"] == 0


def test_a_second_puncture_of_the_same_root_keeps_the_first():
    emergency = an_emergency()
    rows = [a_record(emergency) for _ in range(4)]
    for record, sealed in rows[:2]:
        custody.puncture(a_warrant(emergency, "void", {"leaves": [[sealed.batch, sealed.index, "core"]]}))
        with pytest.raises(Gone):
            read(emergency, record, sealed.packs["core"])
    with pytest.raises(Gone):
        read(emergency, rows[0][0], rows[0][1].packs["core"])
    assert read(emergency, rows[3][0], rows[3][1].packs["core"]) == CONTENTS["core"]


def test_a_puncture_killed_before_the_second_place_is_told_there_later(monkeypatch):
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    warrant = a_warrant(emergency, "request", {"leaves": [[sealed.batch, sealed.index, "core"]]})
    with monkeypatch.context() as patch:
        patch.setattr(puncturing.secondplace, "append_all", killed)
        with pytest.raises(Killed):
            custody.puncture(warrant)
    line = f"{sealed.batch:016x},{sealed.index},core"
    assert line not in set(secondplace.lines("puncture"))
    custody.puncture(warrant)
    assert line in set(secondplace.lines("puncture"))


def test_roots_die_in_chunks_and_only_those_named():
    emergency, lane = an_emergency(), uuid4()
    record, sealed = a_record(emergency)
    other_record, other = a_record(emergency, lane=lane)
    read(emergency, record, sealed.packs["core"])  # whatever memory holds
    warrant = a_warrant(emergency, scope={"roots": [[sealed.batch, category] for category in CONTENTS]})
    assert custody.destroy_roots(warrant, 2) == {"deleted": 2, "done": False}
    assert custody.destroy_roots(warrant, 2) == {"deleted": 1, "done": True}
    assert custody.destroy_roots(warrant, 2) == {"deleted": 0, "done": True}
    for category, pack in sealed.packs.items():
        with pytest.raises(Gone):
            read(emergency, record, pack, category)
    assert read(emergency, other_record, other.packs["core"]) == CONTENTS["core"]
    assert custody.canaries_open(emergency, batches=[sealed.batch, other.batch]) == {
        f"{batch:016x}/{category}": batch == other.batch
        for batch in (sealed.batch, other.batch)
        for category in CONTENTS
    }


def test_after_the_keys_all_roots_of_the_categories_go():
    emergency = an_emergency()
    a_record(emergency)
    warrant = a_warrant(emergency)
    custody.destroy_compartments(warrant)
    assert custody.destroy_roots(warrant)["done"]
    assert not VaultRow.objects.filter(emergency=emergency).exists()
    assert custody.canaries_open(emergency) == dict.fromkeys(CONTENTS, False)


def test_the_vault_itself_refuses_what_no_warrant_covers():
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    closed = a_warrant(emergency)
    custody.close_warrant(closed)
    rows = VaultRow.objects.filter(emergency=emergency)
    for deed in (
        lambda: rows._raw_delete("vault"),
        lambda: rows.update(blob=b""),
        lambda: rows.update(state="wrapped", check_value=b"12345678"),
        lambda: Compartment.objects.filter(emergency=emergency).update(blob=None, state="destroyed"),
        lambda: KeyBatch.objects.filter(pk=sealed.batch)._raw_delete("vault"),
        lambda: Warrant.objects.all()._raw_delete("vault"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(using="vault"):
            deed()


def test_the_outbox_reaches_the_ledger_once(monkeypatch):
    emergency = an_emergency()
    custody.destroy_compartments(a_warrant(emergency))
    waiting = Outbox.objects.filter(taken_at=None).count()
    with monkeypatch.context() as patch:  # killed between the two commits
        patch.setattr("pilifecycle.custody.outbox._taken", killed)
        with pytest.raises(Killed):
            custody.carry_outbox(1000)
    assert custody.carry_outbox(1000) == waiting
    assert custody.carry_outbox(1000) == 0
    assert Pending.objects.filter(emergency=emergency, action="custody.key_destroyed").count() == 4
    assert Pending.objects.filter(emergency=emergency).count() == Outbox.objects.filter(emergency=emergency).count()
    ledger.verify({})


def test_a_key_batch_is_counted_once_and_what_leaves_is_subtracted():
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    custody.take_out(sealed.batch, entries=1, persons=1)  # before the close there is nothing to subtract from
    closed = custody.close_key_batches(lambda batch: a_count(9, 8, 12), emergency=emergency)
    assert [(batch.pk, batch.used) for batch in closed] == [(sealed.batch, 10)]
    assert custody.close_key_batches(lambda batch: a_count(), emergency=emergency) == []
    custody.take_out(sealed.batch, entries=2, persons=3)
    assert custody.counters(emergency) == (6, 9, 1)
    assert custody.counters(emergency, standards=["another/1"]) == (0, 0, 0)
    assert custody.counters(emergency, before=closed[0].day) == (0, 0, 0)
    assert a_record(emergency)[1].batch != sealed.batch
    assert Outbox.objects.filter(action="custody.batch_closed", emergency=emergency).count() == 1


def test_a_close_that_was_killed_while_counting_is_found_again():
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    with pytest.raises(Killed):
        custody.close_key_batches(killed, emergency=emergency)
    assert KeyBatch.objects.get(pk=sealed.batch).used is None
    later = KeyBatch.objects.get(pk=sealed.batch).closed_at + timedelta(minutes=5)
    import time_machine

    with time_machine.travel(later):
        assert len(custody.close_key_batches(lambda batch: a_count(), emergency=emergency)) == 1


def test_only_dead_writers_are_closed_when_asked_so():
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    assert custody.close_key_batches(lambda batch: a_count(), emergency=emergency, dead_only=True) == []
    with_dead = KeyBatch.objects.get(pk=sealed.batch)
    from pilifecycle.custody import keybatches

    host, pid, _started = with_dead.writer.rsplit(":", 2)
    assert keybatches.writer_is_dead(f"{host}:{pid}:1")
    assert not keybatches.writer_is_dead(with_dead.writer)
    assert not keybatches.writer_is_dead(f"elsewhere:{pid}:1")
