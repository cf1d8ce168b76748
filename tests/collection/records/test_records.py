"""Register, look, mend, end: one sealed row from its submission to its tombstone."""

import secrets
from datetime import date, timedelta

import pytest
import time_machine

from collection.catalogue.invented import invented_resident_id
from collection.consents import actions as consents
from collection.emergencies import actions as emergencies
from collection.records import access, backlog, erasure, masking, receipts, search
from collection.records import actions as records
from collection.records.answers import Submission
from collection.records.models import Errand, Record, Token, Tombstone
from pilifecycle.audit.models import Pending
from pilifecycle.errors import Forbidden, Gone, Invalid, NotFound, WrongState
from pilifecycle.store import clock
from tests.builders import a_published_notice, an_emergency, an_officer, an_open_campaign, an_open_point, lifted

pytestmark = pytest.mark.django_db


def a_submission(point, *, author="", submission_id=None, **answers):
    """A grown-up at a shelter; keyword answers replace or add to the usual ones."""
    from collection.notices.actions import current_notice

    usual = {
        "name": "欧阳测试",
        "mobile": "13800001234",
        "sex": "female",
        "birth_date": "1980-05-06",
        "address": "1·1·101",
    }
    items = {item.kind for item in point.campaign.standard.items.all()}
    given = {code: value for code, value in (usual | answers).items() if code in items and value is not None}
    return Submission(
        submission_id or secrets.token_bytes(16),
        answers=given,
        consents=dict.fromkeys(given, True),
        notice=current_notice(point.campaign),
        author=author,
    )


def a_record(point=None, **more):
    """(record, receipt code)"""
    point = point or an_open_point()
    receipt = records.submit(point, a_submission(point, **more))
    return Record.objects.get(pk=receipt.record), receipt.code


def test_a_value_is_in_no_column_of_its_row():
    record, _code = a_record(name="欧阳独一")
    row = Record.objects.filter(pk=record.pk).values().get()
    assert all("欧阳独一".encode() not in bytes(v) for v in row.values() if isinstance(v, (bytes, memoryview)))
    assert "欧阳独一" not in str(row)


def test_a_reveal_gives_the_value_and_leaves_its_trace():
    record, _code = a_record(name="欧阳测试")
    officer = an_officer("head_of_body", "emergency_officer")
    assert "欧阳测试" in records.reveal(record, "name", purpose="contact", actor=officer)
    trace = Pending.objects.filter(action="records.reveal").get()
    assert trace.subject == record.audit_ref
    assert trace.facts["field"] == "name"
    assert "欧阳" not in str(trace.facts)


def test_a_purpose_that_is_not_listed_reveals_nothing():
    record, _code = a_record()
    with pytest.raises(Invalid):
        records.reveal(record, "name", purpose="research", actor=an_officer())


def test_a_re_send_has_the_same_receipt_and_other_answers_under_its_id_are_another_person():
    point, same = an_open_point(), secrets.token_bytes(16)
    first = records.submit(point, a_submission(point, submission_id=same))
    again = records.submit(point, a_submission(point, submission_id=same))
    assert (again.code, again.again) == (first.code, True)
    with pytest.raises(WrongState) as refusal:
        records.submit(point, a_submission(point, submission_id=same, name="另一人"))
    assert refusal.value.code == "another_person"
    assert Record.objects.count() == 1


def test_a_field_that_the_standard_does_not_permit_is_refused_and_nothing_is_kept():
    point = an_open_point()
    given = a_submission(point)
    given.answers["plate"] = "鲁A12345"
    with pytest.raises(Invalid) as refusal:
        records.submit(point, given)
    assert refusal.value.code == "field_not_permitted"
    assert "plate" in refusal.value.fields
    assert "鲁A12345" not in str(refusal.value.fields)
    assert not Record.objects.exists()


def test_after_a_rise_nothing_is_taken_that_the_notice_does_not_name():
    officer = an_officer()
    point = an_open_point(an_open_campaign(an_emergency(level=3)))
    emergencies.change_level(point.campaign.emergency, 2, document="青政发〔2026〕13 号", actor=officer)
    point = type(point).objects.select_related("campaign__emergency").get(pk=point.pk)
    given = a_submission(point, resident_id=invented_resident_id(7, date(1990, 3, 7), "female"))
    with pytest.raises(Invalid) as refusal:
        records.submit(point, given)
    assert refusal.value.code == "field_not_permitted"
    assert not Record.objects.exists()


def test_a_closed_response_takes_nothing():
    point = an_open_point()
    lifted(point.campaign.emergency)
    point = type(point).objects.get(pk=point.pk)
    with time_machine.travel(clock.now() + timedelta(days=3)), pytest.raises(Gone):
        records.submit(point, a_submission(point))


def test_an_old_notice_is_read_again():
    point = an_open_point()
    given = a_submission(point)
    a_published_notice(point.campaign)
    with pytest.raises(WrongState) as refusal:
        records.submit(point, given)
    assert refusal.value.code == "notice_stale"


