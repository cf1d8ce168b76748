"""Standards: templates that may be signed, two people, a content hash, and what is in force at which level."""

from itertools import pairwise

import pytest

from collection.catalogue import KINDS
from collection.emergencies import actions, kits, review, standards
from collection.emergencies.models import Action, CollectionStandard
from pilifecycle.access.roles import Role
from pilifecycle.crypto.packs import size_of
from pilifecycle.errors import Forbidden, Invalid, NotFound, WrongState
from tests.builders import a_standard, an_officer, two_people

CODES = ("epidemic_gate_residents", "epidemic_gate_visitors", "flood_shelter")


@pytest.mark.parametrize("code", CODES)
def test_a_template_says_everything_in_both_languages(code: str) -> None:
    assert review.faults(kits.template(code)) == []


@pytest.mark.parametrize("code", CODES)
def test_a_template_asks_less_at_a_lower_level(code: str) -> None:
    items = kits.template(code)["items"]
    asked = [{item["kind"] for item in items if level in item["levels"]} for level in (1, 2, 3, 4)]
    assert all(lower <= higher for higher, lower in pairwise(asked))
    assert asked[0] > asked[3]


def test_something_is_destroyed_and_something_is_anonymised_first() -> None:
    used = {item["action"] for code in CODES for item in kits.template(code)["items"]}
    assert {Action.DESTROY, Action.ANONYMISE} <= used
    assert set(Action.values) == {"destroy", "anonymise", "hand_over"}


def test_a_visitor_is_gone_after_fourteen_days_and_a_normal_temperature_was_never_there() -> None:
    items = {item["kind"]: item for item in kits.template("epidemic_gate_visitors")["items"]}
    assert {item["days_after_collection"] for item in items.values()} == {14}
    assert items["body_temperature"]["options"] == {"threshold": "37.3"}
    assert items["symptoms"]["levels"] == [1, 2]


def test_the_shelter_asks_the_resident_id_only_at_the_two_highest_levels_and_never_forces_it() -> None:
    item = next(item for item in kits.template("flood_shelter")["items"] if item["kind"] == "resident_id")
    assert (item["levels"], item["required"], item["basis"]) == ([1, 2], False, "consent")


@pytest.mark.parametrize("damage", ["reason", "alternative", "basis_document"])
def test_an_item_without_its_reason_alternative_or_basis_is_not_signed(damage: str) -> None:
    content = {**kits.template("flood_shelter")}
    first, *others = content["items"]
    assert review.faults({**content, "items": [{**first, damage: {"zh": "有", "en": " "}}, *others]}) == [
        f"name:{damage}"
    ]


def test_an_end_later_than_the_category_allows_is_not_signed() -> None:
    content = {**kits.template("epidemic_gate_visitors"), "default_days_to_end": 30}
    assert review.faults(content) == ["default_days_to_end:too_long"]


@pytest.mark.django_db
def test_a_standard_is_drafted_by_one_and_signed_by_another() -> None:
    first, second = two_people()
    draft = actions.draft_standard("flood_shelter", actor=first)
    with pytest.raises(Forbidden):
        actions.approve_standard(draft, actor=first)
    with pytest.raises(Forbidden):
        actions.approve_standard(draft, actor=an_officer(Role.COLLECTOR))
    signed = actions.approve_standard(draft, actor=second)
    assert (signed.state, signed.content_hash) == ("approved", standards.hash_of(standards.content(signed)))
    with pytest.raises(WrongState):
        actions.approve_standard(draft, actor=second)


@pytest.mark.django_db
def test_a_draft_that_lacks_a_reason_is_not_signed() -> None:
    first, second = two_people()
    draft = actions.draft_standard("flood_shelter", actor=first)
    draft.items.filter(kind="name").update(reason={})
    with pytest.raises(Invalid) as refusal:
        actions.approve_standard(draft, actor=second)
    assert refusal.value.facts["faults"] == ["name:reason"]


@pytest.mark.django_db
def test_a_new_version_retires_the_one_before() -> None:
    people = two_people()
    old, new = a_standard(people=people), a_standard(people=people)
    old.refresh_from_db()
    assert (old.state, new.version) == (CollectionStandard.State.RETIRED, 2)


@pytest.mark.django_db
def test_an_unknown_template_is_not_found() -> None:
    with pytest.raises(NotFound):
        actions.draft_standard("everything", actor=an_officer())


@pytest.mark.django_db
def test_the_level_selects_the_items() -> None:
    standard = a_standard()
    at_two, at_three = ([item.kind for item in standards.items_in_force(standard, level)] for level in (2, 3))
    assert set(at_two) - set(at_three) == {"resident_id"}
    assert standards.categories(standard) == ["core", "identity", "health"]


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_the_largest_answers_of_six_people_fit_into_the_buckets(code: str) -> None:
    standard = a_standard(code)
    packs: dict[str, dict] = {}
    for item in standard.items.all():
        kind = KINDS[item.kind]
        answer = [kind.largest()] * 6 if item.each_member else kind.largest()
        packs.setdefault(kind.category, {})[kind.number] = answer
    buckets = standards.buckets(standard)
    assert {category: size_of(fields) <= buckets[category] for category, fields in packs.items()} == dict.fromkeys(
        packs, True
    )
    assert set(packs) == set(buckets)
