"""One emergency from its declaration to its certificate, through the rooms' own doors."""

from datetime import date, timedelta

import pytest
from django.db import connections

from collection.catalogue.invented import invented_resident_id
from collection.copies import actions as copies
from collection.emergencies import actions as emergencies
from collection.emergencies.models import Emergency
from collection.records import access
from collection.records import actions as records
from collection.records.models import Record, Token, Tombstone
from pilifecycle.access.roles import Role
from pilifecycle.custody import actions as custody
from pilifecycle.custody import selection
from pilifecycle.custody.models import Canary
from pilifecycle.errors import Forbidden, Gone, WrongState
from pilifecycle.store import clock
from retention import turns
from retention.batches import actions as batches
from retention.batches import standing
from retention.batches.models import DisposalBatch
from retention.certificates.models import Edition
from retention.holds import actions as holds
from retention.holds.models import HeldRecord
from tests.builders import (
    a_standard,
    an_epidemic,
    an_officer,
    an_open_campaign,
    an_open_point,
    ended,
    later,
    two_people,
)
from tests.collection.records.test_records import a_record, a_submission

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])
OFFICE = (Role.EMERGENCY_OFFICER, Role.PROTECTION_OFFICER, Role.HEAD_OF_BODY)


def approved(batch, people=None):
    """Two signatures under the manifest as it stands."""
    for person in people or two_people(Role.PROTECTION_OFFICER):
        batches.approve(batch, manifest_hash=batch.manifest_hash, persons_typed=batch.manifest["persons"], actor=person)
    batch.refresh_from_db()
    return batch


def proposed(rule):
    turns.errand_turn()
    turns.clock_turn()
    return DisposalBatch.objects.get(rule=rule, state=DisposalBatch.State.PROPOSED)


def a_hold(record, people):
    hold = holds.propose(
        record,
        ground="evidence",
        ends_on=clock.today() + timedelta(days=90),
        actor=people[0],
        **dict.fromkeys(holds.ASSESSMENT, "青州市人民法院（2026）调字第 8 号"),
    )
    for person in people[1:]:
        holds.approve(hold, actor=person)
    turns.errand_turn()
    hold.refresh_from_db()
    return hold


def test_from_declaration_to_certificate():
    point = an_open_point()
    entries = [a_record(point, name=name) for name in ("测试一", "测试二", "测试三")]
    (kept, kept_code), (_gone, gone_code) = entries[0], entries[1]
    emergency = point.campaign.emergency
    people = two_people(*OFFICE)
    third = an_officer(Role.PROTECTION_OFFICER)
    hold = a_hold(kept, (people[0], people[1], third))
    assert hold.state == "in_force"
    ended(emergency, people=people)
    copies.declare(
        "backup", place="机房备份", keeper="信息中心 S0099", actor=third, expires_on=clock.today() + timedelta(days=40)
    )
    with later(days=3):
        batch = approved(proposed("end"), (people[1], third))
        assert (batch.manifest["entries"], batch.manifest["holds"]) == (2, 1)
        with pytest.raises(WrongState):
            batches.run(batch)
    with later(days=4, hours=12):
        turns.disposal_turn()
        batch.refresh_from_db()
        told = list(batch.steps.exclude(state="done").values_list("name", "failure"))
        assert (batch.state, told) == ("physically_deleted", [])
        assert not Record.objects.exists()
        assert not Token.objects.exists()
        assert HeldRecord.objects.count() == 1
        assert isinstance(access.by_receipt(gone_code), Tombstone)
        assert not any(custody.canaries_open(emergency.pk).values())
        assert sorted(Edition.objects.values_list("state", flat=True)) == ["keys_destroyed", "physically_deleted"]
        with pytest.raises(Gone):
            records.submit(point, a_submission(point))
        emergency.refresh_from_db()
        assert emergency.state == Emergency.State.DESTROYED
    assert kept_code


def test_one_officer_cannot_approve_twice_and_a_late_role_cannot_approve():
    point = an_open_point()
    a_record(point)
    ended(point.campaign.emergency)
    with later(days=3):
        batch = proposed("end")
        one = an_officer(Role.PROTECTION_OFFICER)
        late = an_officer(Role.PROTECTION_OFFICER, since=timedelta(0))
        sign = {"manifest_hash": batch.manifest_hash, "persons_typed": batch.manifest["persons"]}
        batches.approve(batch, actor=one, **sign)
        with pytest.raises(Forbidden) as refusal:
            batches.approve(batch, actor=one, **sign)
        assert refusal.value.code == "already_signed"
        with pytest.raises(Forbidden) as refusal:
            batches.approve(batch, actor=late, **sign)
        assert refusal.value.code == "role_too_young"
        batch.refresh_from_db()
        assert batch.state == DisposalBatch.State.PROPOSED


