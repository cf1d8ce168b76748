"""Characters of names and short texts: what is a letter, what is invisible, what may be kept.

GB 18030-2022 reaches every code point, and people's names reach code points that this interpreter's Unicode tables do
not know yet (ideographs of planes 2 and 3, private use of older registers). So a code point without a category is taken
for a letter, unless Unicode promises that it never becomes a character.
"""

import re
import unicodedata

from collection.catalogue.faults import NOT_TEXT, ODD_CHARACTER, TOO_LONG, Refused

JOINERS = frozenset("\u200c\u200d\u180e")
INVISIBLE_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
LONGEST_RAW = 2000
# Radicals, strokes and description characters are "symbols" in Unicode, but people write names with them.
_PARTS_OF_IDEOGRAPHS = re.compile("[\u2e80-\u2fff\u303e\u31c0-\u31ef]")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef]")


def is_letter(character: str) -> bool:
    """Tell whether a name may consist of this character alone."""
    category = unicodedata.category(character)
    known = category[0] == "L" or category in ("Nl", "Co", "Cn")
    return (known or bool(_PARTS_OF_IDEOGRAPHS.match(character))) and not is_odd(character)


def is_mark(character: str) -> bool:
    """Tell whether this belongs to the character before it."""
    return unicodedata.category(character)[0] == "M" or character in JOINERS


def is_odd(character: str) -> bool:
    """Tell whether this is a control, an invisible letter, a lone surrogate or no character at all."""
    category = unicodedata.category(character)
    if category == "Cn":
        return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    hidden = category == "Cf" and character not in JOINERS
    return hidden or category in ("Cc", "Cs", "Zl", "Zp") or character in INVISIBLE_LETTERS


def line(raw: object, *, longest: int) -> str:
    """Return one line in NFC, spaces collapsed, of at most `longest` code points; raise Refused."""
    if not isinstance(raw, str):
        raise Refused("not_text", NOT_TEXT)
    if len(raw) > LONGEST_RAW:
        raise Refused("too_long", TOO_LONG)
    text = unicodedata.normalize("NFC", raw.strip())
    if any(is_odd(character) for character in text):
        raise Refused("odd_character", ODD_CHARACTER)
    text = " ".join(text.split())
    if len(text) > longest:
        raise Refused("too_long", TOO_LONG)
    return text


def compact(raw: object) -> str:
    """Return numbers and codes as one half-width run without spaces (NFKC); raise Refused. Integers are taken too."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if isinstance(text, str):
        text = unicodedata.normalize("NFKC", text[: LONGEST_RAW + 1])
    return line(text, longest=200).replace(" ", "")


def folded(text: str) -> str:
    """Return the letters, marks and digits of a text, compatible forms and case made one: for blind tokens only."""
    for _ in range(2):  # folding case can make a form that is not NFKC any more
        text = unicodedata.normalize("NFKC", text).casefold()
    text = _VARIATION_SELECTORS.sub("", unicodedata.normalize("NFKC", text))
    return "".join(
        c for c in text if c not in JOINERS and (is_letter(c) or is_mark(c) or unicodedata.category(c)[0] == "N")
    )


def graphemes(text: str) -> list[str]:
    """Return the characters as a person counts them: marks stay with their base."""
    units: list[str] = []
    for character in text:
        if units and is_mark(character):
            units[-1] += character
        else:
            units.append(character)
    return units
