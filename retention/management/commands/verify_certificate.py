"""Verify certificate files offline. Exit 1 with the reason if one does not hold."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from retention.certificates import offline


class Command(BaseCommand):
    help = (
        "Verify destruction certificates: signature by a known key, canonical form, the audit log's proof, the "
        "chain of editions. Without --key the keys that this store has published are known."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--key", action="append", help="known public key: a file, PEM, hexadecimal or Base64")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = _keys(options["key"])
        reports = [offline.verify(path, keys, editions=options["files"]) for path in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": all(r.ok for r in reports), "files": [r.as_dict() for r in reports]}))
        else:
            self.stdout.write("\n".join(map(offline.told, reports)))
        if not all(report.ok for report in reports):
            raise SystemExit(1)


def _keys(given: list[str] | None) -> list[bytes]:
    if given:
        try:
            return [offline.read_key(text) for text in given]
        except (ValueError, OSError):
            raise CommandError("This is no Ed25519 public key.", returncode=2) from None
    from pilifecycle.custody import actions as custody

    return list(custody.public_keys().values())