def test_a_level_drop_strips_its_item_and_leaves_the_rest():
    point = an_open_point()
    record, _code = a_record(point, resident_id=invented_resident_id(7, date(1990, 3, 7), "female"))
    emergency, people = point.campaign.emergency, two_people(*OFFICE)
    assert records.reveal(record, "resident_id", purpose="authority", actor=people[0])
    emergencies.change_level(emergency, 3, document="青政发〔2026〕15 号", actor=people[0])
    with later(minutes=1):
        batch = approved(proposed("level"))
        assert batch.items == ["resident_id"]
    with later(days=2):
        turns.disposal_turn()
        batch.refresh_from_db()
        assert (batch.state, list(batch.steps.exclude(state="done").values_list("name", "failure"))) == (
            "physically_deleted",
            [],
        )
        record.refresh_from_db()
        assert records.reveal(record, "resident_id", purpose="authority", actor=people[0]) == ""
        assert records.reveal(record, "name", purpose="contact", actor=people[0])


def test_what_grew_after_the_approval_is_not_destroyed():
    point = an_open_point()
    a_record(point)
    emergency = point.campaign.emergency
    ended(emergency)
    with later(days=3):
        batch = approved(proposed("end"))
        emergencies.grow(emergency, "test")
    with later(days=5):
        turns.disposal_turn()
        batch.refresh_from_db()
        assert batch.state == DisposalBatch.State.VOID
        assert Record.objects.count() == 1


def test_no_row_can_be_deleted_around_the_engine():
    a_record()
    with pytest.raises(Exception, match="permit"), connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM collection_record")


def a_gate():
    """A gate that registers visitors: whole records roll after fourteen days."""
    people = two_people()
    standard = a_standard("epidemic_gate_visitors", people=people)
    campaign = an_open_campaign(an_epidemic(), people=people, standard=standard)
    return an_open_point(campaign, kind="gate", name="北门", place="清河苑北门")


def a_visit(point):
    return a_record(
        point, birth_date=None, address=None, sex=None, person_visited={"door": "1·1·101"}, visit_reason="family"
    )


def test_a_visitor_log_rolls_by_a_standing_approval_and_the_days_after_it_stay():
    point = a_gate()
    first, code = a_visit(point)
    one, two = two_people(Role.PROTECTION_OFFICER)
    with later(days=8):
        second, _code = a_visit(point)
        approval = standing.propose(point.campaign, ceiling=50, days=30, actor=one)
        with pytest.raises(Forbidden):
            standing.sign(approval, actor=one)
        standing.sign(approval, actor=two)
        turns.errand_turn()
        turns.clock_turn()
        batch = DisposalBatch.objects.get(rule="rolling")
        assert (batch.state, batch.manifest["entries"]) == (DisposalBatch.State.APPROVED, 1)
    with later(days=16):
        turns.disposal_turn()
        batch.refresh_from_db()
        assert (batch.state, told_of(batch)) == ("physically_deleted", [])
        assert list(Record.objects.values_list("pk", flat=True)) == [second.pk]
        assert isinstance(access.by_receipt(code), Tombstone)
        assert records.reveal(second, "name", purpose="contact", actor=one)
        assert (
            selection.totals(selection.key_batches(point.campaign.emergency_id, until=first.received_on)).entries == 0
        )


def test_a_hold_that_ended_lets_its_record_go():
    point = an_open_point()
    record, _code = a_record(point)
    people = (*two_people(*OFFICE), an_officer(Role.PROTECTION_OFFICER))
    hold = a_hold(record, people)
    assert HeldRecord.objects.count() == 1
    holds.lift(hold, actor=people[1])
    with later(minutes=1):
        batch = approved(proposed("hold_ended"), people[1:])
    with later(days=3):
        turns.disposal_turn()
        batch.refresh_from_db()
        assert (batch.state, told_of(batch)) == ("physically_deleted", [])
        assert not HeldRecord.objects.exists()


def told_of(batch):
    return list(batch.steps.exclude(state="done").values_list("name", "failure"))


def test_final_waits_for_the_last_copy():
    point = an_open_point()
    a_record(point)
    officer = an_officer(Role.PROTECTION_OFFICER)
    copies.declare("backup", place="机房备份", keeper="信息中心 S0099", actor=officer)
    ended(point.campaign.emergency)
    with later(days=3):
        batch = approved(proposed("end"))
    with later(days=5):
        turns.disposal_turn()
        batch.refresh_from_db()
        assert batch.state == DisposalBatch.State.PHYSICALLY_DELETED
        for each in copies.living(batch.emergency):  # on PostgreSQL also what the sweep could not reach
            copies.end(each, how="overwritten", actor=officer)
        turns.disposal_turn()
        batch.refresh_from_db()
        assert batch.state == DisposalBatch.State.FINAL
        assert Edition.objects.filter(batch=batch).count() == 3


def test_without_control_samples_no_key_dies():
    point = an_open_point()
    a_record(point)
    ended(point.campaign.emergency)
    with later(days=3):
        batch = approved(proposed("end"))
        Canary.objects.all().delete()
    with later(days=5):
        turns.disposal_turn()
        batch.refresh_from_db()
        assert told_of(batch)[0] == ("canary_opens", "no_control_sample")
        assert Record.objects.count() == 1
