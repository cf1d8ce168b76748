"""Invented people at three points: most alone, some with family, some with a need, through the real form."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collection.catalogue.invented import invented_person
from collection.points.models import Point

from . import visitor

Values = dict[str, str | list[str]]


@dataclass
class Crowd:
    """Who registered: receipt codes by order, and every word that must be nowhere in the clear afterwards."""

    url: str
    codes: list[str] = field(default_factory=list, repr=False)
    people: int = 0
    needles: set[str] = field(default_factory=set, repr=False)
    last: tuple[visitor.Page, Values] | None = field(default=None, repr=False)

    def register(self, point: Point, seed: int, *, family: int = 0, child: bool = False, agrees: bool = True) -> str:
        """One entry through the form; answers its receipt code. Raises if the server refuses it."""
        page = visitor.get(f"{self.url}/p/{point.code}/" + (f"?who=family&people={family}" if family else ""))
        values = _answers(seed, family, child, agrees)
        answer = visitor.post(page, values)
        if answer.status != 200 or not answer.code():
            raise RuntimeError(f"The form answered {answer.status} to entry {seed}.")
        self.needles |= _words(values)
        self.last = (page, values)
        self.codes.append(answer.code())
        self.people += family or 1
        return answer.code()


def _answers(seed: int, family: int, child: bool, agrees: bool) -> Values:
    values: Values = {}
    for place in range(family or 1):
        young = child and place == (family or 1) - 1
        values |= _of_one(invented_person(seed * 10 + place, child=young), f"{place}." if family else "", agrees)
    first = invented_person(seed * 10)
    values |= {"mobile": first["mobile"], "address.building": str(seed % 5 + 1), "address.unit": str(seed % 2 + 1)}
    values["address.number"] = f"{seed % 6 + 1}0{seed % 4 + 1}"
    values["consent.special_needs"] = "yes" if agrees else "no"
    values["consent.resident_id"] = "yes" if agrees and seed % 3 == 0 else "no"
    if values["consent.resident_id"] == "yes":
        values["resident_id"] = first["resident_id"]
    if child:
        guardian = invented_person(seed * 10 + family - 1, child=True)["guardian"]
        values |= {f"guardian.{part}": text for part, text in guardian.items()} | {"_guardian": "yes"}
    return values


def _of_one(person: dict[str, Any], prefix: str, agrees: bool) -> Values:
    born = date.fromisoformat(person["birth_date"])
    values: Values = {
        f"{prefix}name": person["name"],
        f"{prefix}birth_date.year": str(born.year),
        f"{prefix}birth_date.month": str(born.month),
        f"{prefix}birth_date.day": str(born.day),
        f"{prefix}sex": person["sex"],
    }
    if agrees and person.get("special_needs"):
        values[f"{prefix}special_needs"] = person["special_needs"]
    return values


def _words(values: Values) -> set[str]:
    """What identifies a person in these answers: names, telephone numbers, resident IDs."""
    telling = ("name", "mobile", "resident_id", "phone")
    said = {name: text for name, text in values.items() if isinstance(text, str) and not name.startswith("consent.")}
    return {text for name, text in said.items() if name.split(".")[-1] in telling and len(text) > 2}
