"""The steps of a batch's journal in words: on the screen, on the certificate, in the record of the hour."""

from typing import Any

from django.utils.translation import gettext_lazy as _

STEPS: dict[str, Any] = {
    "canary_opens": _("control samples open"),
    "holds_stand": _("what is kept or postponed is readable in its own place"),
    "release": _("counts written"),
    "hand_over": _("handed over, where that was due"),
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


def step(code: str) -> Any:
    """A step in words; its code, if it is one of another release."""
    return STEPS.get(code, code)
