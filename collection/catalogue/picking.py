"""Kinds that are chosen from a list and never typed. A standard may offer fewer choices, never others."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from collection.catalogue.base import Choice, Kind, Options
from collection.catalogue.faults import NOT_IN_LIST, NOT_TEXT, Refused
from collection.catalogue.words import Text

NONE = "none"  # offered where "nothing of this" is an answer; it leaves no data
CONTRADICTION = Text("“没有”不能与其他选项同时选择。", "“None” cannot be chosen together with others.")
COMMA = Text("、", ", ")


class Listed(Kind):
    """What picking one and picking several have in common."""

    def offered(self, options: Options) -> tuple[Choice, ...]:
        """Return the choices of the standard's item: `options["choices"]`, codes, or all."""
        wanted = options.get("choices")
        return self.choices if wanted is None else tuple(each for each in self.choices if each.code in wanted)

    def _listed(self, raw: object, options: Options) -> str:
        code = raw.strip() if isinstance(raw, str) else None
        for choice in self.offered(options):
            if choice.code == code:
                return choice.code
        raise Refused("not_in_list", NOT_IN_LIST)

    def _words(self, code: str, language: str) -> str:
        return next((each.text.in_(language) for each in self.choices if each.code == code), "?")


class Pick(Listed):
    """One of a list. The value is the choice's code."""

    widget = "pick"
    levels = ("choice", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> str:
        return self._listed(raw, options)

    def display(self, value: str, language: str, *, options: Options | None = None) -> str:
        return self._words(value, language)

    def _generalised(self, value: str, step: str, today: date) -> str:
        return value

    def largest(self) -> str:
        return max((each.code for each in self.choices), key=len)


class Picks(Listed):
    """Several of a list. The value is the list of codes in the catalogue's order; "none" leaves nothing."""

    widget = "picks"
    levels: ClassVar[tuple[str, ...]] = ("choices", "count", "all")

    def _cleaned(self, raw: object, options: Options, today: date) -> list[str] | None:
        several: Sequence[Any] = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, (list, tuple)) else []
        if not several or len(several) > 2 * len(self.choices):
            raise Refused("not_text", NOT_TEXT)
        picked = {self._listed(each, options) for each in several if not self.blank(each)}
        if NONE in picked and len(picked) > 1:
            raise Refused("contradiction", CONTRADICTION)
        return [each.code for each in self.choices if each.code in picked] if NONE not in picked else None

    def normalise(self, value: list[str]) -> str:
        return " ".join(value)

    def display(self, value: list[str], language: str, *, options: Options | None = None) -> str:
        return COMMA.in_(language).join(self._words(code, language) for code in value)

    def _generalised(self, value: list[str], step: str, today: date) -> str:
        if step == "choices":
            return " ".join(value)
        return "2+" if len(value) > 1 else "1"

    def largest(self) -> list[str]:
        return [each.code for each in self.choices if each.code != NONE]
