"""What is sealed opens in its place, and nowhere else."""

import os
import threading
from uuid import uuid4

import pytest
from django.db import transaction

from pilifecycle.custody import actions as custody
from pilifecycle.custody import writer as writer_room
from pilifecycle.custody.models import Canary, KeyBatch, Outbox, VaultRow
from pilifecycle.errors import Invalid, KeyLost, Unavailable, WrongState
from tests.pilifecycle.custody.builders import BUCKETS, CONTENTS, STANDARD, a_record, an_emergency, read

pytestmark = pytest.mark.django_db


def test_what_is_sealed_opens_category_by_category():
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    for category, fields in CONTENTS.items():
        assert read(emergency, record, sealed.packs[category], category) == fields
    assert {len(sealed.packs[c]) - 45 for c in CONTENTS} == set(BUCKETS.values())


def test_records_of_one_day_share_a_key_batch_and_no_leaf():
    emergency = an_emergency()
    places = [a_record(emergency)[1][:2] for _ in range(20)]
    assert len({batch for batch, _index in places}) == 1
    assert [index for _batch, index in places] == list(range(1, 21))  # leaf 0 is the canary's


def test_many_open_at_once_and_in_any_order():
    emergency = an_emergency()
    rows = [a_record(emergency) for _ in range(5)]
    packs = [(record, category, pack) for record, sealed in rows for category, pack in sealed.packs.items()]
    opened = list(custody.unseal_many(emergency, standard_version=STANDARD, packs=reversed(packs)))
    assert len(opened) == 15
    assert all(fields == CONTENTS[category] for _record, category, fields in opened)


@pytest.mark.parametrize("moved", ["record", "category", "standard", "byte"])
def test_a_moved_or_changed_pack_does_not_open_and_leaves_a_trace(moved):
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    pack = sealed.packs["core"]
    with pytest.raises(Unavailable) as refusal:
        read(
            emergency,
            uuid4() if moved == "record" else record,
            pack[:-1] + bytes([pack[-1] ^ 1]) if moved == "byte" else pack,
            "identity" if moved == "category" else "core",
            "another/1" if moved == "standard" else STANDARD,
        )
    assert refusal.value.code == "damaged"
    assert Outbox.objects.filter(action="custody.damaged", emergency=emergency).exists()


def test_a_pack_of_an_unknown_key_batch_is_a_lost_key_and_no_destroyed_one():
    emergency, other = an_emergency(), an_emergency()
    record, sealed = a_record(emergency)
    with pytest.raises(KeyLost):
        read(other, record, sealed.packs["core"])


def test_an_emergency_without_keys_is_refused():
    with pytest.raises(WrongState) as refusal:
        a_record(uuid4())
    assert refusal.value.code == "no_compartment"


def test_what_does_not_fit_its_bucket_is_refused_without_its_value():
    with pytest.raises(Invalid) as refusal:
        a_record(an_emergency(), contents={"core": {1: "王" * 500}})
    assert "王" not in repr(refusal.value) + str(refusal.value.facts)


def test_compartments_open_once_however_often_asked():
    emergency = an_emergency()
    custody.open_compartments(emergency, categories=["core", "location"])
    record, sealed = a_record(emergency)
    custody.open_compartments(emergency, categories=["core", "location"])
    assert read(emergency, record, sealed.packs["core"]) == CONTENTS["core"]
    with pytest.raises(Invalid):
        custody.open_compartments(emergency, categories=["gossip"])


def test_nothing_is_sealed_inside_a_transaction_of_the_data():
    emergency = an_emergency()
    with transaction.atomic(), pytest.raises(custody.VaultInsideData):
        a_record(emergency)
    record, sealed = a_record(emergency)  # the transaction around this test is none of the house's
    with transaction.atomic(), pytest.raises(custody.VaultInsideData):
        read(emergency, record, sealed.packs["core"])


def test_a_later_pack_comes_from_a_key_batch_of_its_own():
    emergency = an_emergency()
    record, birth = a_record(emergency)
    _same, later = a_record(emergency, record, versions={"core": 2, "identity": 2, "health": 2}, purpose="request")
    assert later.batch != birth.batch
    assert read(emergency, record, later.packs["core"]) == CONTENTS["core"]
    with custody.open_parcel(emergency, STANDARD, "strip", CONTENTS) as parcel:
        stripped = [a_record(emergency, purpose="strip", parcel=parcel)[1] for _ in range(3)]
    assert {sealed.batch for sealed in stripped} == {parcel.batches[0]}
    assert KeyBatch.objects.get(pk=parcel.batches[0]).purpose == "strip"


