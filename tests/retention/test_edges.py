"""Disposals at their edges: what must not die, what must not stay behind, and what must not hold up the rest."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from collection.catalogue.invented import invented_resident_id
from collection.emergencies import actions as emergencies
from collection.notices import actions as notices
from collection.points.models import Point
from collection.records import actions as records
from collection.records import backlog, closing, erasure
from collection.records.models import Errand, Record, Token
from collection.records.values import opened
from pilifecycle.access.roles import Role
from pilifecycle.custody import actions as custody
from pilifecycle.errors import Forbidden, Invalid, LifecycleError, Unavailable, WrongState
from pilifecycle.store import clock
from retention import turns
from retention.batches import actions as batches
from retention.batches import manifest, proposals, standing
from retention.batches.models import DisposalBatch
from retention.certificates import contents
from retention.destroy import rowsteps, stripping
from retention.holds import actions as holds
from tests.builders import (
    a_body,
    a_standard,
    an_epidemic,
    an_officer,
    an_open_campaign,
    an_open_point,
    ended,
    later,
    lifted,
    two_people,
)
from tests.retention.ending import a_point_with_people, a_submission

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "vault"]),
    pytest.mark.usefixtures("quick_samples"),
]
OFFICE = (Role.EMERGENCY_OFFICER, Role.PROTECTION_OFFICER, Role.HEAD_OF_BODY)
State = DisposalBatch.State


def a_gate() -> Point:
    """A gate at which visitors' entries roll after fourteen days."""
    people = two_people()
    standard = a_standard("epidemic_gate_visitors", people=people)
    campaign = an_open_campaign(an_epidemic(), people=people, standard=standard)
    return an_open_point(campaign, kind="gate", name="北门", place="清河苑北门")


def a_visit(point: Point, **more: Any) -> tuple[Record, str]:
    """(record, receipt code)"""
    said = a_submission(point, person_visited={"door": "1·1·101"}, visit_reason="family")
    receipt = records.submit(point, replace(said, **more))
    return Record.objects.get(pk=receipt.record), receipt.code


def signed(batch: DisposalBatch, people: Any) -> DisposalBatch:
    for person in people:
        batches.approve(batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person)
    batch.refresh_from_db()
    return batch


def proposed(rule: str) -> DisposalBatch:
    turns.close_key_batches()
    turns.clock_turn()
    return DisposalBatch.objects.filter(rule=rule).order_by("-proposed_at")[0]


def a_rolling_batch(point: Point, *, days: int = 30) -> tuple[DisposalBatch, Any]:
    """Approved by a standing approval; inside a time in which the visit's day is over."""
    one, two = two_people(Role.PROTECTION_OFFICER)
    approval = standing.sign(standing.propose(point.campaign, ceiling=50, days=days, actor=one), actor=two)
    return proposed("rolling"), approval


def told_of(batch: DisposalBatch) -> Any:
    batch.refresh_from_db()
    return batch.state, list(batch.steps.exclude(state="done").values_list("name", "failure"))


# -- standing approvals
def test_a_standing_approval_that_is_over_when_the_day_comes_destroys_nothing() -> None:
    point = a_gate()
    a_visit(point)
    with later(days=8):
        batch, _approval = a_rolling_batch(point, days=1)
        assert batch.state == State.APPROVED
    with later(days=16):
        turns.disposal_turn()
        assert told_of(batch) == (State.VOID, [])
        assert Record.objects.count() == 1
        assert all(custody.canaries_open(batch.emergency).values())


def test_a_certificate_of_a_rolling_batch_tells_what_went() -> None:
    point = a_gate()
    a_visit(point)
    with later(days=8):
        batch, _approval = a_rolling_batch(point)
    with later(days=16):
        turns.disposal_turn()
        assert told_of(batch) == (State.PHYSICALLY_DELETED, [])
        counts = contents.payload(batch, "physically_deleted", previous=None)["counts"]
        assert counts["destroyed"] == counts["approved"] == {"entries": 1, "persons": 1}
        assert set(counts["by_category"].values()) == {1}


