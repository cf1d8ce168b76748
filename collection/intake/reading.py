"""From a sent form to raw answers by kind. Nothing is judged here: what cannot be read is handed on to be refused.

Names of inputs: ``kind``, ``kind.part``, ``0.kind`` (of a member), ``consent.kind``; ``_…`` belongs to the form itself.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict

from collection.catalogue import KINDS, Kind
from collection.emergencies.models import Basis, StandardItem
from collection.records.answers import MOST_MEMBERS

from . import doors

_NAME = re.compile(r"(?:(\d)\.)?([a-z_]{1,40})(?:\.([a-z_]{1,20}))?")
UNREADABLE = "unreadable"  # no kind has this code: submit refuses it as not permitted
CSRF = "csrfmiddlewaretoken"  # of a collector's session; the public form has none
WHO = ("self", "family", "other")


@dataclass
class Entry:
    """What a person typed so far, as it is shown again. Lives inside one request."""

    who: str = "self"
    people: int = 1
    answers: dict[str, Any] = field(default_factory=dict, repr=False)
    members: list[dict[str, Any]] = field(default_factory=list, repr=False)
    consents: dict[str, bool] = field(default_factory=dict)
    guardian_agrees: bool | None = None

    def raw(self, kind: str, member: int | None) -> Any:
        """What was typed for a kind."""
        return (self.answers if member is None else self.members[member]).get(kind)

    def add_member(self) -> None:
        """One more person in the family."""
        self.members.append({})
        self.people = len(self.members)

    def all_raw(self, kind: str) -> list[Any]:
        """What was typed for a kind, of everybody."""
        return [self.answers.get(kind), *(member.get(kind) for member in self.members)]

    def says(self, kind: str) -> bool:
        """Whether anything was typed for a kind."""
        return any(not KINDS[kind].blank(raw) for raw in self.all_raw(kind)) if kind in KINDS else True


def empty(who: str, people: str) -> Entry:
    """A form nobody has typed into; `who` and `people` as a link says them."""
    who = who if who in WHO else "self"
    count = min(max(int(people), 2), MOST_MEMBERS) if people.isascii() and people.isdigit() and len(people) < 3 else 2
    return Entry(who, count if who == "family" else 1, members=[{} for _ in range(count)] if who == "family" else [])


def read(post: QueryDict, items: list[StandardItem]) -> Entry:
    """The entry of a sent form."""
    entry = empty(post.get("_who", ""), post.get("_people", ""))
    consentable = {item.kind for item in items if item.basis == Basis.CONSENT}
    for name in post:
        if name.startswith("_") or name == CSRF:
            continue
        if name.startswith("consent."):
            _consent(entry, name.removeprefix("consent."), post.get(name, ""), consentable)
        else:
            _answer(entry, name, post)
    entry.guardian_agrees = {"yes": True, "no": False}.get(post.get("_guardian", ""))
    return entry


def _consent(entry: Entry, kind: str, said: str, consentable: set[str]) -> None:
    if kind not in consentable or said not in ("yes", "no"):
        entry.answers[UNREADABLE] = True
    else:
        entry.consents[kind] = said == "yes"


def _answer(entry: Entry, name: str, post: QueryDict) -> None:
    found = _NAME.fullmatch(name)
    kind = KINDS.get(found.group(2)) if found else None
    member = int(found.group(1)) if found and found.group(1) else None
    if found is None or kind is None or (member is not None and member >= len(entry.members)):
        entry.answers[UNREADABLE] = True
        return
    target = entry.answers if member is None else entry.members[member]
    part = found.group(3)
    if part is None:
        target[kind.code] = post.getlist(name) if kind.widget == "picks" else post.get(name)
    elif part in _parts(kind):
        parts = target.setdefault(kind.code, {})
        if isinstance(parts, dict):
            parts[part] = post.getlist(name) if part == "regions" else post.get(name)
    else:
        entry.answers[UNREADABLE] = True


def _parts(kind: Kind) -> set[str]:
    own = {part.code for part in kind.parts}
    return own | set(doors.PARTS) if kind.widget == "door" else own


def submitted(raw: dict[str, Any], body: UUID) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers as they are submitted, three picks made one door; and the kinds whose door does not exist."""
    answers, wrong = {}, {}
    for code, value in raw.items():
        if code in KINDS and KINDS[code].widget == "door" and isinstance(value, dict) and "building" in value:
            value, fault = _one_door(value, body)
            if fault:
                wrong[code] = fault
        answers[code] = value
    return answers, wrong


def _one_door(raw: dict[str, Any], body: UUID) -> tuple[dict[str, Any], str]:
    rest = {part: text for part, text in raw.items() if part not in doors.PARTS}
    if not any(raw.get(part) for part in doors.PARTS):
        return rest, ""
    found = doors.find(body, raw)
    return {**rest, "door": found}, "" if found else "no_such_door"
