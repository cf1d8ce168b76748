"""Run or resume one approved batch in the foreground."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pilifecycle.errors import LifecycleError
from retention.batches import actions as batches
from retention.batches.journal import WALKS
from retention.batches.models import DisposalBatch, JournalStep
from retention.certificates import actions as certificates
from retention.turns import ledger_turn


class Command(BaseCommand):
    help = "Run or resume an approved disposal batch. Exit 1 unless it reached its end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", help="the batch's number")

    def handle(self, *args: Any, **options: Any) -> None:
        batch = DisposalBatch.objects.filter(number=options["batch"]).first()
        if batch is None:
            raise CommandError("There is no such disposal batch.")
        try:
            ended = self._run(batch)
        except LifecycleError as refusal:
            raise CommandError(f"{refusal} ({refusal.code})") from None
        certificates.issue_missing()
        ledger_turn()
        batch.refresh_from_db()
        if not ended:
            raise CommandError(self._why(batch))
        self.stdout.write(f"{batch.number}: {batch.get_state_display()}")

    def _run(self, batch: DisposalBatch) -> bool:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(file=sys.stderr), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(batch.number, total=len(WALKS[batch.rule]))
            return batches.run(batch, told=lambda step: bar.update(task, advance=1, description=step))

    def _why(self, batch: DisposalBatch) -> str:
        step = batch.steps.exclude(state=JournalStep.State.DONE).first()
        if step is None:
            return f"{batch.number}: {batch.get_state_display()}"
        return (
            f"{batch.number} stands at {step.name}: {step.failure or step.state}. Run the same command again to go on."
        )
