"""``manage.py public_keys``: the keys that sign checkpoints and certificates, for whoever verifies elsewhere."""

import json
from argparse import ArgumentParser
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management.base import BaseCommand

from pilifecycle.crypto.signing import fingerprint


def published() -> dict[int, bytes]:
    """All signing keys of this store, old ones too: {version: 32 bytes}."""
    from pilifecycle.custody import actions  # a store that cannot open its custody still answers --help

    return {version: bytes(key) for version, key in actions.public_keys().items()}


def pem(key: bytes) -> str:
    """SubjectPublicKeyInfo, as openssl reads it."""
    public = Ed25519PublicKey.from_public_bytes(key)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Command(BaseCommand):
    help = "Print this store's published signing keys. A certificate is believed only under a key known beforehand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        shape = parser.add_mutually_exclusive_group()
        shape.add_argument("--json", action="store_true", help="{version: {fingerprint, public}} in hex")
        shape.add_argument("--pem", action="store_true", help="one PEM block a key, for openssl")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = dict(sorted(published().items()))
        if options["json"]:
            named = {str(n): {"fingerprint": fingerprint(key), "public": key.hex()} for n, key in keys.items()}
            self.stdout.write(json.dumps(named))
        for version, key in keys.items() if not options["json"] else ():
            line = f"{version}  {key.hex()}  sha256:{fingerprint(key)}\n"
            self.stdout.write(pem(key) if options["pem"] else line, ending="")
