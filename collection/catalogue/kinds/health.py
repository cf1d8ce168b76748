"""Health, as little of it as help needs: a fever, symptoms, and needs that are not diagnoses."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from collection.catalogue.base import Choice, Kind, Options
from collection.catalogue.characters import compact
from collection.catalogue.faults import Refused
from collection.catalogue.picking import NONE, Picks
from collection.catalogue.words import Text

DEFAULT_THRESHOLD = Decimal("37.3")
_TYPED = re.compile(r"([0-9]{2})(?:[.,。]([0-9]{1,2}))?(?:°C|°|C|度)?", re.IGNORECASE)
NOT_A_TEMPERATURE = Text("请填写摄氏体温，例如 36.5。", "Please give degrees Celsius, for example 36.5.")
RANGE = Text(
    "体温应在 34 至 43 摄氏度之间，请重新测量。", "A temperature lies between 34 and 43 degrees. Please measure again."
)


class BodyTemperature(Kind):
    """A temperature above the standard's threshold, as "37.8"; anything else leaves no data."""

    code = "body_temperature"
    number = 11
    category = "health"
    sensitive = True
    sensitive_source = "PIPL-28"
    label = Text("体温（仅登记高于标准的数值）", "Body temperature (kept only above the limit)")
    why = Text(
        "用于及时发现需要就医的人；正常体温不登记。",
        "To find people who need a doctor. A normal temperature is not written down.",
    )
    effect = Text(
        "体温高于标准时，可能会请您先不要进入，并协助就医。",
        "Above the limit you may be asked to wait outside and be helped to see a doctor.",
    )
    traps = (
        "Above means above: a value equal to the threshold is not kept, though 37.3 itself counted as fever in 2020-22 "
        "(set 37.2 for that). Rounded to one decimal first. None is an answer that leaves nothing, not a missing one."
    )
    widget = "number"
    inputmode = "decimal"
    max_length = 8
    levels = ("half_degree", "fever", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> str | None:
        found = _TYPED.fullmatch(compact(str(raw) if isinstance(raw, (float, Decimal)) else raw))
        if not found:
            raise Refused("not_a_temperature", NOT_A_TEMPERATURE)
        measured = Decimal(f"{found.group(1)}.{found.group(2) or '0'}").quantize(Decimal("0.1"), ROUND_HALF_UP)
        if not 34 <= measured <= 43:
            raise Refused("range", RANGE)
        threshold = Decimal(str(options.get("threshold", DEFAULT_THRESHOLD)))
        return str(measured) if measured > threshold else None

    def mask(self, value: str) -> str:
        return "**.*"

    def display(self, value: str, language: str, *, options: Options | None = None) -> str:
        return f"{value} ℃"

    def _generalised(self, value: str, step: str, today: date) -> str:
        measured = Decimal(value)
        if step == "fever":
            return "<38.0" if measured < 38 else "≥38.0"
        start = measured - measured % Decimal("0.5")
        return f"{start}-{start + Decimal('0.4')}"

    def largest(self) -> str:
        return "43.0"


class Symptoms(Picks):
    """Which of six symptoms; "none" means well and leaves nothing."""

    code = "symptoms"
    number = 12
    category = "health"
    sensitive = True
    sensitive_source = "PIPL-28"
    label = Text("症状", "Symptoms")
    why = Text(
        "用于健康监测期间及时发现需要就医的人。", "To find people who need a doctor while their health is watched."
    )
    effect = Text(
        "有症状时，可能会与您联系并协助就医。", "If you have symptoms you may be called and helped to see a doctor."
    )
    traps = "Symptoms, never diagnoses. Other people must not see it beside a name on a list."
    choices = (
        Choice("fever", Text("发热", "Fever")),
        Choice("cough", Text("咳嗽", "Cough")),
        Choice("sore_throat", Text("咽痛", "Sore throat")),
        Choice("fatigue", Text("乏力", "Fatigue")),
        Choice("breathless", Text("气促、呼吸困难", "Shortness of breath")),
        Choice("diarrhoea", Text("腹泻", "Diarrhoea")),
        Choice(NONE, Text("没有以上情况", "None of these")),
    )


class SpecialNeeds(Picks):
    """What help somebody needs, said as a need and never as an illness."""

    code = "special_needs"
    number = 14
    category = "health"
    sensitive = True
    sensitive_source = "PIPL-28"
    label = Text("特殊需求", "Special needs")
    why = Text("用于准备您需要的帮助和物资。", "To prepare the help and the goods that you need.")
    effect = Text(
        "可能间接反映健康状况；值班人员在值班名单上可以看到。",
        "It may hint at your health. Those on duty see it on their duty list.",
    )
    traps = "Needs, not diagnoses; no religion (no food rules by faith), no free text."
    choices = (
        Choice("wheelchair", Text("轮椅", "Wheelchair")),
        Choice("walking_help", Text("行走协助", "Help with walking")),
        Choice("regular_medicine", Text("长期用药", "Regular medicine")),
        Choice("cool_medicine", Text("药品需冷藏", "Medicine that must be kept cool")),
        Choice("device_power", Text("医疗设备用电", "Power for a medical device")),
        Choice("infant_food", Text("婴儿食品", "Infant food")),
        Choice("sign_language", Text("手语", "Sign language")),
        Choice("sight_help", Text("视力协助", "Help with seeing")),
        Choice("quiet_place", Text("安静的位置", "A quiet place")),
        Choice("companion", Text("需要陪护", "Somebody to stay close")),
        Choice(NONE, Text("没有", "None")),
    )
