"""The number by which the authorities know somebody."""

import re
from datetime import date

from collection.catalogue.ages import CHILD, full_years
from collection.catalogue.base import Kind, Options
from collection.catalogue.births import valid_birth
from collection.catalogue.characters import compact
from collection.catalogue.faults import Refused
from collection.catalogue.words import Text

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]|[1-9][0-9]{14}")
_SEPARATORS = re.compile(r"[-‐‑–—\u2212]")
SHAPE = Text("身份证件号码应为 18 位，请核对。", "The number has 18 characters. Please compare it with the card.")
CHECK = Text("身份证件号码有误，请逐位核对。", "A digit of the number is wrong. Please compare it with the card.")
BIRTH = Text(
    "身份证件号码中的出生日期有误，请核对。", "The date of birth inside the number cannot be right. Please compare."
)


def check_character(first_17: str) -> str:
    """Return the MOD 11-2 check character of a resident ID (GB 11643)."""
    return "10X98765432"[sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_17)) % 11]


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
            valid_birth(int(number[6:10]), int(number[10:12]), int(number[12:14]), today)
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
