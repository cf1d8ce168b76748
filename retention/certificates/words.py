"""Codes of a certificate in words. A code that is not known here is printed as it is: it was signed so."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.batches.models import Witness
from retention.batches.words import step

from .models import Edition

__all__ = ["act", "category", "custody", "opinion", "state", "step"]

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
