"""Codes of a certificate in words. A code that is not known here is printed as it is: it was signed so."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.batches.models import Witness

from .models import Edition

STEPS = {
    "canary_opens": _("control samples open"),
    "holds_stand": _("what is kept or postponed is readable in its own place"),
    "release": _("counts written"),
    "hand_over": _("handed over"),
    "strip": _("items taken out"),
    "gather": _("scattered parts found"),
    "keys": _("keys destroyed"),
    "canary_dead": _("control samples no longer open"),
    "rows": _("entries deleted"),
    "hanging": _("what hung on the entries deleted"),
    "vault_rows": _("key material deleted"),
    "tombstones": _("receipts answer “destroyed”"),
    "sweep": _("files and logs swept"),
    "verify": _("verified, residue scan"),
}
CATEGORIES = {
    "core": _("basic information"),
    "identity": _("identity"),
    "health": _("health"),
    "location": _("whereabouts"),
    "biometric": _("biometric"),
}
ACTS = {
    "records.withdrawal_done": _("consent withdrawn"),
    "records.request_done": _("deleted on request"),
    "records.void_done": _("voided"),
    "holds.move": _("kept or postponed"),
}
CUSTODY = {"keyring": _("software keyring"), "pkcs11": _("hardware module"), "none": _("none")}


def step(code: str) -> Any:
    """A step of the journal."""
    return STEPS.get(code, code)


def category(code: str) -> Any:
    """A category of sealed information; one that is kept or postponed by its own."""
    return CATEGORIES.get(code.removeprefix("held:"), code)


def act(code: str) -> Any:
    """Why something left the set."""
    return ACTS.get(code, code)


def custody(code: str) -> Any:
    """The class of key custody."""
    return CUSTODY.get(code, code)


def state(code: str) -> Any:
    """One of the three states, never only "destroyed"."""
    return Edition.State(code).label


def opinion(code: str) -> Any:
    """A witness's opinion."""
    return Witness.Opinion(code).label
