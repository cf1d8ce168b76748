"""Two people, two workers, two clocks at one moment: the edges where one of them must lose, and nothing may be lost."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from unittest.mock import Mock

import pytest
import time_machine

from collection.catalogue.invented import invented_resident_id
from collection.consents import actions as consents
from collection.emergencies import actions as emergencies
from collection.points.models import Point
from collection.records import actions as records
from collection.records.models import Errand, Permit, Record, Token, Tombstone
from collection.records.values import opened
from pilifecycle.audit import ledger, sequencer
from pilifecycle.audit.models import Leaf, Pending
from pilifecycle.custody import actions as custody
from pilifecycle.errors import LifecycleError
from pilifecycle.store import clock, watch
from retention import turns
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from retention.holds import actions as holds
from retention.holds.models import HeldRecord, Hold
from tests.builders import an_officer, an_open_point, ended, later, two_people
from tests.retention.ending import a_point_with_people, a_submission
from tests.torture.racing import refused, together
from tests.torture.seeds import dice, played

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "vault"]),
    pytest.mark.usefixtures("quick_samples"),
]
LATE = "no errand waits"  # the guard's word to the worker that comes second
REVIEWERS = ("protection_officer", "emergency_officer", "head_of_body")


def a_proposed_end(people: int = 3) -> DisposalBatch:
    """Some people at a shelter whose emergency has ended: what is to be destroyed is proposed."""
    point = an_open_point()
    entered(point, people, "S0001")
    ended(point.campaign.emergency)
    turns.errand_turn()
    with later(days=3):
        turns.clock_turn()
    return DisposalBatch.objects.get(rule="end")


def entered(point: Point, many: int, author: str) -> list[Record]:
    """People who gave what rests on consent, too, entered by somebody."""
    done = []
    for number in range(many):
        said = a_submission(point, resident_id=invented_resident_id(number + 1, date(1980, 5, 6), "female"))
        done.append(Record.objects.get(pk=records.submit(point, replace(said, author=author)).record))
    return done


def signature(batch: DisposalBatch, person: Any) -> Any:
    """One person's approval, to be made in a thread."""
    return lambda: batches.approve(
        batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person
    )


def signed(batch: DisposalBatch, people: Any) -> DisposalBatch:
    for person in people:
        signature(batch, person)()
    batch.refresh_from_db()
    return batch


@played()
def test_two_reviewers_at_one_moment_have_approved(seed: int) -> None:
    one, other = two_people(*REVIEWERS)
    batch = a_proposed_end(1)
    with later(days=3):
        assert refused(together(dice(seed, "review"), signature(batch, one), signature(batch, other))) == []
    batch.refresh_from_db()
    assert (batch.state, batch.approvals.count()) == ("approved", 2)


@played()
def test_one_reviewer_twice_is_one(seed: int) -> None:
    one, _other = two_people(*REVIEWERS)
    batch = a_proposed_end(1)
    with later(days=3):
        codes = refused(together(dice(seed, "twice"), *[signature(batch, one)] * 3))
    assert codes == ["already_signed"] * 2
    batch.refresh_from_db()
    assert (batch.state, batch.approvals.count()) == ("proposed", 1)


@played()
def test_one_submission_five_times_is_one_row_and_one_receipt(seed: int) -> None:
    point = an_open_point()
    given = a_submission(point)
    told = together(dice(seed, "again"), *[lambda: records.submit(point, given)] * 5)
    assert refused(told) == []
    assert len({receipt.code for receipt in told}) == 1
    assert sorted(receipt.again for receipt in told) == [False, True, True, True, True]
    assert Record.objects.count() == 1


@played()
def test_who_is_in_before_the_lifting_is_kept_and_nobody_after_it(seed: int) -> None:
    point, people = an_open_point(), two_people()
    emergency = point.campaign.emergency
    proposal = emergencies.propose_end(
        emergency, "lift", source="document", on=clock.today(), document="青政发〔2026〕20 号", actor=people[0]
    )
    many = [partial(records.submit, point, a_submission(point)) for _one in range(4)]
    told = together(dice(seed, "lift"), *many, lambda: emergencies.confirm_end(proposal, actor=people[1]))
    refused(told[:-1])
    assert not isinstance(told[-1], Exception), told[-1]
    kept = [each for each in told[:-1] if not isinstance(each, Exception)]
    assert Record.objects.count() == len(kept)
    emergency.refresh_from_db()
    assert all(row.received_at <= emergency.lifted_at for row in Record.objects.all())
    with pytest.raises(LifecycleError):
        records.submit(point, a_submission(point))


