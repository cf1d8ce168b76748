"""Whether somebody stayed in named regions within named days. A yes or no, never a route."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from collection.catalogue.base import Kind, Options, Part
from collection.catalogue.faults import NOT_IN_LIST, NOT_TEXT, Refused
from collection.catalogue.picking import COMMA
from collection.catalogue.words import Text

MOST_REGIONS = 20
_CODE = re.compile(r"[0-9A-Za-z_-]{1,12}")
COLON = Text("：", ": ")
YES, NO = Text("有", "Yes"), Text("没有", "No")
_SAYS = {
    "yes": True,
    "true": True,
    "1": True,
    "有": True,
    "是": True,
    "no": False,
    "false": False,
    "0": False,
    "没有": False,
    "否": False,
}
WHICH = Text("请选择是哪个地区。", "Please choose which region.")
CONTRADICTION = Text("选择“没有”时不要再选择地区。", "Please choose no region if the answer is no.")


def offered_regions(options: Options) -> dict[str, Text]:
    """Return the item's regions: `options["regions"]` is a list of {"code", "zh", "en"}, or maps codes to labels."""
    regions = options.get("regions") or {}
    if isinstance(regions, Mapping):
        return {str(code): Text(str(label), str(label)) for code, label in regions.items()}
    return {each["code"]: Text(each["zh"], each.get("en") or each["zh"]) for each in regions}


class RegionStay(Kind):
    """{"s": stayed or not, "r": codes of the regions}; the second only after a yes."""

    code = "region_stay"
    number = 13
    category = "location"
    sensitive = True
    sensitive_source = "PIPL-28"
    label = Text("近期是否在所列地区停留", "Recent stay in the regions named")
    why = Text("用于判断是否需要健康监测。", "To decide whether your health should be watched.")
    effect = Text(
        "回答“有”时，可能会请您配合健康监测；不收集行程和轨迹。",
        "After a yes you may be asked to have your health watched. No route is collected.",
    )
    traps = (
        "Which regions and how many days belong to the standard's item (`regions`, `days`). "
        "Never a list of places with dates."
    )
    widget = "region"
    max_length = 12
    parts = (
        Part("stayed", Text("是否停留", "Stayed there"), "pick", max_length=5),
        Part("regions", Text("地区", "Regions"), "picks", max_length=12, required=False),
    )
    levels = ("count", "stayed", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> dict[str, Any]:
        said, codes = self._answer(raw)
        regions = self._regions(codes, options)
        if said is False and regions:
            raise Refused("contradiction", CONTRADICTION, part="regions")
        if said is False:
            return {"s": False}
        offered = list(offered_regions(options))
        regions = regions or (offered if len(offered) == 1 else [])
        if not regions:
            raise Refused("which_region", WHICH, part="regions")
        return {"s": True, "r": regions}

    def _answer(self, raw: object) -> tuple[bool | None, object]:
        """Return what was said (None: only regions were named) and the codes."""
        given = (
            raw if isinstance(raw, Mapping) else {"regions": raw} if isinstance(raw, (list, tuple)) else {"stayed": raw}
        )
        said, codes = given.get("stayed", given.get("s")), given.get("regions", given.get("r"))
        if self.blank(said):
            return None, codes
        word = str(said).strip().lower() if isinstance(said, (str, bool, int)) else ""
        if word not in _SAYS:
            raise Refused("not_text", NOT_TEXT, part="stayed")
        return _SAYS[word], codes

    def _regions(self, codes: object, options: Options) -> list[str]:
        named = [codes] if isinstance(codes, str) else list(codes) if isinstance(codes, (list, tuple)) else []
        picked = [each.strip() for each in named if isinstance(each, str) and each.strip()]
        offered = offered_regions(options)
        if any(code not in offered or not _CODE.fullmatch(code) for code in picked):
            raise Refused("not_in_list", NOT_IN_LIST, part="regions")
        return [code for code in offered if code in picked][:MOST_REGIONS]

    def normalise(self, value: dict[str, Any]) -> str:
        return " ".join(value["r"]) if value["s"] else "no"

    def display(self, value: dict[str, Any], language: str, *, options: Options | None = None) -> str:
        """Return yes or no and the regions: by name where the item's options are given, by code otherwise."""
        if not value["s"]:
            return NO.in_(language)
        names = offered_regions(options or {})
        said = [names[code].in_(language) if code in names else code for code in value["r"]]
        return f"{YES.in_(language)}{COLON.in_(language)}{COMMA.in_(language).join(said)}"

    def _generalised(self, value: dict[str, Any], step: str, today: date) -> str:
        count = len(value.get("r", ()))
        if step == "stayed":
            return "yes" if count else "no"
        return "2+" if count > 1 else str(count)

    def largest(self) -> dict[str, Any]:
        return {"s": True, "r": ["9" * 12] * MOST_REGIONS}
