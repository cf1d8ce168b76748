"""Search every file of the store for what may stand nowhere. Exit 1 on any finding."""

import argparse
import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from pilifecycle.errors import LifecycleError
from retention.destroy import residue

SAYS = {
    "marker": "a control sample in the clear",
    "sealed": "a sealed pack whose keys are destroyed",
    "text": "a text that was given",
}


class Command(BaseCommand):
    help = (
        "Search the store's files (databases, journals, messages, caches, certificates, temporary files) for control "
        "samples in the clear and for packs whose keys are destroyed. Names file and offset, never content. "
        "Exit 1 on a finding."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("emergency", nargs="?", type=UUID, help="only what belongs to this emergency")
        parser.add_argument("--dir", action="append", type=Path, help="search only here (may be given several times)")
        parser.add_argument("--plain", type=Path, metavar="FILE", help="texts to search for as well, one a line")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if absent := [folder for folder in options["dir"] or () if not folder.exists()]:
            raise CommandError(f"There is no {absent[0]}.", returncode=2)
        try:
            texts = options["plain"].read_text().splitlines() if options["plain"] else []
            report = residue.scan(options["emergency"], dirs=options["dir"], texts=texts)
        except LifecycleError as refusal:
            raise CommandError(f"{refusal} ({refusal.code})", returncode=2) from None
        seconds = round(time.monotonic() - began, 1)
        self.stdout.write(json.dumps({**report.as_dict(), "seconds": seconds}) if options["json"] else _told(report))
        if not report.clean:
            raise SystemExit(1)


def _told(report: residue.Report) -> str:
    lines = [f"{finding.path}: byte {finding.offset}: {SAYS[finding.what]}" for finding in report.findings]
    lines += [f"{path}: could not be read" for path in report.unreadable]
    lines += [f"out of reach, to be searched where it stands: {name}" for name in report.out_of_reach]
    end = "nothing was found" if report.clean else f"{len(report.findings)} finding(s)"
    return "\n".join([*lines, f"{report.files} files, {report.size} bytes: {end}."])
