"""What is printed: the certificate, the register of what is destroyed (销毁清册), the record of the hour (现场记录).

The certificate's sheet is made from the signed payload alone, so that it says what was signed. The others are made from
the batch, and can be printed before anything is destroyed. Nothing on them is about a person who was collected from.
"""

import json
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collection.copies import actions as copies
from collection.copies.models import Copy
from collection.emergencies.models import Emergency
from pilifecycle.access.roles import Role
from pilifecycle.store import clock
from retention.batches.models import DisposalBatch, Witness

from . import contents, words
from .models import Edition
from .offline import STATES

Pairs = Iterable[tuple[Any, Any]]


@dataclass
class Section:
    """Facts, or a table, under one heading."""

    title: Any = ""
    facts: Pairs = ()
    headers: Iterable[Any] = ()
    rows: Iterable[Iterable[Any]] = ()
    text: Any = ""


@dataclass
class Sheet:
    """One A4 sheet. `states`: (words, day, whether it is this one); `lines`: empty ones to sign by hand."""

    title: Any
    number: str
    marks: list[Any] = field(default_factory=list)
    states: list[tuple[Any, Any, bool]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    lines: list[Any] = field(default_factory=list)
    wide: bool = False


# -- the certificate
def certificate(edition: Edition) -> Sheet:
    """The sheet of one edition, in the reader's language."""
    envelope = json.loads(edition.envelope)
    told = json.loads(b64decode(envelope["payload"]))
    return Sheet(
        title=_("Destruction certificate"),
        number=told["number"],
        marks=_marks(bool(told["demo"]), told["exercise"]),
        states=_states(edition),
        sections=[
            Section(_("What was destroyed"), facts=_what(told)),
            Section(_("Who approved"),
                    headers=(_("unit or office"), _("staff number"), _("role"), _("since"), _("signed at")),
                    rows=[_approver(each) for each in told["approvers"]]),
            Section(_("Keys"), facts=_keys(told)),
            Section(_("What was checked"), facts=_checked(told)),
            Section(_("Steps"), headers=(_("step"), _("begun at"), _("done at")),
                    rows=[_step(each) for each in told["steps"]]),
            Section(_("Register of copies"), headers=_copy_headers(), text=_remaining(told),
                    rows=[_copy(each) for each in told["declared_stores"]]),
            Section(_("Outside witnesses"), headers=(_("unit or office"), _("acts as"), _("opinion"), _("at")),
                    rows=[_witness(each) for each in told["witnesses"]]),
            Section(_("How to verify"), facts=_verification(edition, envelope), text=_(
                "Verify the file, not this paper: it holds the signature and the audit log's proof. "
                "With the published key: sh verify_certificate.sh FILE KEY.pem")),
        ],
    )  # fmt: skip


def _marks(demo: bool, exercise: bool) -> list[str]:
    return [_("Demo store: its time runs faster")] * demo + [_("Exercise")] * exercise


def _states(edition: Edition) -> list[tuple[Any, Any, bool]]:
    issued = {each.state: clock.local_date(each.issued_at) for each in edition.batch.editions.all()}
    place = STATES.index(edition.state)
    return [
        (words.state(state), issued.get(state) if n <= place else None, n == place) for n, state in enumerate(STATES)
    ]


def _what(told: dict[str, Any]) -> Pairs:
    batch, counts, language = told["batch"], told["counts"], _language()
    yield _("emergency"), told["emergency"]["title"]
    yield _("body"), "、".join(told["bodies"])
    yield _("law"), "; ".join(law[language] for law in told["law"])
    yield _("rule"), DisposalBatch.Rule(batch["rule"]).label
    yield _("received before"), _moment(batch["received_before"])
    yield _("entries"), counts["destroyed"]["entries"]
    yield _("people"), counts["destroyed"]["persons"]
    yield _("entries by category"), _listed((words.category(c), n) for c, n in counts["by_category"].items())
    yield _("taken out since it was proposed"), _listed((words.act(a), n) for a, n in told["taken_out"].items())
    yield _("kept or postponed"), told["held"]


def _approver(each: dict[str, Any]) -> tuple[Any, ...]:
    role = Role(each["role"]).label if "role" in each else _("standing approval")
    since = _moment(each["role_since"]) if "role_since" in each else "—"
    return each["office"] or "—", each["staff_number"], role, since, _moment(each["at"])


def _keys(told: dict[str, Any]) -> Pairs:
    custody, keys = told["custody"], told["keys"]
    yield _("key custody"), words.custody(custody["class"])
    yield _("compartments destroyed"), len(keys.get("keys", []))
    for name, label in (("roots", _("roots deleted")), ("leaves", _("leaves taken out"))):
        if name in keys:
            yield label, keys[name]["leaves"] if isinstance(keys[name], dict) else keys[name]
    yield _("a process may remember a key for"), _("%(count)s seconds") % {"count": custody["cache_seconds"]}


def _checked(told: dict[str, Any]) -> Pairs:
    samples, scan = told["control_samples"], told["residue_scan"]
    yield _("control samples before: opened"), _opened(samples["before"])
    yield _("control samples after, by another process: opened"), _opened(samples["after"])
    if scan is not None:
        found = _("%(findings)s findings in %(files)s files") % scan
        yield _("residue scan"), found
    yield _("out of reach"), "、".join(told["out_of_reach"]) or "—"


def _opened(told: dict[str, Any]) -> str:
    tried, opened = (told["tried"], told["opened"]) if "tried" in told else (len(told), sum(told.values()))
    return _("%(opened)s of %(tried)s") % {"opened": opened, "tried": tried}


def _step(each: dict[str, Any]) -> tuple[Any, ...]:
    return words.step(each["name"]), _moment(each["started_at"]), _moment(each["done_at"])


def _witness(each: dict[str, Any]) -> tuple[Any, ...]:
    return each["office"], each["capacity"], words.opinion(each["opinion"]), _moment(each["at"])


def _copy_headers() -> tuple[Any, ...]:
    return _("number"), _("kind"), _("place"), _("keeper"), _("declared by"), _("ends on"), _("ended at")


def _copy(each: dict[str, Any]) -> tuple[Any, ...]:
    kind = Copy.Kind(each["kind"]).label
    ends = each["expires_on"] or "—"
    return each["number"], kind, each["place"], each["keeper"], each["declared_by"], ends, _moment(each["ended_at"])


def _remaining(told: dict[str, Any]) -> str:
    if not told["declared_stores"]:
        return _("No copy has been declared for this store.")
    return _("Copies still living: %(count)s.") % {"count": len(told["remaining_copies"])}


def _verification(edition: Edition, envelope: dict[str, Any]) -> Pairs:
    yield _("file"), edition.path
    yield _("SHA-256 of what was signed"), edition.sha256
    yield _("key"), envelope["signatures"][0]["keyid"]


# -- the register, in the shape of archives
def register(batch: DisposalBatch) -> Sheet:
    """销毁清册: one line a batch, in the columns that archives print."""
    emergency = Emergency.objects.get(pk=batch.emergency)
    headers = (
        _("no."), _("title of the file"), _("from – to"), _("number of entries"), _("period to be kept"),
        _("period kept"),
        _("reason for destruction"), _("appraisal"), _("approved by"), _("destruction supervisors (two)"),
        _("method of destruction"), _("time"),
    )  # fmt: skip
    supervisors = "、".join(f"{each.office} {each.capacity}" for each in batch.witnesses.all())
    row = (
        1, emergency.title, f"{clock.local_date(emergency.declared_at)} – {clock.local_date(batch.received_before)}",
        _("%(entries)s entries, %(persons)s people") % batch.manifest,
        _("until %(day)s") % {"day": batch.due_on},
        _("%(count)s days") % {"count": (clock.today() - clock.local_date(emergency.declared_at)).days},
        batch.get_rule_display(), "; ".join(contents.cited(code)[_language()] for code in batch.manifest["laws"]),
        "、".join(f"{each['office']} {each['staff_number']}" for each in contents.approvers(batch)),
        supervisors, _("keys destroyed, then physically deleted"), _day(batch.ended_at or batch.started_at),
    )  # fmt: skip
    return Sheet(
        title=_("Register of what is destroyed"), number=batch.number,
        marks=_marks(clock.is_demo(), emergency.exercise), wide=True,
        sections=[Section(headers=headers, rows=[row]), Section(facts=_hash(batch))],
        lines=[_("first destruction supervisor"), _("second destruction supervisor"), _("date")],
    )  # fmt: skip


def _hash(batch: DisposalBatch) -> list[tuple[Any, Any]]:
    return [(_("hash of the manifest"), batch.manifest_hash)]


# -- the record of the hour
def scene(batch: DisposalBatch) -> Sheet:
    """现场记录: what was done when, with room to sign, to make a reservation or to refuse."""
    emergency = Emergency.objects.get(pk=batch.emergency)
    steps = [
        (words.step(step.name), _when(step.started_at), _when(step.done_at), step.get_state_display())
        for step in batch.steps.all()
    ]
    living = [
        (copy.number, copy.get_kind_display(), copy.place, copy.keeper, copy.expires_on or "—")
        for copy in copies.living(batch.emergency)
    ]
    facts = [
        (_("emergency"), emergency.title), *_hash(batch),
        (_("entries"), batch.manifest["entries"]), (_("people"), batch.manifest["persons"]),
        (_("category"), emergency.get_category_display()),
        (_("machine, operator"), ""), (_("begun at, ended at"), ""),
    ]  # fmt: skip
    witnesses = [(w.office, w.capacity, Witness.Opinion(w.opinion).label, _when(w.at)) for w in batch.witnesses.all()]
    return Sheet(
        title=_("Record of the destruction"), number=batch.number, marks=_marks(clock.is_demo(), emergency.exercise),
        sections=[
            Section(facts=facts),
            Section(_("Steps"), headers=(_("step"), _("begun at"), _("done at"), _("result")), rows=steps),
            Section(_("Copies still living"), headers=(*_copy_headers()[:4], _("ends on")), rows=living),
            Section(_("Paper registers"),
                    headers=(_("number"), _("number of pages"), _("method"), _("place"), _("“destroyed”, date")),
                    rows=[("", "", "", "", "")] * 3),
            Section(_("Outside witnesses"), headers=(_("unit or office"), _("acts as"), _("opinion"), _("at")),
                    rows=witnesses or [("", "", "", "")] * 2),
            Section(_("Reservations, or reasons of a refusal"), rows=[("",)] * 4),
        ],
        lines=[_("first destruction supervisor"), _("second destruction supervisor"), _("outside witness"),
               _("operator"), _("date")],
    )  # fmt: skip


# -- small words
def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _listed(pairs: Pairs) -> str:
    return "、".join(f"{label} {number}" for label, number in pairs) or "—"


def _moment(text: str | None) -> str:
    return _when(datetime.fromisoformat(text)) if text else "—"


def _when(at: datetime | None) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if at else "—"


def _day(at: datetime | None) -> date | str:
    return clock.local_date(at) if at else "—"
