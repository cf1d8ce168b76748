"""A person's name: any that GB 18030-2022 can write."""

import unicodedata
from datetime import date

from collection.catalogue.base import Kind, Options
from collection.catalogue.characters import folded, graphemes, is_letter, is_mark, line
from collection.catalogue.faults import Refused
from collection.catalogue.surnames import COMPOUND
from collection.catalogue.words import Text

DOTS = "·•・･‧⋅∙᛫．."
_ALLOWED = frozenset(DOTS + " -‐‑–—－'’‘ʼʻ`´,、()。་༌" + "\uff0c\uff08\uff09")
_PARTS = frozenset(DOTS + " ")
_MOST_DIGITS = 3
_MOST_STARS = 4
NO_LETTER = Text("姓名不能只有数字或符号。", "A name needs letters, not only digits or signs.")
NUMBER = Text("姓名中不要填写号码。", "Please leave numbers out of the name.")
SYMBOL = Text("姓名中含有不能使用的符号，请删除。", "The name contains a sign that cannot be used. Please remove it.")


class Name(Kind):
    """What a person is called. Kept as typed in NFC; dots, spaces, case and variants are made one for tokens only."""

    code = "name"
    number = 1
    indexed_when_asked = True
    label = Text("姓名", "Name")
    why = Text(
        "用于称呼您、与您联系，并区分不同的人。", "So that we can address you, reach you, and tell people apart."
    )
    traps = (
        "Never NFKC the stored name: it replaces characters that people carry. Dots of minority names come in ten code "
        "points. Names may lie outside the basic plane, in private use, or be one character. Indexed only where the "
        "standard asks."
    )
    autocomplete = "name"
    max_length = 64

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        name = line(raw, longest=self.max_length)
        if not any(is_letter(character) for character in name):
            raise Refused("no_letter", NO_LETTER)
        if sum(unicodedata.category(character) == "Nd" for character in name) > _MOST_DIGITS:
            raise Refused("number", NUMBER)
        if not all(_may_stand(character) for character in name):
            raise Refused("symbol", SYMBOL)
        return name

    def normalise(self, value: str) -> str:
        return folded(value)

    def mask(self, value: str) -> str:
        """Return the surname's characters (two of a compound one) or the first character, the rest starred."""
        units = graphemes(value)
        shown = 2 if len(units) > 2 and value[:2] in COMPOUND else 1
        kept, rest = units[:shown], units[shown:]
        masked = "".join(kept) + _starred(rest)
        return masked if "*" in masked else "*" * min(len(units), _MOST_STARS)


def _may_stand(character: str) -> bool:
    digit = unicodedata.category(character)[0] == "N"
    return is_letter(character) or is_mark(character) or digit or character in _ALLOWED


def _starred(units: list[str]) -> str:
    masked, run = "", 0
    for unit in units:
        run = 0 if unit in _PARTS else run + 1
        masked += unit if unit in _PARTS else "*" if run <= _MOST_STARS else ""
    return masked
