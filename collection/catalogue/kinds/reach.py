"""How to reach somebody: a mobile number, and a child's guardian."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberType

from collection.catalogue.base import Choice, Kind, Options, Part
from collection.catalogue.characters import compact
from collection.catalogue.faults import NOT_TEXT, Refused
from collection.catalogue.kinds.name import Name
from collection.catalogue.picking import Pick
from collection.catalogue.words import Text

_TYPED = re.compile(r"\+?[0-9()\-‐‑–—\u2212.]{5,30}")
_DASHES = re.compile(r"[()\-‐‑–—\u2212.]")
NOT_MOBILE = Text("请填写中国大陆的 11 位手机号码。", "Please give a mobile number of mainland China: 11 digits.")
LANDLINE = Text(
    "这是固定电话，请填写 11 位手机号码。", "This is a landline number. Please give a mobile number of 11 digits."
)
ABROAD = Text("目前只能登记中国大陆的手机号码。", "Only mobile numbers of mainland China can be registered here.")


class Mobile(Kind):
    """A mobile number of mainland China, kept in E.164."""

    code = "mobile"
    number = 3
    indexed = True
    index_fields = ("mobile",)
    label = Text("手机号码", "Mobile number")
    why = Text(
        "用于在应急响应期间通知您，并核对回执。",
        "To reach you during the emergency response, and to check your receipt.",
    )
    traps = (
        "One phone serves a whole family: it does not identify a person. Which prefixes exist changes; phonenumbers "
        "knows. A landline is refused in words, because a text message cannot reach it."
    )
    widget = "tel"
    autocomplete = "tel"
    inputmode = "tel"
    max_length = 20

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        typed = compact(raw)
        if not _TYPED.fullmatch(typed):
            raise Refused("not_mobile", NOT_MOBILE)
        try:
            parsed = phonenumbers.parse(_DASHES.sub("", typed), "CN")
        except phonenumbers.NumberParseException:
            raise Refused("not_mobile", NOT_MOBILE) from None
        self._check(parsed)
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    def _check(self, parsed: phonenumbers.PhoneNumber) -> None:
        if parsed.country_code != 86:
            raise Refused("abroad", ABROAD)
        form = phonenumbers.number_type(parsed)
        if form == PhoneNumberType.FIXED_LINE:
            raise Refused("landline", LANDLINE)
        if form not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
            raise Refused("not_mobile", NOT_MOBILE)

    def mask(self, value: str) -> str:
        return f"{value[3:6]}****{value[10:]}"

    def display(self, value: str, language: str, *, options: Options | None = None) -> str:
        return f"{value[3:6]} {value[6:10]} {value[10:]}"

    def largest(self) -> str:
        return "+8613800001234"


class Relationship(Pick):
    """What a guardian is to the child. A part of Guardian, not a kind that a standard can ask for."""

    code = "relationship"
    label = Text("与未成年人的关系", "Relationship to the child")
    why = Text("用于确认由父母或者其他监护人办理。", "To be sure that a parent or other guardian acts.")
    choices = (
        Choice("mother", Text("母亲", "Mother")),
        Choice("father", Text("父亲", "Father")),
        Choice("grandparent", Text("祖父母、外祖父母", "Grandparent")),
        Choice("sibling", Text("成年兄、姐", "Grown-up brother or sister")),
        Choice("other", Text("其他监护人", "Other guardian")),
    )


class Guardian(Kind):
    """A child's parent or other guardian: {"n": name, "r": relationship, "p": phone}."""

    code = "guardian"
    number = 7
    sensitive = True
    sensitive_source = "PIPL-28"
    label = Text("父母或者其他监护人", "Parent or other guardian")
    why = Text(
        "不满十四周岁未成年人的信息须由监护人同意或者知晓，并用于联系监护人。",
        "A guardian must agree to, or know of, what is kept about a child under 14; and we may need to call.",
    )
    effect = Text(
        "会显示登记人中有不满十四周岁未成年人；查看须两人同意并留有记录。",
        "It shows that a child under 14 is registered. Two people must agree to each look, and it is recorded.",
    )
    traps = (
        "It is information about a child: who has a guardian is under 14. "
        "A lost child is registered first; this follows (PIPL-18)."
    )
    widget = "group"
    parts = (
        Part("name", Text("监护人姓名", "Guardian's name"), "text", "name"),
        Part("relationship", Relationship.label, "pick", choices=Relationship.choices),
        Part("phone", Text("监护人手机号码", "Guardian's mobile number"), "tel", "tel", "tel", Mobile.max_length),
    )
    _kinds = (("name", "n", Name()), ("relationship", "r", Relationship()), ("phone", "p", Mobile()))

    def _cleaned(self, raw: object, options: Options, today: date) -> dict[str, str]:
        if not isinstance(raw, Mapping):
            raise Refused("not_text", NOT_TEXT)
        return {key: self._part(raw, part, key, kind, today) for part, key, kind in self._kinds}

    def _part(self, raw: Mapping[str, Any], part: str, key: str, kind: Kind, today: date) -> str:
        try:
            cleaned: str = kind.clean(raw.get(part, raw.get(key)), options={}, today=today)
        except Refused as refused:
            raise refused.about(part) from None
        return cleaned

    def normalise(self, value: dict[str, str]) -> str:
        return value["p"]

    def mask(self, value: dict[str, str]) -> str:
        return f"{Name().mask(value['n'])} {Mobile().mask(value['p'])}"

    def display(self, value: dict[str, str], language: str, *, options: Options | None = None) -> str:
        relationship = Relationship().display(value["r"], language)
        return f"{value['n']} ({relationship}) {Mobile().display(value['p'], language)}"

    def under_14(self, value: dict[str, str], on: date) -> bool:
        return True

    def largest(self) -> dict[str, str]:
        return {key: kind.largest() for _, key, kind in self._kinds}
