"""Custody's doors: everything that the rooms above may ask for. They never touch a vault model themselves.

Vault work is committed before a data transaction opens: a door called inside one raises `VaultInsideData`.
"""

from .canaries import canaries_open, canaries_open_elsewhere, forget_canaries
from .closing import Count, Totals, close_key_batches, counters, emptied, take_out
from .compartments import open_compartments
from .erasing import destroy_compartments, destroy_roots
from .outbox import carry_outbox
from .outside import VaultInsideData
from .preparing import describe, prepare
from .puncturing import puncture
from .roots import collect
from .sealing import Parcel, Sealed, open_parcel, seal
from .signing import public_keys, sign, sign_checkpoint, sign_envelope
from .unsealing import tokens, unseal, unseal_many
from .warrants import close_warrant, warrant_of, write_warrant

__all__ = [
    "Count",
    "Parcel",
    "Sealed",
    "Totals",
    "VaultInsideData",
    "canaries_open",
    "canaries_open_elsewhere",
    "carry_outbox",
    "close_key_batches",
    "close_warrant",
    "collect",
    "counters",
    "describe",
    "destroy_compartments",
    "destroy_roots",
    "emptied",
    "forget_canaries",
    "open_compartments",
    "open_parcel",
    "prepare",
    "public_keys",
    "puncture",
    "seal",
    "sign",
    "sign_checkpoint",
    "sign_envelope",
    "take_out",
    "tokens",
    "unseal",
    "unseal_many",
    "warrant_of",
    "write_warrant",
]
