"""Who somebody is for the authorities: resident ID, sex, date of birth."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from collection.catalogue.ages import CHILD, age_band, birth_year_band, full_years
from collection.catalogue.base import Choice, Kind, Options, Part
from collection.catalogue.characters import compact
from collection.catalogue.faults import Refused
from collection.catalogue.picking import Pick
from collection.catalogue.words import Text

_FIRST_YEAR = 1900
_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]|[1-9][0-9]{14}")
_DATES = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_SEPARATORS = re.compile(r"[-‐‑–—\u2212]")
SHAPE = Text("身份证件号码应为 18 位，请核对。", "The number has 18 characters. Please compare it with the card.")
CHECK = Text("身份证件号码有误，请逐位核对。", "A digit of the number is wrong. Please compare it with the card.")
BIRTH = Text(
    "身份证件号码中的出生日期有误，请核对。", "The date of birth inside the number cannot be right. Please compare."
)
NO_DATE = Text("出生日期有误，请按“年-月-日”填写。", "This is not a date. Please write year-month-day.")
FUTURE = Text("出生日期不能晚于今天。", "A date of birth cannot lie in the future.")
TOO_EARLY = Text("出生日期不能早于 1900 年。", "A date of birth cannot be before 1900.")


def check_character(first_17: str) -> str:
    """Return the MOD 11-2 check character of a resident ID (GB 11643)."""
    return "10X98765432"[sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_17)) % 11]


def born(iso: str) -> date:
    """Return the date of a stored date of birth."""
    return date(int(iso[:4]), int(iso[5:7]), int(iso[8:]))


def _valid_birth(year: int, month: int, day: int, today: date) -> date:
    try:
        birth = date(year, month, day)
    except ValueError:
        raise Refused("no_date", NO_DATE) from None
    if birth > today:
        raise Refused("future", FUTURE)
    if year < _FIRST_YEAR:
        raise Refused("too_early", TOO_EARLY)
    return birth


class ResidentId(Kind):
    """The 18 digits of a resident identity card, or of a residence permit for Hong Kong, Macao and Taiwan people."""

    code = "resident_id"
    number = 2
    category = "identity"
    sensitive = True
    sensitive_source = "PIPL-28"
    indexed = True
    index_fields = ("resident_id",)
    label = Text("身份证件号码", "Resident ID number")
    why = Text(
        "仅在有文件明确要求核实身份时收集。",
        "Asked only where an official document requires that identity is verified.",
    )
    effect = Text(
        "号码一旦泄露，可能被他人冒用身份；本单位加密存储，列表中只显示后四位。",
        "If it leaked, others could pose as you. It is sealed, and lists show its last four characters only.",
    )
    traps = (
        "GB/T 45574-2025 reportedly no longer lists the number as sensitive (a photo of the card is): the stricter "
        "reading is kept here. The first six digits are the place of first issue, not a home; they may be abolished "
        "and are not looked up. First six and last four together leave about 3,000 candidates: never show both."
    )
    inputmode = "text"
    max_length = 18
    levels = ("province", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        number = _SEPARATORS.sub("", compact(raw)).upper()
        if not _SHAPE.fullmatch(number):
            raise Refused("shape", SHAPE)
        if len(number) == 15:  # cards until 1999: no century, no check character
            number = number[:6] + "19" + number[6:]
            number += check_character(number)
        if number[17] != check_character(number[:17]):
            raise Refused("check_digit", CHECK)
        try:
            _valid_birth(int(number[6:10]), int(number[10:12]), int(number[12:14]), today)
        except Refused:
            raise Refused("birth", BIRTH) from None
        return number

    def birth(self, value: str) -> date:
        """Return the date of birth inside the number."""
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))

    def sex(self, value: str) -> str:
        """Return "male" or "female", as the 17th digit says."""
        return "male" if int(value[16]) % 2 else "female"

    def mask(self, value: str) -> str:
        return "*" * 14 + value[14:]

    def under_14(self, value: str, on: date) -> bool:
        return full_years(self.birth(value), on) < CHILD

    def _generalised(self, value: str, step: str, today: date) -> str:
        return value[:2]

    def largest(self) -> str:
        return "9" * 18


class Sex(Pick):
    """Sex as a card prints it, or unstated."""

    code = "sex"
    number = 5
    label = Text("性别", "Sex")
    why = Text("用于安排住宿和发放物资。", "To assign sleeping places and hand out goods.")
    traps = "Ask only where somebody acts on it; a gate never does. Always offer 'not stated'."
    autocomplete = "sex"
    max_length = 8
    choices = (
        Choice("female", Text("女", "Female")),
        Choice("male", Text("男", "Male")),
        Choice("unstated", Text("不说明", "Not stated")),
    )

    def mask(self, value: str) -> str:
        return "*"


class BirthDate(Kind):
    """Date of birth, kept as an ISO date."""

    code = "birth_date"
    number = 6
    category = "identity"
    label = Text("出生日期", "Date of birth")
    why = Text(
        "用于判断是否为不满十四周岁未成年人或者需要照顾的老年人。",
        "To know who is a child under 14 or an older person who needs care.",
    )
    traps = (
        "A date under 14 years makes the whole record a child's (PIPL-31). "
        "An age in words is stale tomorrow: keep the date or nothing."
    )
    widget = "date"
    autocomplete = "bday"
    inputmode = "numeric"
    max_length = 11
    parts = (
        Part("year", Text("年", "Year"), "number", "bday-year", "numeric", 4),
        Part("month", Text("月", "Month"), "number", "bday-month", "numeric", 2),
        Part("day", Text("日", "Day"), "number", "bday-day", "numeric", 2),
    )
    levels = ("year", "years_5", "years_10", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        return _valid_birth(*self._numbers(raw), today).isoformat()

    def _numbers(self, raw: object) -> tuple[int, int, int]:
        if isinstance(raw, date):
            day = raw.date() if isinstance(raw, datetime) else raw
            return day.year, day.month, day.day
        if isinstance(raw, Mapping):
            year, month, day_of_month = (compact(raw.get(part.code)) for part in self.parts)
            raw = f"{year}-{month}-{day_of_month}"
        found = _DATES.fullmatch(compact(raw))
        if not found:
            raise Refused("no_date", NO_DATE)
        year, month, day_of_month = found.group(1, 3, 4) if found.group(1) else found.group(5, 6, 7)
        return int(year), int(month), int(day_of_month)

    def age_band(self, value: str, today: date) -> str:
        """Return the ten-year band of ages that a release may show."""
        return age_band(born(value), today)

    def mask(self, value: str) -> str:
        return value[:4] + "-**-**"

    def display(self, value: str, language: str, *, options: Options | None = None) -> str:
        day = born(value)
        return f"{day.year}年{day.month}月{day.day}日" if language.lower().startswith("zh") else value

    def under_14(self, value: str, on: date) -> bool:
        return full_years(born(value), on) < CHILD

    def _generalised(self, value: str, step: str, today: date) -> str:
        year = int(value[:4])
        return str(year) if step == "year" else birth_year_band(year, int(step.removeprefix("years_")), today)

    def largest(self) -> str:
        return "2000-12-31"
