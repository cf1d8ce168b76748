"""``manage.py verify_ledger``: recompute the audit log against what was signed; exit 1 at the first lie."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils.translation import override

from pilifecycle.audit import ledger
from pilifecycle.audit.ledger import LedgerLie, Report
from pilifecycle.errors import LifecycleError

from .public_keys import published


class Command(BaseCommand):
    help = "Recompute the audit log against its signed checkpoints and the second place; exit 1 at the first lie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the answer as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            self._verify(options["json"])

    def _verify(self, as_json: bool) -> None:
        try:
            report = ledger.verify(published())
        except LedgerLie as lie:
            self._end(as_json, {"at": lie.at, "why": lie.why}, f"Not true, first at number {lie.at}: {lie}")
        except LifecycleError as refusal:
            self._end(as_json, {"why": refusal.code}, f"Cannot be verified: {refusal}")
        else:
            self.stdout.write(json.dumps({"verified": True, **report.as_dict()}) if as_json else in_words(report))

    def _end(self, as_json: bool, facts: dict[str, Any], sentence: str) -> None:
        if not as_json:
            raise CommandError(sentence, returncode=1)
        self.stdout.write(json.dumps({"verified": False, **facts}))
        sys.exit(1)


def in_words(report: Report) -> str:
    """One paragraph for a person at a terminal."""
    return (
        f"True: {report.leaves} entries without a gap, {report.checkpoints} signed checkpoints, the last one over "
        f"{report.signed} entries; the second place holds the same.\n"
        f"Not signed yet: {report.leaves - report.signed}; waiting for a number: {report.waiting}.\n"
        f"Root: {report.root}"
    )
