"""What a receipt answers about a living record: kinds, bases and dates; never a value."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collection.catalogue import KINDS
from collection.catalogue.picking import COMMA
from collection.consents.actions import consent_items
from collection.consents.models import ConsentChange
from collection.emergencies.models import Basis, StandardItem
from collection.notices.composing import BASES
from collection.records.models import Errand, Record
from collection.rights.models import RightsRequest
from pilifecycle.store import clock

from .language import said


@dataclass(frozen=True, slots=True)
class HeldKind:
    """One kind of information that is held."""

    code: str
    label: str
    basis: str
    document: str
    until: str
    consent: str  # given | withdrawn | "" where consent is not the basis


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Kinds that are held on the same basis for the same time."""

    labels: str
    basis: str
    until: str
    withdrawn: bool


@dataclass(frozen=True)
class Held:
    """A living record, as its holder may see it."""

    record: Record
    kinds: list[HeldKind]
    errands: list[Errand]
    requests: list[RightsRequest]

    @property
    def until(self) -> str:
        """Until when all of it is kept, in one sentence."""
        day = self.record.keep_until
        if day:
            return _("at the latest until %(day)s, and not longer than the response work") % {"day": date_format(day)}
        return self.kinds[0].until if len({kind.until for kind in self.kinds}) == 1 else ""

    @property
    def groups(self) -> list[HeldGroup]:
        """The kinds in as few lines as say everything."""
        found: dict[tuple[str, str, bool], list[str]] = {}
        for kind in self.kinds:
            found.setdefault((kind.basis, kind.until, kind.consent == "withdrawn"), []).append(kind.label)
        comma = COMMA.in_(get_language() or "zh-hans")
        return [HeldGroup(comma.join(labels), *facts) for facts, labels in found.items()]

    @property
    def withdrawable(self) -> list[HeldKind]:
        return [kind for kind in self.kinds if kind.consent == "given"]

    @property
    def waiting(self) -> list[Errand]:
        """Erasures on their way that can still be stopped."""
        now = clock.now()
        return [
            errand
            for errand in self.errands
            if errand.state == Errand.State.WAITING and errand.kind != Errand.Kind.VOID and errand.run_after > now
        ]

    @property
    def askable(self) -> list[tuple[str, str]]:
        """What may be asked that is not asked yet."""
        open_ones = {request.kind for request in self.requests if request.state == RightsRequest.State.WAITING}
        words = {
            "delete": _("Delete it"),
            "view": _("View what is held"),
            "copy": _("Get a copy"),
            "correct": _("Correct or complete it"),
            "explain": _("Have the rules explained"),
        }
        return [(code, word) for code, word in words.items() if code not in open_ones]


def of(record: Record, language: str) -> Held:
    """What is held about a record."""
    standing = set(consent_items(record))
    gone = _taken_out(record)
    items = {item.kind: item for item in record.standard.items.all()}
    held = [item for code, item in items.items() if code in record.basis and code not in gone]
    kinds = [_kind(record, item, language, standing) for item in held]
    errands = list(Errand.objects.filter(audit_ref=record.audit_ref).order_by("asked_at"))
    requests = list(RightsRequest.objects.filter(audit_ref=record.audit_ref).order_by("asked_at"))
    return Held(record, kinds, errands, requests)


def _taken_out(record: Record) -> set[str]:
    done = Errand.objects.filter(audit_ref=record.audit_ref, state=Errand.State.DONE)
    return {code for items in done.values_list("items", flat=True) for code in items}


def _kind(record: Record, item: StandardItem, language: str, standing: set[str]) -> HeldKind:
    zh, en = BASES[item.basis]
    consent = ("given" if item.kind in standing else "withdrawn") if item.basis == Basis.CONSENT else ""
    return HeldKind(
        item.kind,
        KINDS[item.kind].label.in_(language),
        zh if language.startswith("zh") else en,
        said(item.basis_document, language),
        _until(item, record.received_on, record.emergency.ended_on),
        consent,
    )


def _until(item: StandardItem, received_on: date, ended_on: date | None) -> str:
    if item.days_after_collection is not None:
        day = received_on + timedelta(days=item.days_after_collection)
        return _("until %(day)s") % {"day": date_format(day)}
    if ended_on:
        return _("until %(day)s") % {"day": date_format(ended_on + timedelta(days=item.days_after_end))}
    if item.days_after_end:
        return _("until %(days)s days after the response work has ended") % {"days": item.days_after_end}
    return _("until the response work has ended")


def follow_up_items(record: Record) -> list[StandardItem]:
    """The items of a daily follow-up, where the standard asks for one at this level."""
    level = record.emergency.level
    items = record.standard.items.all()
    return [item for item in items if item.options.get("follow_up") and level in item.levels]


def given_consents(record: Record) -> dict[str, bool]:
    """Consents of the first entry that still stand: a follow-up inherits them."""
    changes = ConsentChange.objects.filter(audit_ref=record.audit_ref, state=ConsentChange.State.WITHDRAWN)
    withdrawn = set(changes.values_list("kind", flat=True))
    return {code: True for code, state in record.consents.items() if state == "given" and code not in withdrawn}
