"""Notices: every legal block in both languages, no pretence of consent, immutable once published."""

import pytest

from collection.emergencies import actions as emergencies
from collection.notices import access, actions, blocks
from collection.notices.models import DeferredNotice, Notice
from pilifecycle.access.roles import Role
from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.ids import uuid7
from tests.builders import (
    a_draft_campaign,
    a_published_notice,
    a_standard,
    an_emergency,
    an_epidemic,
    an_officer,
    an_open_campaign,
    ended,
    lifted,
)

pytestmark = pytest.mark.django_db
NEVER = ("留存期限", "隐私政策", "采集活动", "销毁凭证", "暂缓销毁")


def a_gate_campaign(code: str = "epidemic_gate_visitors"):
    return a_draft_campaign(an_epidemic(), standard=a_standard(code))


def written(notice: Notice) -> str:
    return str(notice.blocks) + str(notice.children)


@pytest.mark.parametrize("code", ["epidemic_gate_residents", "epidemic_gate_visitors", "flood_shelter"])
def test_every_template_makes_a_complete_notice(code: str) -> None:
    emergency = an_emergency() if code == "flood_shelter" else an_epidemic()
    notice = a_published_notice(a_draft_campaign(emergency, standard=a_standard(code)))
    assert notice.state == Notice.State.PUBLISHED
    assert len(notice.content_hash) == 64
    assert not [word for word in NEVER if word in written(notice)]


def test_eight_rights_are_named_each_with_a_link() -> None:
    rights = a_published_notice(a_gate_campaign()).blocks["rights"]
    named = {right["code"] for right in rights}
    assert {"view", "copy", "correct", "complete", "delete", "restrict", "transfer", "withdraw"} <= named
    assert all(right["link"] for right in rights)


def test_what_does_not_rest_on_consent_says_so_and_speaks_of_no_withdrawal() -> None:
    notice = actions.draft_notice(a_draft_campaign(), actor=an_officer())
    emergency_basis = next(line for line in notice.blocks["basis"] if line["basis_code"] == "emergency")
    assert "无需取得您的同意" in emergency_basis["statement"]["zh"]
    assert "撤回" not in emergency_basis["statement"]["zh"]


@pytest.mark.parametrize("code", [*blocks.REQUIRED, "sensitive", "children.guardian"])
def test_an_empty_legal_block_is_named_and_stops_the_publication(code: str) -> None:
    officer = an_officer()
    notice = actions.draft_notice(a_draft_campaign(), actor=officer)
    if code.startswith("children."):
        notice.children["guardian"] = {"zh": "", "en": ""}
    else:
        notice.blocks[code] = [] if isinstance(notice.blocks[code], list) else {"zh": "说明", "en": "  "}
    notice.save()
    with pytest.raises(Invalid) as refusal:
        actions.publish_notice(notice, actor=officer)
    assert refusal.value.code == "notice_block_empty"
    assert list(refusal.value.fields) == [code]


def test_sensitive_items_say_why_they_are_needed_and_what_they_mean() -> None:
    notice = a_published_notice(a_gate_campaign())
    assert {line["kind"] for line in notice.blocks["sensitive"]} == {"body_temperature", "symptoms"}
    assert all(line["necessity"]["zh"] and line["effect"]["zh"] for line in notice.blocks["sensitive"])


def test_childrens_rules_are_there_as_soon_as_a_form_can_ask_for_a_birth_date() -> None:
    assert set(blocks.CHILDREN) == set(a_published_notice().children)
    assert a_published_notice(a_gate_campaign()).children == {}


def test_a_published_notice_is_never_changed() -> None:
    officer, notice = an_officer(), a_published_notice()
    with pytest.raises(WrongState) as refusal:
        actions.edit_text(notice, "purpose", zh="别的", en="other", actor=officer)
    assert refusal.value.code == "notice_immutable"
    with pytest.raises(WrongState):
        actions.publish_notice(notice, actor=officer)


def test_a_draft_can_be_said_in_other_words_but_its_lists_follow_the_standard() -> None:
    officer = an_officer()
    notice = actions.draft_notice(a_draft_campaign(), actor=officer)
    assert (
        actions.edit_text(notice, "purpose", zh="安排食宿", en="beds", actor=officer).blocks["purpose"]["en"] == "beds"
    )
    with pytest.raises(Invalid):
        actions.edit_text(notice, "collected", zh="", en="", actor=officer)


def test_a_new_version_supersedes_the_one_before() -> None:
    officer, campaign = an_officer(), a_draft_campaign()
    old, new = a_published_notice(campaign, actor=officer), a_published_notice(campaign, actor=officer)
    old.refresh_from_db()
    assert (old.state, new.version) == (Notice.State.SUPERSEDED, 2)
    assert actions.current_notice(campaign) == new


def test_after_a_level_change_a_notice_is_stale_and_asks_only_what_it_named() -> None:
    officer, campaign = an_officer(), an_open_campaign(an_emergency(level=3))
    notice = actions.current_notice(campaign)
    assert notice is not None
    emergencies.change_level(campaign.emergency, 2, document="青政发〔2026〕15 号", actor=officer)
    assert access.stale(notice, campaign.emergency)
    assert "resident_id" not in {item.kind for item in access.askable(notice, 2)}
    renewed = a_published_notice(campaign, actor=officer)
    assert not access.stale(renewed, campaign.emergency)
    assert "resident_id" in {item.kind for item in access.askable(renewed, 2)}


def test_a_draft_for_another_level_is_not_published() -> None:
    officer, campaign = an_officer(), a_draft_campaign()
    notice = actions.draft_notice(campaign, actor=officer)
    emergencies.change_level(campaign.emergency, 3, document="青政发〔2026〕15 号", actor=officer)
    with pytest.raises(WrongState) as refusal:
        actions.publish_notice(notice, actor=officer)
    assert refusal.value.code == "notice_stale"


def test_a_collector_publishes_nothing() -> None:
    notice = actions.draft_notice(a_draft_campaign(), actor=an_officer())
    with pytest.raises(Forbidden):
        actions.publish_notice(notice, actor=an_officer(Role.COLLECTOR))


def test_an_emergency_does_not_end_while_somebody_is_still_to_be_told() -> None:
    campaign = an_open_campaign()
    emergency = campaign.emergency
    deferred = actions.defer(
        uuid7(), emergency=emergency, body=campaign.body_id, reason="lost_child", author="shift:0a1b2c3d"
    )
    lifted(emergency)
    with pytest.raises(WrongState) as refusal:
        ended(emergency)
    assert (refusal.value.code, actions.unsettled(emergency)) == ("deferred_notices_unsettled", 1)
    actions.settle_deferred(deferred, settled=DeferredNotice.Settled.GUARDIAN, actor=an_officer())
    assert ended(emergency).state == "ended"


def test_a_deferred_notice_is_settled_once_and_in_a_known_way() -> None:
    campaign, officer = an_open_campaign(), an_officer()
    deferred = actions.defer(
        uuid7(), emergency=campaign.emergency, body=campaign.body_id, reason="unconscious", author="S9001"
    )
    with pytest.raises(Invalid):
        actions.settle_deferred(deferred, settled="forgotten", actor=officer)
    actions.settle_deferred(deferred, settled="given", actor=officer)
    with pytest.raises(WrongState):
        actions.settle_deferred(deferred, settled="given", actor=officer)
