"""One turn of the clock, without Celery."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from pilifecycle.store import watch
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from retention.turns import clock_turn, errand_turn, ledger_turn


class Command(BaseCommand):
    help = (
        "Propose what falls due; carry out small errands; number the "
        "ledger. Destroys nothing that two people did not approve."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be proposed; change nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        before = set(DisposalBatch.objects.values_list("pk", flat=True))
        told = self._dry() if options["dry_run"] else self._turn(before)
        self.stdout.write(json.dumps(told) if options["json"] else self._sentence(told))

    def _dry(self) -> dict[str, Any]:
        with transaction.atomic():
            told = self._told(batches.propose_due())
            transaction.set_rollback(True)
        return told

    def _turn(self, before: set[Any]) -> dict[str, Any]:
        errand_turn()
        found = clock_turn()
        ledger_turn()
        watch.notice("clock", found=found)
        return self._told(DisposalBatch.objects.exclude(pk__in=before))

    def _told(self, proposed: Any) -> dict[str, Any]:
        rows = [
            {"number": b.number, "rule": b.rule, "due_on": b.due_on.isoformat(), "persons": b.manifest["persons"]}
            for b in proposed
        ]
        return {"proposed": rows}

    def _sentence(self, told: dict[str, Any]) -> str:
        if not told["proposed"]:
            return "Nothing new falls due."
        return "\n".join(
            f"{row['number']}: {row['rule']}, due {row['due_on']}, {row['persons']} people" for row in told["proposed"]
        )
