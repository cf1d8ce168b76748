"""How many people live behind a door. At a gate a child is a number."""

import re
from collections.abc import Mapping
from datetime import date

from collection.catalogue.base import Kind, Options, Part
from collection.catalogue.characters import compact
from collection.catalogue.faults import Refused
from collection.catalogue.words import Text

MOST_PEOPLE = 30
_SMALL = re.compile(r"[0-9]{1,2}")
COUNT = Text("请填写 1 至 30 之间的人数。", "Please give a number of people from 1 to 30.")
CHILDREN = Text("未成年人数不能多于总人数。", "There cannot be more children than people.")


class HouseholdSize(Kind):
    """{"p": people, "c": children}; the second only where it was said."""

    code = "household_size"
    number = 15
    label = Text("同住人数", "People in the household")
    why = Text("用于估计需要的物资、床位和人手。", "To estimate the goods, beds and helpers that are needed.")
    traps = "A count, never a list of people. Large households are rare: a release says 5+."
    widget = "group"
    inputmode = "numeric"
    max_length = 2
    parts = (
        Part("people", Text("总人数", "People"), "number", "off", "numeric", 2),
        Part("children", Text("其中不满十四周岁", "Of them under 14"), "number", "off", "numeric", 2, required=False),
    )
    levels = ("size", "band", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> dict[str, int]:
        given = raw if isinstance(raw, Mapping) else {"people": raw}
        people = _count(given.get("people", given.get("p")), "people")
        if people == 0:
            raise Refused("count", COUNT, part="people")
        children = given.get("children", given.get("c"))
        if self.blank(children):
            return {"p": people}
        value = {"p": people, "c": _count(children, "children")}
        if value["c"] > people:
            raise Refused("children", CHILDREN, part="children")
        return value

    def normalise(self, value: dict[str, int]) -> str:
        return f"{value['p']}/{value.get('c', '')}"

    def display(self, value: dict[str, int], language: str, *, options: Options | None = None) -> str:
        people, children = value["p"], value.get("c")
        if language.lower().startswith("zh"):
            return f"{people} 人" + (f"，其中不满十四周岁 {children} 人" if children is not None else "")
        return f"{people} people" + (f", {children} of them under 14" if children is not None else "")

    def _generalised(self, value: dict[str, int], step: str, today: date) -> str:
        people = value["p"]
        if step == "size" and people < 5:
            return str(people)
        return "1" if people == 1 else "2" if people == 2 else "3-4" if people < 5 else "5+"

    def largest(self) -> dict[str, int]:
        return {"p": MOST_PEOPLE, "c": MOST_PEOPLE}


def _count(raw: object, part: str) -> int:
    """Return 0 to 30; raise Refused about the part."""
    text = compact(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
    if not _SMALL.fullmatch(text) or int(text) > MOST_PEOPLE:
        raise Refused("count", COUNT, part=part)
    return int(text)
