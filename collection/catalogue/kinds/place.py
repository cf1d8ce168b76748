"""Where somebody lives or sleeps: the door of an address, the bed of a shelter."""

from collections.abc import Mapping
from datetime import date

from collection.catalogue.base import Kind, Options, Part
from collection.catalogue.characters import folded, graphemes, line
from collection.catalogue.doors import LONGEST_ID, LONGEST_LABEL, building_of, folded_label, masked_label, picked_door
from collection.catalogue.faults import NOT_IN_LIST, Refused
from collection.catalogue.words import Text

LONGEST_DETAIL = 40
NO_DETAIL = Text("此处只需选择门牌，不要填写其他内容。", "Only the door is asked here. Please leave the rest out.")
ODD_BED = Text("请填写床位号，例如 A-12。", "Please give the bed's label, for example A-12.")


class Address(Kind):
    """A door of the area's list, {"i": id, "d": label}, and where the standard allows it a typed detail, "t"."""

    code = "address"
    number = 4
    indexed_when_asked = True
    label = Text("住址（门牌）", "Address (door)")
    why = Text(
        "用于了解哪些住户已登记、哪里需要帮助。", "To know which households are registered and where help is needed."
    )
    traps = (
        "The door is picked, never typed. The detail is free text: refused unless the item's options say `detail`, "
        "and it never leaves in a release. A building of few doors is as good as a name."
    )
    widget = "door"
    autocomplete = "off"
    max_length = LONGEST_DETAIL
    parts = (
        Part("door", Text("门牌", "Door"), "door", max_length=LONGEST_ID),
        Part("detail", Text("补充说明", "Detail"), "text", "street-address", max_length=LONGEST_DETAIL, required=False),
    )
    levels = ("building", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> dict[str, str]:
        given = raw if isinstance(raw, Mapping) else {"door": raw}
        door = given.get("door") or given.get("i") or given.get("d")
        value = picked_door(door, options)
        detail = given.get("detail", given.get("t"))
        if self.blank(detail):
            return value
        if not options.get("detail"):
            raise Refused("no_detail", NO_DETAIL, part="detail")
        return value | {"t": line(detail, longest=LONGEST_DETAIL)}

    def normalise(self, value: dict[str, str]) -> str:
        return folded_label(value["d"])

    def mask(self, value: dict[str, str]) -> str:
        return masked_label(value["d"]) + (" **" if "t" in value else "")

    def display(self, value: dict[str, str], language: str, *, options: Options | None = None) -> str:
        return " ".join(value[part] for part in ("d", "t") if part in value)

    def _generalised(self, value: dict[str, str], step: str, today: date) -> str:
        return building_of(value["d"])

    def largest(self) -> dict[str, str]:
        wide = "\U00020000"
        return {"i": wide * LONGEST_ID, "d": wide * LONGEST_LABEL, "t": wide * LONGEST_DETAIL}


class Bed(Kind):
    """The label of a bed in a shelter, or one of `options["beds"]`."""

    code = "bed"
    number = 16
    label = Text("床位", "Bed")
    why = Text("用于在安置点找到您并安排住宿。", "To find you in the shelter and to assign sleeping places.")
    traps = "With a date it tells who slept beside whom. Written by the collector, not asked of the person."
    by_staff = True
    max_length = 12

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
        bed = line(text, longest=self.max_length)
        if not folded(bed) or set("*<>") & set(bed):
            raise Refused("odd_bed", ODD_BED)
        if options.get("beds") is not None and bed not in options["beds"]:
            raise Refused("not_in_list", NOT_IN_LIST)
        return bed

    def normalise(self, value: str) -> str:
        return folded(value)

    def mask(self, value: str) -> str:
        units = graphemes(value)
        return units[0] + "*" * (len(units) - 1) if len(units) > 1 else "*"
