"""What every kind of personal information knows about itself.

A kind is a class of plain facts (what it is called, why it is asked, how it is shown) and a few verbs. It keeps
nothing: values pass through. `clean` is the only way in; what it returns is CBOR-friendly and is accepted again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

import cbor2

from collection.catalogue.faults import EMPTY, Refused
from collection.catalogue.words import NOTHING, Text

Category = Literal["core", "identity", "health", "location", "biometric"]
Widget = Literal["text", "tel", "date", "number", "pick", "picks", "door", "group", "region"]
Options = Mapping[str, Any]
ALL = "*"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list: the code that is stored, the words that are shown."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a kind that is asked in several: its key in the raw dict and how to ask for it."""

    code: str
    label: Text
    widget: Widget = "text"
    autocomplete: str = "off"
    inputmode: str = "text"
    max_length: int = 64
    choices: tuple[Choice, ...] = ()
    required: bool = True


class Kind:
    """One kind of personal information. `number` is its CBOR field id: never reused, never changed."""

    code: ClassVar[str]
    number: ClassVar[int]
    category: ClassVar[Category] = "core"
    sensitive: ClassVar[bool] = False
    sensitive_source: ClassVar[str] = ""  # a requirement ID, e.g. PIPL-28
    indexed: ClassVar[bool] = False  # always has a blind token
    indexed_when_asked: ClassVar[bool] = False  # has one where the standard's item says so
    index_fields: ClassVar[tuple[str, ...]] = ()
    normaliser_version: ClassVar[int] = 1
    label: ClassVar[Text]
    why: ClassVar[Text]
    effect: ClassVar[Text] = NOTHING  # PIPL-30: said of sensitive information
    traps: ClassVar[str] = ""
    widget: ClassVar[Widget] = "text"
    autocomplete: ClassVar[str] = "off"
    inputmode: ClassVar[str] = "text"
    max_length: ClassVar[int] = 64  # code points of one typed input
    choices: ClassVar[tuple[Choice, ...]] = ()
    parts: ClassVar[tuple[Part, ...]] = ()
    by_staff: ClassVar[bool] = False  # written by the collector, not asked on the public form
    levels: ClassVar[tuple[str, ...]] = ("all",)  # finest first; each nests in the next

    def __repr__(self) -> str:
        return f"<Kind {self.code}>"

    def blank(self, raw: object) -> bool:
        """Tell whether nothing was answered. A blank optional item is simply not cleaned."""
        if isinstance(raw, Mapping):
            return all(self.blank(value) for value in raw.values())
        if isinstance(raw, str):
            return not raw.strip()
        return raw is None or (isinstance(raw, (list, tuple, set, frozenset)) and all(self.blank(each) for each in raw))

    def clean(self, raw: object, *, options: Options, today: date) -> Any:
        """Return the value to seal, or None where the answer leaves nothing to keep; raise Refused.

        `options` are those of the standard's item; `today` is the business day.
        """
        if self.blank(raw):
            raise Refused("empty", EMPTY)
        return self._cleaned(raw, options, today)

    def _cleaned(self, raw: object, options: Options, today: date) -> Any:
        raise TypeError(f"{self.code} cannot clean")

    def normalise(self, value: Any) -> str:
        """Return what the blind token of this value is made of (`normaliser_version` says by which rule)."""
        return str(value)

    def mask(self, value: Any) -> str:
        """Return what a list may show: enough to tell two rows apart at most, never the value."""
        return "**"

    def display(self, value: Any, language: str, *, options: Options | None = None) -> str:
        """Return the whole value in words, for a person who was allowed to see it."""
        return str(value)

    def generalise(self, value: Any, level: int | str, *, today: date) -> str:
        """Return the value as coarse as one of `levels` (its name, or its place from 0)."""
        step = self.levels[level] if isinstance(level, int) else level
        if step not in self.levels:
            raise ValueError(f"{self.code} has no level of that name")
        return ALL if step == "all" else self._generalised(value, step, today)

    def _generalised(self, value: Any, step: str, today: date) -> str:
        return ALL

    def under_14(self, value: Any, on: date) -> bool | None:
        """Tell whether this value says that the person is a child under 14 (PIPL-31); None where it does not say."""
        return None

    def largest(self) -> Any:
        """Return a value that takes as many bytes as any that `clean` can return."""
        return "\U00020000" * self.max_length

    def max_bytes(self) -> int:
        """Return the most bytes this kind adds to a pack's CBOR map: field id and value, without the map's head."""
        return len(cbor2.dumps({self.number: self.largest()})) - 1
