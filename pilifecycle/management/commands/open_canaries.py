"""``manage.py open_canaries EMERGENCY``: whether control samples open, tried by this fresh process.

Exit code 0 whatever the answer: whether they should open is known to who asks. 1 if it cannot be told.
"""

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from pilifecycle.custody import actions as custody
from pilifecycle.errors import LifecycleError


class Command(BaseCommand):
    help = "Try to open the control samples of an emergency, and say which do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("emergency", type=UUID)
        parser.add_argument("--category", action="append", help="only these categories")
        parser.add_argument("--batch", action="append", type=lambda text: int(text, 16), help="only these, in hex")
        parser.add_argument("--json", action="store_true", help='{"emergency": …, "opens": {name: bool}}')

    def handle(self, *args: Any, emergency: UUID, **options: Any) -> None:
        try:
            opens = custody.canaries_open(emergency, categories=options["category"], batches=options["batch"])
        except LifecycleError as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"emergency": str(emergency), "refused": refusal.code}))
            raise CommandError(f"{refusal} ({refusal.code})") from None
        if options["json"]:
            self.stdout.write(json.dumps({"emergency": str(emergency), "opens": opens}))
            return
        for name, answer in opens.items():
            self.stdout.write(f"{name}: {'opens' if answer else 'does not open'}")
