"""The facts of an entry in words: names of facts, and the codes that stand as their values.

What is not known here is shown as it is: the signed text is the evidence, and this is only how it reads.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from pilifecycle.lists import listed

NAMES: dict[str, Any] = {
    "account": _("account"), "approvers": _("approvers"), "batch": _("batch"), "body": _("body"),
    "capacity": _("capacity"), "category": _("category"), "ceiling": _("most people at a time"),
    "copy": _("register of copies"),
    "count": _("number of them"), "custody": _("key custody"), "day": _("day"), "days": _("days"),
    "doors": _("doors"), "edition": _("edition"), "entries": _("entries"), "field": _("item"), "fields": _("items"),
    "granted": _("granted"), "ground": _("ground"), "how": _("how"), "kind": _("kind"), "level": _("response level"),
    "level_before": _("level before"), "level_now": _("level now"), "manifest": _("check value of the manifest"),
    "matter": _("matter"), "method": _("method"), "named": _("named"), "on": _("day"), "opinion": _("opinion"),
    "persons": _("people"), "points": _("points"), "purpose": _("purpose"), "reason": _("reason"),
    "request": _("asks for"), "role": _("role"), "root": _("root"), "roots": _("keys"), "rule": _("rule"),
    "scope": _("scope"), "seconds": _("seconds"), "sha256": _("check value"), "source": _("source"),
    "standard": _("collection standard"), "state": _("state"), "step": _("step"), "template": _("template"),
    "used": _("numbers used"), "version": _("version"), "second": _("second person"), "grant": _("role of a person"),
    "exercise": _("exercise"), "bootstrap": _("first accounts of the store"), "content": _("check value of the text"),
}  # fmt: skip

CODES: dict[str, Any] = {
    # categories of sealed information
    "core": _("basic information"), "identity": _("identity"), "health": _("health"), "location": _("whereabouts"),
    "biometric": _("biometric"), "index": _("search index"), "held": _("kept under a hold"),
    # emergencies
    "natural_disaster": _("natural disaster"), "accident": _("accident"), "public_health": _("public health event"),
    "public_security": _("public security event"), "lift": _("response lifted"), "end": _("response work ended"),
    "document": _("document"), "level_drop": _("level dropped"), "end_date": _("end date"),
    "flood_shelter": _("flood shelter"), "epidemic_gate_residents": _("epidemic gate, residents"),
    "epidemic_gate_visitors": _("epidemic gate, visitors"), "residents_committee": _("residents' committee"),
    "shelter": _("shelter"), "gate": _("gate"),
    # people
    "collector": _("collector"), "head_of_body": _("head of body"), "emergency_officer": _("emergency officer"),
    "protection_officer": _("protection officer"), "approver": _("approver"), "witness": _("witness"),
    "auditor": _("auditor"), "operator": _("operator"),
    # entries
    "name": _("name of a person"), "mobile": _("mobile number"), "birth_date": _("date of birth"), "sex": _("sex"),
    "resident_id": _("resident ID"), "address": _("address (door)"), "special_needs": _("special needs"),
    "guardian": _("parent or other guardian"), "reunite": _("bring a family together"), "contact": _("contact"),
    "birth": _("registration"), "strip": _("items taken out"), "copy": _("copy"), "view": _("view"),
    "delete": _("delete"), "correct": _("correct"), "explain": _("explain"), "twice": _("entered twice"),
    # disposal
    "rolling": _("most days after collection"), "item": _("period of an item over"), "hold_ended": _("hold ended"),
    "hold": _("hold"), "batch": _("disposal batch"),
    "evidence": _("use as evidence"), "investigation": _("investigation and assessment"),
    "categories": _("whole categories"), "roots": _("what fell due together"), "leaves": _("single entries"),
    "keyring": _("software keyring"), "removed_from_keyring": _("removed from the keyring"),
    "keys_destroyed": _("keys destroyed"), "physically_deleted": _("physically deleted"), "final": _("final"),
    # copies
    "paper": _("paper register"), "print": _("numbered print"), "backup": _("backup"),
    "third_party": _("third party"), "returned": _("returned"), "destroyed": _("destroyed"),
    # steps of a disposal
    "canary_opens": _("control samples open"), "canary_dead": _("control samples no longer open"),
    "holds_stand": _("what is kept or postponed is readable in its own place"), "release": _("counts written"),
    "hand_over": _("handed over"), "gather": _("scattered parts found"), "keys": _("keys destroyed"),
    "rows": _("entries deleted"), "hanging": _("what hung on the entries deleted"),
    "vault_rows": _("key material deleted"), "tombstones": _("receipts answer “destroyed”"),
    "sweep": _("files and logs swept"), "verify": _("verified, residue scan"),
}  # fmt: skip
FOR_MACHINES = re.compile(r"[0-9a-f]{16,}(/\w+)?|[0-9a-f]{8}-[0-9a-f-]{27}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBERED = {"account", "copy"}  # their values are numbers of ours, whatever they look like


def sentence(facts: Mapping[str, Any], *, whole: bool) -> str:
    """Names and values as a person reads them; with `whole` also references and check values."""
    return " · ".join(_told(facts, whole=whole))


def _told(facts: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
    for name, value in facts.items():
        if value is None or value is False or (not whole and _for_machines(value)):
            continue
        shown = str(NAMES.get(name, name))
        yield shown if value is True else f"{shown} {_value(value, coded=name not in NUMBERED)}"


def _for_machines(value: Any) -> bool:
    """References and check values help a person who compares them, and nobody who reads a list."""
    values = value if isinstance(value, list) else [value]
    return isinstance(value, dict) or (bool(values) and all(FOR_MACHINES.fullmatch(str(each)) for each in values))


def _value(value: Any, *, coded: bool) -> str:
    if isinstance(value, list):
        return listed(_value(part, coded=coded) for part in value[:8]) + ("…" if len(value) > 8 else "")
    if isinstance(value, dict):
        return listed(f"{key.upper()} {_value(part, coded=coded)}" for key, part in value.items())
    if isinstance(value, str) and DAY.fullmatch(value):
        return date_format(date.fromisoformat(value))
    head, _colon, tail = str(value).partition(":")
    if head == "held" and tail:
        return f"{CODES[head]}（{CODES.get(tail, tail)}）"
    return str(CODES.get(str(value), value)) if coded else str(value)