def test_a_batch_of_one_body_is_no_business_of_another_bodys_people() -> None:
    point = a_gate()
    a_visit(point)
    with later(days=8):
        batch = proposed("rolling")
        stranger = an_officer(Role.PROTECTION_OFFICER, body=a_body(name="兰亭苑居民委员会"))
        own = an_officer(Role.PROTECTION_OFFICER, body=point.campaign.body)
        assert batches.may(own, "batches.review", batch)
        with pytest.raises(Forbidden):
            signed(batch, [stranger])


def test_a_hold_of_one_body_is_no_business_of_another_bodys_people() -> None:
    point = a_point_with_people(1)
    record = Record.objects.get()
    words = dict.fromkeys(holds.ASSESSMENT, "青州市人民法院（2026）调字第 8 号")
    ends_on = clock.today() + timedelta(days=90)
    hold = holds.propose(record, ground="evidence", ends_on=ends_on, actor=an_officer(), **words)
    stranger = an_officer(Role.PROTECTION_OFFICER, body=a_body(name="兰亭苑居民委员会"))
    own = an_officer(Role.PROTECTION_OFFICER, body=point.campaign.body)
    for act in (holds.approve, holds.refuse, holds.lift):
        with pytest.raises(Forbidden):
            act(hold, actor=stranger)
    assert holds.approve(hold, actor=own).first_by == own


def test_a_standing_approval_stopped_before_the_keys_die_destroys_nothing(monkeypatch: Any) -> None:
    point = a_gate()
    a_visit(point)
    with later(days=8):
        batch, approval = a_rolling_batch(point)
    with later(days=16):
        assert batches.claim(batch)
        standing.stop(approval, actor=approval.first_by)
        turns.disposal_turn()
        assert told_of(batch)[0] == State.VOID
        assert Record.objects.count() == 1


def test_a_standing_approval_stopped_after_the_keys_died_leaves_no_rows_behind() -> None:
    point = a_gate()
    a_visit(point)
    with later(days=8):
        batch, approval = a_rolling_batch(point)
    with later(days=16):
        stop = {"keys": lambda: standing.stop(approval, actor=approval.first_by)}
        batches.run(batch, told=lambda step: stop.get(step, lambda: None)())
        assert told_of(batch) == (State.PHYSICALLY_DELETED, [])
        assert not Record.objects.exists()


def test_nothing_is_proposed_from_key_batches_that_are_not_counted() -> None:
    point = a_gate()
    a_visit(point)
    custody.close_key_batches(closing.count)
    a_visit(point)  # in a second key batch of that day
    with later(days=8):
        assert not proposals.propose_due()
        turns.close_key_batches()
        assert [batch.manifest["persons"] for batch in proposals.propose_due()] == [2]


# -- follow-ups
def test_follow_ups_leave_with_their_parents_however_small_the_chunks(monkeypatch: Any) -> None:
    point = a_gate()
    for _visit in range(3):
        _parent, code = a_visit(point)
    with later(days=2):
        a_visit(point, parent_receipt=code, entry="follow_up")
    with later(days=8):
        batch = proposed("rolling")
        signed(batch, two_people(*OFFICE))
    monkeypatch.setattr(rowsteps, "FIRST_CHUNK", 1)
    monkeypatch.setattr(rowsteps, "next_chunk", lambda chunk, spent: 1)
    with later(days=16):
        turns.disposal_turn()
        assert told_of(batch) == (State.PHYSICALLY_DELETED, [])
        assert not Record.objects.exists()


def test_a_follow_up_of_a_follow_up_belongs_to_the_first_entry() -> None:
    point = a_gate()
    first, code = a_visit(point)
    _second, again = a_visit(point, parent_receipt=code, entry="follow_up")
    third, _code = a_visit(point, parent_receipt=again, entry="follow_up")
    assert third.parent == first.pk


