"""From what was typed to what is sealed: checked against the standard in force, cleaned by the catalogue, split by
category.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import cbor2
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS, Refused, kind
from collection.emergencies.models import Basis, StandardItem
from collection.notices.models import Notice
from pilifecycle.errors import Invalid

MOST_MEMBERS = 6
DOOR_KINDS = {"address", "person_visited"}


@dataclass(frozen=True)
class Submission:
    """One submission as an edge received it. `submission_id`: 16 random bytes of the client."""

    submission_id: bytes
    answers: dict[str, Any] = field(repr=False)
    members: list[dict[str, Any]] = field(default_factory=list, repr=False)
    consents: dict[str, bool] = field(default_factory=dict)
    notice: Notice | None = None
    language: str = "zh-hans"
    entry: str = "first"
    parent_receipt: str = ""
    slip: str = ""
    deferred: str = ""
    author: str = ""
    guardian_agrees: bool = False


@dataclass(frozen=True)
class Prepared:
    """What will be sealed, and the open columns that follow from it."""

    contents: dict[str, dict[int, Any]] = field(repr=False)
    basis: dict[str, str]
    consents: dict[str, str]
    guardian_needed: bool
    persons: int
    fact: str = field(repr=False)


def prepare(
    items: Iterable[StandardItem], categories: Iterable[str], given: Submission, today: date, doors: Mapping[str, str]
) -> Prepared:
    """Clean a submission. Raises Invalid with one sentence a field; nothing of the input is in it.

    `doors`: {door id: label} of the body; empty where it keeps no list.
    """
    by_kind = {item.kind: item for item in items}
    if doors:
        _offer_doors(by_kind.values(), doors)
    _refuse_strangers(by_kind, given)
    wrong: dict[str, Any] = {}
    values = {k: v for k, item in by_kind.items() if (v := _value(item, given, today, wrong)) is not None}
    children = _has_child(values, by_kind, today)
    if children and not given.deferred:
        _guardian_branch(by_kind, values, given, wrong)
    if wrong:
        raise Invalid(_("Please mend the marked answers."), fields=wrong)
    contents: dict[str, dict[int, Any]] = {category: {} for category in categories}
    for code, value in values.items():
        contents[kind(code).category][kind(code).number] = value
    return Prepared(
        contents,
        {code: item.basis for code, item in by_kind.items() if code in values},
        {c: "given" if given.consents.get(c) else "refused" for c, i in by_kind.items() if i.basis == Basis.CONSENT},
        children,
        _persons(values, given),
        values["mobile"][-4:] if isinstance(values.get("mobile"), str) else "",
    )


def _offer_doors(items: Iterable[StandardItem], doors: Mapping[str, str]) -> None:
    """A door is picked from the body's list, never typed."""
    for item in items:
        if item.kind in DOOR_KINDS and not item.options.get("elsewhere"):
            item.options = {**item.options, "doors": doors}


def _refuse_strangers(by_kind: dict[str, StandardItem], given: Submission) -> None:
    """Law 3: what the standard in force does not permit is refused, not dropped."""
    asked = set(given.answers).union(*(set(member) for member in given.members))
    strangers = sorted(code for code in asked if code not in by_kind)
    if strangers:
        known = {code: _("The collection standard does not permit this.") for code in strangers if code in KINDS}
        raise Invalid(
            _("Something was sent that the collection standard in force does not permit. Nothing was kept."),
            code="field_not_permitted",
            fields=known,
        )
    misplaced = [c for c in given.answers if by_kind[c].each_member and given.members]
    if len(given.members) > MOST_MEMBERS or misplaced:
        raise Invalid(_("At most six people can be registered together."), code="too_many_members")


def _value(item: StandardItem, given: Submission, today: date, wrong: dict[str, Any]) -> Any:
    """The cleaned answer of one item, a list of them where every member is asked; None where nothing is kept."""
    refused = item.basis == Basis.CONSENT and not given.consents.get(item.kind)
    if not item.each_member or not given.members:
        raw = given.answers.get(item.kind)
        return _one(item, raw, item.kind, given, today, wrong, refused)
    each = [
        _one(item, member.get(item.kind), f"{item.kind}-{place}", given, today, wrong, refused)
        for place, member in enumerate(given.members)
    ]
    return each if any(value is not None for value in each) else None


def _one(
    item: StandardItem, raw: Any, name: str, given: Submission, today: date, wrong: dict[str, Any], refused: bool
) -> Any:
    the_kind = kind(item.kind)
    if the_kind.blank(raw):
        if item.required and not refused and not given.deferred and not given.parent_receipt:
            wrong[name] = _("Please fill this in.")
        return None
    if refused:
        wrong[name] = _("This is kept only with your consent. Please agree, or leave it empty.")
        return None
    try:
        return the_kind.clean(raw, options=item.options, today=today)
    except Refused as refusal:
        wrong[name] = refusal.sentence.in_(given.language)
        return None


def _has_child(values: dict[str, Any], by_kind: dict[str, StandardItem], today: date) -> bool:
    def one(code: str, value: Any) -> bool:
        return value is not None and kind(code).under_14(value, today) is True

    return any(
        one(code, each)
        for code, value in values.items()
        for each in (value if by_kind[code].each_member and isinstance(value, list) else [value])
    )


def _guardian_branch(
    by_kind: dict[str, StandardItem], values: dict[str, Any], given: Submission, wrong: dict[str, Any]
) -> None:
    """PIPL-31: about a child under 14 a parent or other guardian is named, and agrees where consent is the basis."""
    if "guardian" in by_kind and "guardian" not in values:
        wrong.setdefault("guardian", _("For a child under 14 please name a parent or other guardian."))
    if any(given.consents.values()) and not given.guardian_agrees:
        wrong.setdefault("guardian_agrees", _("For a child under 14 a parent or other guardian must agree."))


def _persons(values: dict[str, Any], given: Submission) -> int:
    size = values.get("household_size")
    return size["p"] if isinstance(size, dict) else max(len(given.members), 1)


def content_tag(given: Submission) -> bytes:
    """16 bytes, keyed by the submission id (which is not stored): same id and same content is a re-send."""
    plain = cbor2.dumps([given.answers, given.members, given.consents], canonical=True, default=_plain)
    return hmac.digest(given.submission_id, plain, "sha256")[:16]


def _plain(encoder: Any, value: Any) -> None:
    encoder.encode(str(value))


def keep_until(items: Iterable[StandardItem], received_on: date) -> date | None:
    """The local date at whose end a whole record falls due; None where some item waits for the emergency's end."""
    days = [item.days_after_collection for item in items]
    return received_on + timedelta(days=max(d for d in days if d is not None)) if days and None not in days else None


def standard_name(standard: UUID) -> str:
    """A standard's version as packs and key batches name it."""
    return str(standard)
