"""From the items in force to what a page asks: one question an item, its inputs, why it is asked, and on what basis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from collection.catalogue import KINDS, Choice, Kind, Part
from collection.catalogue.kinds.reach import Guardian
from collection.catalogue.kinds.travel import NO, YES, offered_regions
from collection.catalogue.picking import Listed
from collection.emergencies.models import Basis, StandardItem

from .doors import PARTS, DoorLists
from .language import said
from .reading import Entry

MOST_RADIOS = 6


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an input."""

    code: str
    words: str
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a question. `widget`: text, select, radios, checks."""

    name: str
    widget: str
    label: str = ""
    value: str = field(default="", repr=False)
    options: tuple[Option, ...] = ()
    type: str = "text"
    autocomplete: str = "off"
    inputmode: str = "text"
    max_length: int = 64
    optional: bool = False
    short: bool = False

    @property
    def id(self) -> str:
        return "q-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it is asked."""

    kind: str
    name: str
    label: str
    inputs: tuple[Input, ...]
    required: bool
    why: str
    effect: str = ""
    sensitive: bool = False
    basis: str = ""
    error: str = ""
    consent: bool = False
    agreed: bool | None = None

    @property
    def id(self) -> str:
        return self.inputs[0].id

    @property
    def several(self) -> bool:
        """Whether it needs a fieldset: several inputs, or one of several boxes."""
        return len(self.inputs) > 1 or self.inputs[0].widget in ("radios", "checks")


class Asking:
    """What the questions of one page have in common."""

    def __init__(self, language: str, entry: Entry, doors: DoorLists, errors: Mapping[str, Any]) -> None:
        self.language, self.entry, self.doors, self.errors = language, entry, doors, errors

    def question(self, item: StandardItem, member: int | None = None) -> Question:
        """The question of an item; of a member of the household where `member` is given."""
        kind = KINDS[item.kind]
        name = item.kind if member is None else f"{member}.{item.kind}"
        raw = self.entry.raw(item.kind, member)
        error = self.errors.get(item.kind if member is None else f"{item.kind}-{member}", "")
        return Question(
            kind=item.kind,
            name=name,
            label=kind.label.in_(self.language),
            inputs=tuple(self._inputs(kind, item, name, raw)),
            required=item.required,
            why=said(item.reason, self.language) or kind.why.in_(self.language),
            effect=kind.effect.in_(self.language) if kind.sensitive else "",
            sensitive=kind.sensitive,
            basis="" if item.basis == Basis.CONSENT else said(item.basis_document, self.language),
            error=str(error),
            consent=item.basis == Basis.CONSENT and not member,
            agreed=self.entry.consents.get(item.kind),
        )

    def _inputs(self, kind: Kind, item: StandardItem, name: str, raw: Any) -> list[Input]:
        if kind.widget in ("pick", "picks") and isinstance(kind, Listed):
            return [self._picking(name, kind.offered(item.options), raw, several=kind.widget == "picks")]
        if kind.widget == "door":
            return self._doors(kind, item, name, raw)
        if kind.widget == "region":
            return self._regions(kind, item, name, raw)
        if kind.parts:
            return [self._part(part, name, raw) for part in kind.parts]
        return [self._typed(name, kind, raw)]

    def _typed(self, name: str, like: Kind | Part, raw: Any, label: str = "", optional: bool = False) -> Input:
        short = like.widget in ("number",) or like.max_length <= 12
        return Input(
            name, "text", label, text(raw), (), "tel" if like.widget == "tel" else "text", like.autocomplete,
            like.inputmode, max(like.max_length, 1), optional, short,
        )  # fmt: skip

    def _part(self, part: Part, name: str, raw: Any) -> Input:
        value = raw.get(part.code) if isinstance(raw, Mapping) else ""
        label = part.label.in_(self.language)
        if part.choices:
            return self._select(f"{name}.{part.code}", part.choices, value, label)
        return self._typed(f"{name}.{part.code}", part, value, label, not part.required)

    def _picking(self, name: str, offered: tuple[Choice, ...], raw: Any, *, several: bool) -> Input:
        if not several and len(offered) > MOST_RADIOS:
            return self._select(name, offered, raw, "")
        given = raw if isinstance(raw, list) else [raw]
        options = tuple(Option(each.code, each.text.in_(self.language), each.code in given) for each in offered)
        return Input(name, "checks" if several else "radios", options=options)

    def _select(self, name: str, offered: tuple[Choice, ...], raw: Any, label: str) -> Input:
        options = tuple(Option(each.code, each.text.in_(self.language), each.code == raw) for each in offered)
        return Input(name, "select", label, options=options)

    def _doors(self, kind: Kind, item: StandardItem, name: str, raw: Any) -> list[Input]:
        typed = raw if isinstance(raw, Mapping) else {}
        if not self.doors:
            return [self._typed(name, kind, raw if isinstance(raw, str) else "")]
        words = {"building": _("Building"), "unit": _("Unit"), "number": _("Door")}
        picks = [
            Input(
                f"{name}.{part}", "select", words[part], short=True,
                options=tuple(Option(each, each, typed.get(part) == each) for each in self.doors.of(part)),
            )
            for part in PARTS
            if self.doors.of(part)
        ]  # fmt: skip
        detail = next((part for part in kind.parts if part.code == "detail" and item.options.get("detail")), None)
        return [*picks, self._part(detail, name, raw)] if detail else picks

    def _regions(self, kind: Kind, item: StandardItem, name: str, raw: Any) -> list[Input]:
        given = raw if isinstance(raw, Mapping) else {}
        stayed = tuple(
            Option(code, words.in_(self.language), given.get("stayed") == code)
            for code, words in (("no", NO), ("yes", YES))
        )
        offered = offered_regions(item.options)
        named = given.get("regions") or []
        regions = tuple(Option(code, words.in_(self.language), code in named) for code, words in offered.items())
        inputs = [Input(f"{name}.stayed", "radios", options=stayed)]
        if len(regions) > 1:
            label = kind.parts[1].label.in_(self.language)
            inputs.append(Input(f"{name}.regions", "checks", label, options=regions, optional=True))
        return inputs


def text(raw: Any) -> str:
    """What was typed, to be shown again."""
    return raw if isinstance(raw, str) else ""


def asked_of_person(items: list[StandardItem], *, staff: bool = False) -> list[StandardItem]:
    """Items of the form proper: a guardian has a place of its own, a bed is written by staff."""
    return [item for item in items if item.kind != Guardian.code and (staff or not KINDS[item.kind].by_staff)]


def guardian_item(items: list[StandardItem]) -> StandardItem | None:
    """The item that names a child's guardian."""
    return next((item for item in items if item.kind == Guardian.code), None)
