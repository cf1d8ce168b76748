"""An emergency's life: declared with everything the paper says, moved by two people, ended by paper or by the clock."""

from datetime import timedelta

import pytest

from collection.emergencies import actions, closing, gate
from collection.emergencies.models import Emergency, LevelChange
from pilifecycle.access.roles import Role
from pilifecycle.audit.models import Pending
from pilifecycle.custody.models import Compartment
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock
from tests.builders import a_draft_campaign, an_emergency, an_epidemic, an_officer, ended, lifted, two_people

pytestmark = pytest.mark.django_db


def propose(emergency: Emergency, kind: str, *, actor=None, on=None, source="document", document="青政发〔2026〕20 号"):
    return actions.propose_end(
        emergency, kind, source=source, on=on or clock.today(), document=document, actor=actor or an_officer()
    )


@pytest.mark.parametrize("field", ["title", "authority", "document", "matters", "measures", "area"])
def test_a_declaration_without_one_of_the_papers_statements_is_refused(field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        an_emergency(**{field: "  "})
    assert list(refusal.value.fields) == [field]
    assert not Emergency.objects.exists()
    assert not Compartment.objects.using("vault").exists()


def test_public_security_events_are_not_graded_and_all_others_are() -> None:
    assert an_emergency(category="public_security", grade=None).grade is None
    for category, grade in (("public_security", 1), ("accident", None)):
        with pytest.raises(Invalid) as refusal:
            an_emergency(category=category, grade=grade)
        assert list(refusal.value.fields) == ["grade"]


def test_declaring_opens_compartments_and_leaves_a_trace_and_a_level() -> None:
    emergency = an_emergency()
    opened = Compartment.objects.using("vault").filter(emergency=emergency.pk).values_list("category", flat=True)
    assert {"core", "identity", "health", "location", "index"} <= set(opened)
    assert emergency.levels.get().level == 2
    assert Pending.objects.filter(action="emergencies.declare", emergency=emergency.pk).exists()


def test_who_has_no_role_declares_nothing() -> None:
    with pytest.raises(Forbidden):
        an_emergency(actor=an_officer(Role.COLLECTOR))


def test_a_level_drop_needs_a_document_keeps_history_and_raises_growth() -> None:
    officer, emergency = an_officer(), an_emergency()
    with pytest.raises(Invalid):
        actions.change_level(emergency, 3, document=" ", actor=officer)
    actions.change_level(emergency, 3, document="青政发〔2026〕15 号", actor=officer)
    assert (emergency.level, emergency.growth) == (3, 1)
    assert list(LevelChange.objects.values_list("level", flat=True)) == [2, 3]
    with pytest.raises(WrongState):
        actions.change_level(emergency, 3, document="青政发〔2026〕16 号", actor=officer)


def test_the_proposer_cannot_confirm_and_nor_can_a_role_younger_than_the_proposal() -> None:
    first, second = two_people()
    emergency = an_emergency()
    proposal = propose(emergency, "lift", actor=first)
    with pytest.raises(Forbidden) as same:
        actions.confirm_end(proposal, actor=first)
    with pytest.raises(Forbidden) as young:
        actions.confirm_end(proposal, actor=an_officer(since=timedelta(days=-1) + timedelta(days=1)))
    assert (same.value.code, young.value.code) == ("same_person", "role_younger")
    assert actions.confirm_end(proposal, actor=second).state == Emergency.State.LIFTED
    with pytest.raises(WrongState):
        actions.confirm_end(proposal, actor=second)


def test_a_proposal_twice_waits_only_once() -> None:
    emergency = an_emergency()
    propose(emergency, "lift")
    with pytest.raises(WrongState) as refusal:
        propose(emergency, "lift")
    assert refusal.value.code == "already_proposed"


def test_without_a_document_the_end_is_thirty_days_after_lifting_and_fifteen_in_an_epidemic() -> None:
    for emergency, days in ((an_emergency(), 30), (an_epidemic(), 15)):
        lifted(emergency)
        assert actions.default_end(emergency) == clock.today() + timedelta(days=days)


def test_the_clock_ends_the_work_on_the_default_day_and_not_before(monkeypatch) -> None:
    emergency = lifted(an_emergency())
    assert actions.apply_default_ends() == []
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [each.pk for each in actions.apply_default_ends()] == [emergency.pk]
    emergency.refresh_from_db()
    assert (emergency.state, emergency.ended_source) == ("ended", "default")
    assert emergency.ended_on == clock.local_date(later)


def test_an_end_later_than_the_default_needs_a_document_and_waits_for_its_day() -> None:
    emergency = lifted(an_emergency())
    far = clock.today() + timedelta(days=90)
    with pytest.raises(Invalid) as refusal:
        propose(emergency, "end", source="default", document="", on=far)
    assert refusal.value.code == "later_than_default"
    actions.confirm_end(propose(emergency, "end", on=far), actor=an_officer())
    emergency.refresh_from_db()
    assert (emergency.state, emergency.ended_on) == ("lifted", far)


def test_work_cannot_end_before_the_response_was_lifted_nor_skip_the_lifting() -> None:
    emergency = an_emergency()
    with pytest.raises(WrongState):
        propose(emergency, "end")
    lifted(emergency)
    with pytest.raises(Invalid) as refusal:
        propose(emergency, "end", on=clock.today() - timedelta(days=1))
    assert refusal.value.code == "before_lifting"


def test_what_upper_rooms_hold_against_it_blocks_the_end_for_people_and_for_the_clock(monkeypatch) -> None:
    emergency = lifted(an_emergency())
    monkeypatch.setattr(closing, "_ending", [lambda emergency: "somebody_waits"])
    with pytest.raises(WrongState) as refusal:
        propose(emergency, "end")
    assert refusal.value.code == "somebody_waits"
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert actions.apply_default_ends() == []


def test_reopening_stops_the_clocks_raises_growth_and_voids_what_was_proposed_before() -> None:
    emergency = lifted(an_emergency())
    pending = propose(emergency, "end")
    actions.confirm_end(propose(emergency, "reopen"), actor=an_officer())
    emergency.refresh_from_db()
    assert (emergency.state, emergency.lifted_at, emergency.ended_on, emergency.growth) == ("open", None, None, 1)
    lifted(emergency)
    with pytest.raises(WrongState):
        actions.confirm_end(pending, actor=an_officer())


def test_once_a_compartment_is_destroyed_an_emergency_is_not_reopened_but_has_a_successor(monkeypatch) -> None:
    emergency = ended(an_emergency())
    proposal = propose(emergency, "reopen")

    def gone(*args, **more):
        from pilifecycle.errors import Gone

        raise Gone(code="key_destroyed")

    with monkeypatch.context() as patch:
        patch.setattr("pilifecycle.custody.actions.open_compartments", gone)
        with pytest.raises(WrongState) as refusal:
            actions.confirm_end(proposal, actor=an_officer())
    assert refusal.value.code == "compartment_destroyed"
    actions.mark_destroyed(emergency)
    assert an_emergency(successor_of=emergency).successor_of == emergency


def test_once_the_keys_are_claimed_an_emergency_is_not_reopened() -> None:
    emergency = ended(an_emergency())
    Emergency.objects.filter(pk=emergency.pk).update(keys_claimed_at=clock.now())
    with pytest.raises(WrongState) as refusal:
        propose(emergency, "reopen")
    assert refusal.value.code == "compartment_destroyed"


def test_destroyed_is_the_last_state_and_repeating_it_changes_nothing() -> None:
    emergency = an_emergency()
    with pytest.raises(WrongState):
        actions.mark_destroyed(emergency)
    ended(emergency)
    assert actions.mark_destroyed(emergency).state == "destroyed"
    assert actions.mark_destroyed(emergency).state == "destroyed"
    with pytest.raises(WrongState):
        propose(emergency, "reopen")


def test_no_campaign_is_drafted_once_the_response_is_lifted() -> None:
    with pytest.raises(WrongState):
        a_draft_campaign(lifted(an_emergency()))


def test_the_gate_yields_the_fresh_row() -> None:
    emergency = an_emergency()
    Emergency.objects.filter(pk=emergency.pk).update(level=1)
    with gate.shared(emergency.pk) as fresh:
        assert fresh.level == 1