def test_search_finds_by_phone_once_the_backlog_is_indexed():
    record, _code = a_record(mobile="13800001234")
    officer = an_officer("head_of_body", "emergency_officer")
    emergency = record.emergency_id
    before = search.find(emergency, "mobile", "138 0000 1234", purpose="contact", actor=officer)
    assert (before.rows, before.waiting) == ([], 1)
    assert backlog.index() == 1
    after = search.find(emergency, "mobile", "138 0000 1234", purpose="contact", actor=officer)
    assert [row.pk for row in after.rows] == [record.pk]
    assert not search.find(emergency, "mobile", "13900001234", purpose="contact", actor=officer).rows


def test_a_list_is_masked():
    record, _code = a_record(name="欧阳测试", mobile="13800001234")
    shown = str(masking.rows([record])[0]["fields"])
    assert "欧阳测试" not in shown
    assert "13800001234" not in shown
    assert "1234" not in shown or "****" in shown


def test_a_void_stops_the_use_at_once_and_the_worker_ends_it():
    officer = an_officer("collector", "head_of_body")
    record, code = a_record(author=officer.staff_number)
    errand = records.void(record, reason="twice", actor=officer)
    record.refresh_from_db()
    with pytest.raises(WrongState):
        records.reveal(record, "name", purpose="contact", actor=officer)
    assert erasure.carry_out(errand)
    assert not Record.objects.exists()
    assert isinstance(access.by_receipt(code), Tombstone)


def test_only_the_author_can_void():
    record, _code = a_record(author="S1")
    with pytest.raises(Forbidden):
        records.void(record, reason="twice", actor=an_officer("collector"))


def test_what_was_destroyed_cannot_be_sent_in_again():
    officer, same = an_officer("collector"), secrets.token_bytes(16)
    point = an_open_point()
    record, _code = a_record(point, author=officer.staff_number, submission_id=same)
    erasure.carry_out(records.void(record, reason="twice", actor=officer))
    with pytest.raises(Gone):
        records.submit(point, a_submission(point, author=officer.staff_number, submission_id=same))


def test_a_withdrawal_takes_out_its_item_after_a_day_and_can_be_stopped_before():
    record, code = a_record(special_needs=["wheelchair"])
    assert "special_needs" in consents.consent_items(record)
    errand = consents.withdraw(record, ["special_needs"])
    assert not erasure.carry_out(errand)
    with pytest.raises(WrongState):
        records.reveal(record, "special_needs", purpose="needs", actor=an_officer("head_of_body"))
    consents.stop(errand)
    errand = consents.withdraw(record, ["special_needs"])
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert erasure.carry_out(errand)
    record.refresh_from_db()
    officer = an_officer("head_of_body")
    assert records.reveal(record, "special_needs", purpose="needs", actor=officer) == ""
    assert "欧阳测试" in records.reveal(record, "name", purpose="contact", actor=officer)
    assert access.by_receipt(code) == record


def test_a_childs_field_needs_a_second_person():
    point = an_open_point()
    given = a_submission(point, birth_date=str(clock.today().replace(year=clock.today().year - 9)))
    if "birth_date" not in given.answers:
        pytest.fail("the shelter's standard asks no birth date")
    given.answers["guardian"] = {"name": "欧阳母亲", "relationship": "mother", "phone": "13800005678"}
    given = Submission(**{**given.__dict__, "guardian_agrees": True})
    record = Record.objects.get(pk=records.submit(point, given).record)
    first, second = an_officer("head_of_body"), an_officer("head_of_body")
    with pytest.raises(Forbidden):
        records.reveal(record, "name", purpose="reunite", actor=first)
    look = records.ask_second(record, "name", purpose="reunite", actor=first)
    with pytest.raises(Forbidden):
        records.allow_second(look, actor=first)
    records.allow_second(look, actor=second)
    assert records.reveal(record, "name", purpose="reunite", actor=first, second=look)
    with pytest.raises(Forbidden):
        records.reveal(record, "name", purpose="reunite", actor=first, second=look)


def test_an_unknown_receipt_code_says_only_that():
    with pytest.raises(NotFound):
        access.by_receipt("ABCD2345-AAAA-BBBB-CCCC")


def test_a_receipt_code_hides_its_submission_id():
    assert receipts.make_code("ABCD2345", b"\0" * 16) != receipts.make_code("ABCD2345", b"\1" * 16)
    code = receipts.make_code("ABCD2345", b"\0" * 16)
    assert receipts.point_code(code.lower().replace("-", " ")) == "ABCD2345"


def test_tokens_go_with_their_record():
    officer = an_officer("collector")
    record, _code = a_record(author=officer.staff_number)
    backlog.index()
    assert Token.objects.exists()
    erasure.carry_out(records.void(record, reason="typing", actor=officer))
    assert not Token.objects.exists()
    assert not Errand.objects.filter(state=Errand.State.WAITING).exists()


def test_two_campaigns_do_not_share_a_key_batch():
    campaign = an_open_campaign()
    other = an_open_campaign(campaign.emergency, standard=campaign.standard)
    one, _ = a_record(an_open_point(campaign))
    two, _ = a_record(an_open_point(other))
    assert one.birth_batch != two.birth_batch


def test_several_needs_of_one_person_are_one_value_and_not_members():
    record, _code = a_record(special_needs=["wheelchair", "infant_food"])
    officer = an_officer("head_of_body")
    text = records.reveal(record, "special_needs", purpose="needs", actor=officer)
    assert "?" not in text
    assert text.count("、") == 1
