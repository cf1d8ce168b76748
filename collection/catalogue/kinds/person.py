"""Who somebody is: sex and date of birth."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from collection.catalogue.ages import CHILD, age_band, birth_year_band, full_years
from collection.catalogue.base import Choice, Kind, Options, Part
from collection.catalogue.births import NO_DATE, born, valid_birth
from collection.catalogue.characters import compact
from collection.catalogue.faults import Refused
from collection.catalogue.picking import Pick
from collection.catalogue.words import Text

_DATES = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")


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
        return valid_birth(*self._numbers(raw), today).isoformat()

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