def test_nobody_follows_up_an_entry_whose_use_is_stopped_meanwhile(monkeypatch: Any) -> None:
    point = a_gate()
    first, code = a_visit(point)
    seal = custody.seal

    def stopped_meanwhile(*args: Any, **named: Any) -> Any:
        Record.objects.filter(pk=first.pk).update(stopped_at=clock.now())
        return seal(*args, **named)

    monkeypatch.setattr(custody, "seal", stopped_meanwhile)
    with pytest.raises(Invalid) as refusal:
        a_visit(point, parent_receipt=code, entry="follow_up")
    assert refusal.value.code == "unknown_receipt"
    assert Record.objects.count() == 1


def test_the_use_of_follow_ups_stops_with_their_parent_and_goes_on_with_it() -> None:
    point = a_gate()
    first, code = a_visit(point)
    again, _code = a_visit(point, parent_receipt=code, entry="follow_up")
    wait: dict[str, Any] = {"actor": "person", "wait": timedelta(hours=24)}
    errand = records.leave_errand(first, Errand.Kind.WITHDRAWAL, **wait)
    assert not Record.objects.in_use().exists()
    records.stop_errand(errand)
    assert Record.objects.in_use().count() == 2
    own = records.leave_errand(again, Errand.Kind.WITHDRAWAL, **wait)
    records.stop_errand(records.leave_errand(first, Errand.Kind.WITHDRAWAL, **wait))
    assert list(Record.objects.in_use().values_list("pk", flat=True)) == [first.pk]
    records.stop_errand(own)
    assert Record.objects.in_use().count() == 2


# -- the end
def test_what_has_not_ended_is_not_destroyed_though_it_was_approved() -> None:
    """The day of the end has come, and somebody is still to be told (PIPL-18): the clock leaves it lifted."""
    point = a_point_with_people(1)
    people = two_people(*OFFICE)
    emergency = point.campaign.emergency
    lifted(emergency, people=people)
    row = Record.objects.get()
    notices.defer(row.audit_ref, emergency=emergency, body=point.campaign.body_id, reason="lost_child", author="S0001")
    proposal = emergencies.propose_end(
        emergency,
        "end",
        source="document",
        on=clock.today() + timedelta(days=5),
        document="青政发〔2026〕21 号",
        actor=people[0],
    )
    emergencies.confirm_end(proposal, actor=people[1])
    with later(days=3):
        batch = signed(proposed("end"), people)
    with later(days=7):
        turns.clock_turn()
        with pytest.raises(WrongState) as refusal:
            batches.run(batch)
        assert refusal.value.code == "not_ended"
        assert told_of(batch) == (State.APPROVED, [])
        assert opened(row, "core")


def test_the_end_takes_the_parts_that_were_proposed_and_no_second_certificate_tells_of_them() -> None:
    point = a_gate()
    a_visit(point)
    people = two_people(*OFFICE)
    ended(point.campaign.emergency, people=people)
    with later(days=8):
        turns.close_key_batches()
        turns.clock_turn()
        end, part = (DisposalBatch.objects.get(rule=rule) for rule in ("end", "rolling"))
        signed(end, people)
    with later(days=46):
        turns.disposal_turn()
        turns.clock_turn()
        assert told_of(end) == (State.PHYSICALLY_DELETED, [])
        part.refresh_from_db()
        assert part.state == State.VOID
        assert DisposalBatch.objects.count() == 2


