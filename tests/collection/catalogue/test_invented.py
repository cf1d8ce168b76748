"""Invented people are always the same, differ from each other, and cannot be real."""

from collection.catalogue import KINDS
from collection.catalogue.invented import (
    TODAY,
    invented_door,
    invented_doors,
    invented_mobile,
    invented_person,
    is_invented,
)

PEOPLE = [invented_person(seed) for seed in range(300)]


def test_the_same_seed_is_the_same_person():
    assert invented_person(7) == invented_person(7) != invented_person(8)
    assert invented_person(7)["resident_id"] == "990007194210112708"


def test_everybody_has_every_kind_and_only_children_a_guardian():
    assert set(PEOPLE[0]) == set(KINDS) - {"guardian"}
    assert set(invented_person(0, child=True)) == set(KINDS)


def test_a_child_is_a_child_and_nobody_else_is():
    for seed in range(100):
        for child in (True, False):
            person = invented_person(seed, child=child)
            assert KINDS["birth_date"].under_14(person["birth_date"], TODAY) is child
            assert KINDS["resident_id"].under_14(person["resident_id"], TODAY) is child


def test_numbers_are_of_nobody_and_differ():
    assert all(is_invented(person["resident_id"]) for person in PEOPLE)
    assert len({person["resident_id"] for person in PEOPLE}) == len({person["mobile"] for person in PEOPLE}) == 300
    assert len({invented_mobile(seed) for seed in range(30_000)}) == 30_000


def test_some_names_are_rare_dotted_or_compound():
    names = [person["name"] for person in PEOPLE]
    assert any("·" in name for name in names)
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert any(name.startswith("欧阳") for name in names)


def test_doors_are_of_the_list():
    doors = set(invented_doors())
    assert len(doors) == 510
    assert all(invented_door(seed) in doors for seed in range(300))
