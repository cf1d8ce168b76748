"""``manage.py compilewords``: translations from .po to .mo without gettext, so that set-up needs Python alone."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_words(source: Path) -> int:
    """Write the .mo file beside a .po file, fuzzy entries left out; return how many entries it holds."""
    catalogue = polib.pofile(str(source))
    catalogue.save_as_mofile(str(source.with_suffix(".mo")))
    return len(catalogue.translated_entries())


class Command(BaseCommand):
    help = "Compile the translations in locale/ without gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for place in settings.LOCALE_PATHS:
            for source in sorted(Path(place).glob("*/LC_MESSAGES/*.po")):
                self.stdout.write(f"{source.relative_to(place)}: {compile_words(source)} entries")