# -- one of many
def test_an_errand_that_cannot_be_done_holds_up_no_other(monkeypatch: Any) -> None:
    point = a_point_with_people(2)
    for row in Record.objects.order_by("pk"):
        records.leave_errand(row, Errand.Kind.WITHDRAWAL, actor="person", wait=timedelta(0))
    bad = Errand.objects.order_by("run_after").first()
    carry_out = erasure.carry_out

    def sometimes(errand: Errand, **named: Any) -> bool:
        if bad and errand.pk == bad.pk:
            raise Unavailable(code="damaged")
        return carry_out(errand, **named)

    monkeypatch.setattr(erasure, "carry_out", sometimes)
    with pytest.raises(LifecycleError) as refusal:
        turns.errand_turn()
    assert refusal.value.code == "damaged"
    assert Record.objects.count() == 1
    assert point


# -- two hands on one record
def a_record_that_is_stripped_twice() -> tuple[Point, Record, DisposalBatch]:
    """A level drop has closed one item, and the person withdraws another."""
    point = an_open_point()
    said = a_submission(point, resident_id=invented_resident_id(7, date(1980, 5, 6), "female"))
    record = Record.objects.get(pk=records.submit(point, said).record)
    people = two_people(*OFFICE)
    emergencies.change_level(point.campaign.emergency, 3, document="青政发〔2026〕15 号", actor=people[0])
    with later(minutes=1):
        batch = signed(proposed("level"), people)
    return point, record, batch


def kinds_of(record: Record) -> set[str]:
    """The kinds that a record still opens."""
    from collection.catalogue import BY_NUMBER

    record.refresh_from_db()
    return {BY_NUMBER[number].code for category in record.packs() for number in opened(record, category)}


def test_a_withdrawal_in_the_middle_of_a_strip_is_not_undone(monkeypatch: Any) -> None:
    _point, record, batch = a_record_that_is_stripped_twice()
    (taken,) = batch.items
    errand = records.leave_errand(record, Errand.Kind.WITHDRAWAL, actor="person", wait=timedelta(0), items=["mobile"])
    shared = {"core": record.pack_core}  # both hands on one pack
    resealed, done = stripping._resealed, list[bool]()

    def and_a_withdrawal(order: Any, rows: Any) -> Any:
        packs = dict(resealed(order, rows))
        if not done:
            done.append(erasure.carry_out(errand))
        return packs.items()

    monkeypatch.setattr(stripping, "_resealed", and_a_withdrawal)
    assert "mobile" in kinds_of(record)
    with later(days=2):
        both = manifest.order_of(batch)
        order = type(both)(**{**vars(both), "categories": (*both.categories, "core")})
        batches.claim(batch)
        cursor: dict[str, Any] = {}
        while not (outcome := stripping.step(order, cursor)).done:
            cursor = outcome.cursor
    assert shared
    assert not {"mobile", taken} & kinds_of(record)


def test_a_strip_in_the_middle_of_a_withdrawal_is_not_undone(monkeypatch: Any) -> None:
    point = a_point_with_people(1)
    record = Record.objects.get()
    one, other = (
        records.leave_errand(record, Errand.Kind.WITHDRAWAL, actor="person", wait=timedelta(0), items=[code])
        for code in ("mobile", "sex")
    )
    resealed, done = erasure._resealed, list[str]()

    def and_another(*args: Any) -> Any:
        packs = resealed(*args)
        if not done:
            done.append("begun")
            erasure.carry_out(other)
        return packs

    monkeypatch.setattr(erasure, "_resealed", and_another)
    assert not erasure.carry_out(one)
    assert erasure.carry_out(one)
    assert not {"mobile", "sex"} & kinds_of(record)
    assert point


def test_the_tokens_of_what_was_withdrawn_go_with_it() -> None:
    a_point_with_people(1)
    record = Record.objects.get()
    backlog.index()
    assert Token.objects.filter(record=record.pk, kind__startswith="mobile/").exists()
    errand = records.leave_errand(record, Errand.Kind.WITHDRAWAL, actor="person", wait=timedelta(0), items=["mobile"])
    assert erasure.carry_out(errand)
    assert not Token.objects.filter(record=record.pk, kind__startswith="mobile/").exists()