@played()
def test_a_hold_is_whole_or_refused_when_keys_are_claimed(seed: int) -> None:
    """The second signature falls anywhere between the claim and the death of the keys."""
    roll = dice(seed, "hold")
    officers = two_people(*REVIEWERS)
    batch = a_proposed_end()
    record = Record.objects.order_by("pk")[roll.randrange(3)]
    name = opened(record, "core")
    signers = two_people(*REVIEWERS)
    words = dict.fromkeys(holds.ASSESSMENT, "青州市人民法院（2026）调字第 8 号")
    with later(days=3):
        signed(batch, officers)
        ends_on = clock.today() + timedelta(days=90)
        hold = holds.propose(record, ground="evidence", ends_on=ends_on, actor=an_officer(), **words)
        holds.approve(hold, actor=signers[0])
    with later(days=5):
        claimed, after = threading.Event(), roll.choice(["", "canary_opens", "holds_stand", "release", "hand_over"])
        told = together(
            roll,
            lambda: batches.run(batch, told=lambda step: claimed.set() if step == after or not after else None),
            lambda: (claimed.wait(10) if after else None, holds.approve(hold, actor=signers[1])),
        )
        codes = refused(told)
        for _turn in range(12):
            turns.errand_turn()
            watch.forget()
            turns.disposal_turn()
        batch.refresh_from_db()
        assert (batch.state, Record.objects.count()) == ("physically_deleted", 0), list(batch.steps.values())
        if codes:
            assert codes == ["keys_claimed"]
            assert not HeldRecord.objects.exists()
        else:
            held = HeldRecord.objects.get()
            assert opened(held, "core", compartment="held:core") == name
            assert Hold.objects.get().state == Hold.State.IN_FORCE


@played()
def test_a_withdrawal_and_a_disposal_meet(seed: int) -> None:
    roll = dice(seed, "withdrawal")
    officers = two_people(*REVIEWERS)
    batch = a_proposed_end()
    with later(days=3):
        signed(batch, officers)
        for record in Record.objects.all()[: roll.randint(1, 3)]:
            consents.withdraw(record, consents.consent_items(record))
    with later(days=5):
        refused(together(roll, turns.errand_turn, lambda: batches.run(batch), turns.errand_turn), guard=LATE)
        for _turn in range(4):
            turns.disposal_turn()
        turns.errand_turn()
    batch.refresh_from_db()
    assert batch.state == "physically_deleted", list(batch.steps.values("name", "state", "failure"))
    left = (Record.objects.count(), Token.objects.count(), Permit.objects.filter(closed_at=None).count())
    assert (*left, Errand.objects.count()) == (0, 0, 0, 0)
    assert not any(custody.canaries_open(batch.emergency).values())


def test_a_withdrawal_that_stopped_half_way_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its rows were re-sealed and before the old leaves were punctured."""
    (record,) = entered(an_open_point(), 1, "S0001")
    errand = consents.withdraw(record, consents.consent_items(record)[:1])
    with later(days=2):
        with monkeypatch.context() as killed:
            killed.setattr(custody, "puncture", Mock(side_effect=KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                turns.errand_turn()
        turns.errand_turn()
    errand.refresh_from_db()
    assert errand.state == Errand.State.DONE


@played()
def test_two_workers_carry_out_the_same_errands(seed: int) -> None:
    """One tombstone each; whoever comes second finds nothing to do."""
    point = an_open_point()
    collector = an_officer("head_of_body", "emergency_officer")
    for record in entered(point, 3, collector.staff_number)[:2]:
        records.void(record, reason="twice", actor=collector)
    refused(together(dice(seed, "errands"), turns.errand_turn, turns.errand_turn, turns.errand_turn), guard=LATE)
    turns.errand_turn()
    assert (Record.objects.count(), Errand.objects.filter(state="waiting").count()) == (1, 0)
    assert Tombstone.objects.filter(emergency=point.campaign.emergency_id).count() == 2
    assert Permit.objects.filter(closed_at=None).count() == 0


@played()
def test_two_sequencers_number_everything_once(seed: int) -> None:
    def write() -> None:
        for number in range(10):
            ledger.write("torture.write", actor="system", number=number)

    def number() -> int:
        return sum(sequencer.integrate(limit=7) for _turn in range(6))

    assert refused(together(dice(seed, "ledger"), write, number, write, number, number)) == []
    while sequencer.integrate():
        continue
    with time_machine.travel(clock.now() + timedelta(seconds=20)):
        sequencer.checkpoint(custody.sign_checkpoint)
    assert Pending.objects.count() == 0
    numbers = list(Leaf.objects.order_by("seq").values_list("seq", flat=True))
    assert all(later_ == before + 1 for before, later_ in pairwise(numbers))
    assert Leaf.objects.filter(action="torture.write").count() == 20
    ledger.verify(custody.public_keys())


@played()
def test_two_clocks_propose_a_matter_once(seed: int) -> None:
    point = a_point_with_people(2)
    ended(point.campaign.emergency)
    turns.errand_turn()
    with later(days=3):
        told = together(dice(seed, "clock"), *[batches.propose_due] * 3)
    assert refused(told) == []
    assert [len(each) for each in sorted(told, key=len)] == [0, 0, 1]
    assert DisposalBatch.objects.filter(rule="end").count() == 1


@played()
def test_a_batch_is_claimed_by_one(seed: int) -> None:
    officers = two_people(*REVIEWERS)
    batch = a_proposed_end(2)
    lifted_late = batch.emergency
    with later(days=3):
        signed(batch, officers)
    with later(days=5):
        runs = [lambda one=one: batches.run(DisposalBatch.objects.get(pk=batch.pk)) for one in range(3)]
        assert set(refused(together(dice(seed, "claim"), *runs))) <= {"not_approved"}
        turns.disposal_turn()
        turns.ledger_turn()
    batch.refresh_from_db()
    assert batch.state == "physically_deleted", list(batch.steps.values("name", "state", "failure"))
    acts = Leaf.objects.filter(emergency=lifted_late)
    assert acts.filter(action="batches.claim").count() == 1
    assert acts.filter(action="batches.step").count() == batch.steps.count()
    assert batch.editions.count() == 2
