"""What a gate asks a visitor: why, whom, and the car."""

import re
from collections.abc import Mapping
from datetime import date

from collection.catalogue.base import Choice, Kind, Options, Part
from collection.catalogue.characters import compact, is_letter
from collection.catalogue.doors import LONGEST_ID, LONGEST_LABEL, building_of, folded_label, masked_label, picked_door
from collection.catalogue.faults import EMPTY, Refused
from collection.catalogue.kinds.name import Name
from collection.catalogue.picking import Pick
from collection.catalogue.words import Text

_PLACE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
_PLATE = re.compile(
    rf"{_PLACE}[A-HJ-NP-Z0-9]{{5}}"  # GA 36, seven characters
    rf"|{_PLACE}[A-HJ-NP-Z0-9]{{4}}[警学挂港澳使领]"
    rf"|{_PLACE}(?:[A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])"  # new energy: small, large
    rf"|{_PLACE}[0-9]{{4}}应急|[0-9]{{6}}使|使[0-9]{{6}}|领[0-9]{{6}}"
)
_BETWEEN = re.compile(r"[·•・‧⋅.\-‐‑–—]")
NOT_A_PLATE = Text(
    "车牌号码有误，请核对（例如：省份简称+字母+5 或 6 位）。",
    "This is not a number plate. Please compare it with the car.",
)
I_OR_O = Text(
    "车牌号码中没有字母 I 和 O，请改为数字 1 或 0。", "Plates have no letters I and O. Please use the digits 1 or 0."
)


class Plate(Kind):
    """A civilian number plate of the mainland, in capitals, without dots."""

    code = "plate"
    number = 8
    indexed_when_asked = True
    label = Text("车牌号码", "Number plate")
    why = Text("用于登记进入本区域的车辆。", "To register vehicles that enter the area.")
    traps = "With times of passage it becomes a trace of movements. Military and armed police plates are refused."
    inputmode = "text"
    max_length = 12
    levels = ("province", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        plate = _BETWEEN.sub("", compact(raw)).upper()
        if _PLATE.fullmatch(plate):
            return plate
        if _PLATE.fullmatch(plate[:1] + plate[1:].replace("I", "1").replace("O", "0")):
            raise Refused("i_or_o", I_OR_O)
        raise Refused("not_a_plate", NOT_A_PLATE)

    def mask(self, value: str) -> str:
        return value[:2] + "*" * (len(value) - 4) + value[-2:]

    def _generalised(self, value: str, step: str, today: date) -> str:
        return "*" if value[0].isdigit() else value[0]

    def largest(self) -> str:
        return "京A0001应急"


class VisitReason(Pick):
    """Why a visitor comes, from a short list."""

    code = "visit_reason"
    number = 9
    label = Text("来访事由", "Reason of the visit")
    why = Text("用于判断是否可以进入以及提醒注意事项。", "To decide whether the visit is possible, and what to mind.")
    traps = "No free text: people write illnesses and quarrels into it."
    max_length = 12
    choices = (
        Choice("family", Text("探亲访友", "Family or friends")),
        Choice("delivery", Text("送货、快递", "Delivery")),
        Choice("repair", Text("维修、安装", "Repair or installation")),
        Choice("care", Text("护理、家政", "Care or housework")),
        Choice("medical", Text("医疗服务", "Medical service")),
        Choice("official", Text("公务、抢险", "Official duty or rescue")),
        Choice("other", Text("其他", "Other")),
    )


class PersonVisited(Kind):
    """Whom a visitor comes to see: a door, {"i": id, "d": label}, or else a name, {"n": name}."""

    code = "person_visited"
    number = 10
    label = Text("被访住户", "Person or door visited")
    why = Text("用于与被访住户确认。", "To confirm the visit with the people visited.")
    traps = "It is information about somebody who was not asked: the door is enough in nearly every case."
    widget = "door"
    max_length = 64
    parts = (
        Part("door", Text("门牌", "Door"), "door", max_length=LONGEST_ID, required=False),
        Part("name", Text("姓名", "Name"), "text", required=False),
    )
    levels = ("building", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> dict[str, str]:
        given = raw if isinstance(raw, Mapping) else self._guessed(raw, options)
        door = given.get("door") or given.get("i") or given.get("d")
        if not self.blank(door):
            return picked_door(door, options)
        name = given.get("name", given.get("n"))
        if self.blank(name):
            raise Refused("empty", EMPTY)
        return {"n": Name().clean(name, options={}, today=today)}

    def _guessed(self, raw: object, options: Options) -> dict[str, object]:
        """Take text for a door where it is one of the list's, or has no letters, and for a name otherwise."""
        text = raw.strip() if isinstance(raw, str) else ""
        doors = options.get("doors") or {}
        listed = text in doors or text in doors.values()
        return {"door": raw} if listed or not any(is_letter(each) for each in text) else {"name": raw}

    def normalise(self, value: dict[str, str]) -> str:
        return folded_label(value["d"]) if "d" in value else Name().normalise(value["n"])

    def mask(self, value: dict[str, str]) -> str:
        return masked_label(value["d"]) if "d" in value else Name().mask(value["n"])

    def display(self, value: dict[str, str], language: str, *, options: Options | None = None) -> str:
        return value["d"] if "d" in value else value["n"]

    def _generalised(self, value: dict[str, str], step: str, today: date) -> str:
        return building_of(value["d"]) if "d" in value else "*"

    def largest(self) -> dict[str, str]:
        return {"i": "\U00020000" * LONGEST_ID, "d": "\U00020000" * LONGEST_LABEL}