def test_an_index_is_spent_even_if_its_transaction_fails():
    emergency = an_emergency()
    _record, first = a_record(emergency)
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError
    assert a_record(emergency)[1].index == first.index + 1


def test_a_spent_key_batch_is_followed_by_another(monkeypatch):
    emergency = an_emergency()
    _record, first = a_record(emergency)
    hand = next(hand for work, hand in writer_room.writer()._hands.items() if work.emergency == emergency)
    for frontier in hand._open.frontiers.values():
        frontier.leaves = frontier.spent
    record, second = a_record(emergency)
    assert (second.batch, second.index) != (first.batch, first.index)
    assert second.index == 1
    assert read(emergency, record, second.packs["core"]) == CONTENTS["core"]


def test_a_key_batch_that_another_process_closed_is_used_no_more(monkeypatch):
    emergency = an_emergency()
    first = a_record(emergency)[1]
    KeyBatch.objects.filter(pk=first.batch).update(closed_at="2026-01-01T00:00:00Z")
    monkeypatch.setattr(writer_room, "POLL_SECONDS", 0.0)
    assert a_record(emergency)[1].batch != first.batch


def test_a_new_day_has_a_new_key_batch():
    import time_machine

    emergency = an_emergency()
    first = a_record(emergency)[1]
    tomorrow = KeyBatch.objects.get(pk=first.batch).expires_at
    with time_machine.travel(tomorrow, tick=False):
        assert a_record(emergency)[1].batch != first.batch


def test_campaigns_do_not_share_a_key_batch():
    emergency, lane = an_emergency(), uuid4()
    assert a_record(emergency)[1].batch != a_record(emergency, lane=lane)[1].batch
    assert KeyBatch.objects.filter(emergency=emergency, lane=lane).count() == 1


def test_threads_never_share_a_leaf():
    emergency = an_emergency()
    a_record(emergency)
    places = []
    hand = next(hand for work, hand in writer_room.writer()._hands.items() if work.emergency == emergency)

    def take():
        for _ in range(200):
            opened, index, _leaves = hand.take(CONTENTS)
            places.append((opened.number, index))

    threads = [threading.Thread(target=take) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(places)) == len(places) == 800


def test_a_fork_drops_the_frontiers():
    emergency = an_emergency()
    a_record(emergency)
    opened = next(h for w, h in writer_room.writer()._hands.items() if w.emergency == emergency)._open
    left, right = os.pipe()
    child = os.fork()
    if not child:
        empty = not writer_room.writer()._hands and all(not any(f._buffers[-1]) for f in opened.frontiers.values())
        os.write(right, b"dropped" if empty else b"kept")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(left, 10) == b"dropped"
    assert opened.frontiers["core"].next()[0] == 2  # the parent goes on


def test_every_key_batch_has_a_canary_a_category_and_none_in_the_clear():
    emergency = an_emergency()
    _record, sealed = a_record(emergency)
    canaries = Canary.objects.filter(emergency=emergency)
    assert sorted(canaries.values_list("category", flat=True)) == sorted(CONTENTS)
    assert {canary.key_batch for canary in canaries} == {sealed.batch}
    assert custody.canaries_open(emergency) == dict.fromkeys(CONTENTS, True)


def test_sealed_roots_are_wrapped_later_and_open_all_the_same():
    emergency = an_emergency()
    record, sealed = a_record(emergency)
    before = dict(VaultRow.objects.filter(emergency=emergency).values_list("category", "check_value"))
    assert custody.collect() >= 3
    rows = VaultRow.objects.filter(emergency=emergency)
    assert {row.state for row in rows} == {"wrapped"}
    assert {row.category: bytes(row.check_value) for row in rows} == {c: bytes(v) for c, v in before.items()}
    assert read(emergency, record, sealed.packs["core"]) == CONTENTS["core"]


def test_tokens_are_equal_for_equal_values_of_one_emergency_only():
    emergency, other = an_emergency(), an_emergency()
    pairs = [("mobile/1", "+8613800001234"), ("plate/1", "+8613800001234"), ("mobile/1", "+8613800001234")]
    first, second, third = custody.tokens(emergency, pairs)
    assert first == third != second
    assert custody.tokens(other, pairs)[0] != first
    with pytest.raises(WrongState):
        custody.tokens(uuid4(), pairs)
