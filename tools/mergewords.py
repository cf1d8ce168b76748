"""Gather the strings a person sees, and fill their Chinese from files of pairs.

    python tools/mergewords.py [PAIRS …]     extract, fill from lines ``English ||| 中文``, keep what is there, report
    python tools/mergewords.py --check       change nothing; exit code 1 if a string is missing, unused or wrong

Extraction needs gettext (Debian: ``gettext``). Without it the catalogue's entries are taken as they are, aloud, so
that filling and checking still work on a machine with Python alone.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = ROOT / "locale" / "foreign.txt"  # strings, one a line, of packages whose own catalogue lacks Chinese
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PACKAGES = ("pilifecycle", "collection", "retention", "templates")
HELD = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
HEADER = {
    "Project-Id-Version": "pilifecycle",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


# -- what the code shows
def extract() -> polib.POFile:
    """All translatable strings of code and templates, by Django's own extraction in a copy of the tree."""
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place)
        for package in PACKAGES:
            if (ROOT / package).is_dir():
                shutil.copytree(
                    ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__", "migrations")
                )
        (tree / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "-v", "0"]
        done = subprocess.run([*command, "-e", "html,txt,py"], cwd=tree, capture_output=True, text=True, env=_plain())  # noqa: S603
        if done.returncode:
            raise SystemExit(f"makemessages failed:\n{done.stderr}")
        found = next(tree.glob("locale/zh_Hans/**/django.po"), None)
        return polib.pofile(str(found)) if found else polib.POFile()


def with_foreign(found: polib.POFile) -> polib.POFile:
    """The extracted strings, and those that our screens show but other packages wrote."""
    held = {entry.msgid for entry in found}
    lines = FOREIGN.read_text(encoding="utf-8").splitlines() if FOREIGN.exists() else []
    for line in lines:
        if line and not line.startswith("#") and line not in held:
            python_format = ["python-format"] if "%" in line else []
            found.append(polib.POEntry(msgid=line, flags=python_format))
    return found


def _plain() -> dict[str, str]:
    """An environment without our settings: extraction needs none, and must not import the copied tree."""
    import os

    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


def wanted() -> polib.POFile:
    """What must be in the catalogue: extracted where gettext is, else what it holds already."""
    if shutil.which("xgettext"):
        return with_foreign(extract())
    print("!!! gettext is not installed: new strings in the code are NOT looked for.", file=sys.stderr)
    return polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()


# -- pairs
def read_pairs(files: Iterable[Path]) -> dict[str, str]:
    """Pairs from lines ``English ||| 中文``, ``\\n`` for a line break. Of two Chinese for one, the first stays."""
    pairs: dict[str, str] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            english, bar, chinese = (part.strip().replace("\\n", "\n") for part in line.partition("|||"))
            if not bar or not chinese or line.startswith("#"):
                continue
            if pairs.setdefault(english, chinese) != chinese:
                print(f"two translations, the first stays: {english!r} ({file.name})", file=sys.stderr)
    return pairs


# -- the catalogue
def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _text(entry: polib.POEntry) -> str:
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def merged(new: polib.POFile, old: polib.POFile, pairs: dict[str, str]) -> polib.POFile:
    """The strings of `new` with the Chinese of `old`, then of `pairs`; sorted, without places in the code."""
    result = polib.POFile(wrapwidth=120)
    result.metadata = dict(HEADER)
    kept = {_key(entry): entry for entry in old if not entry.obsolete}
    for entry in sorted(
        (entry for entry in new if not entry.obsolete), key=lambda entry: (entry.msgid, entry.msgctxt or "")
    ):
        before = kept.get(_key(entry))
        text = (_text(before) if before and not before.fuzzy else "") or pairs.get(entry.msgid, "")
        made = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, flags=[f for f in entry.flags if f != "fuzzy"])
        made.msgid_plural = entry.msgid_plural
        if entry.msgid_plural:
            made.msgstr_plural = {0: text}
        else:
            made.msgstr = _like(entry.msgid, text)
        result.append(made)
    return result


def _like(english: str, chinese: str) -> str:
    """Line breaks at both ends as in the English: gettext insists."""
    bare = chinese.strip("\n")
    head = "\n" if english.startswith("\n") and bare else ""
    return head + bare + ("\n" if english.endswith("\n") and bare else "")


def faults(catalogue: polib.POFile) -> list[str]:
    """What is wrong with the catalogue's entries: untranslated, fuzzy, or other placeholders than the English."""
    found = []
    for entry in (entry for entry in catalogue if not entry.obsolete):
        text = _text(entry)
        if not text:
            found.append(f"no Chinese: {entry.msgid!r}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {entry.msgid!r}")
        elif placeholders(text) not in (placeholders(entry.msgid), placeholders(entry.msgid_plural or entry.msgid)):
            found.append(f"other placeholders: {entry.msgid!r} / {text!r}")
    return found


def placeholders(text: str) -> set[str]:
    """The named and unnamed places that a value is put into."""
    return set(HELD.findall(text.replace("%%", "")))


def differences(new: polib.POFile, old: polib.POFile) -> list[str]:
    """Strings of the code that the catalogue lacks, and entries that the code no longer shows."""
    wanted_keys, held_keys = ({_key(e): e.msgid for e in f if not e.obsolete} for f in (new, old))
    lacks = [f"not in the catalogue: {text!r}" for key, text in wanted_keys.items() if key not in held_keys]
    return lacks + [f"no longer in the code: {text!r}" for key, text in held_keys.items() if key not in wanted_keys]


def main(arguments: list[str] | None = None) -> int:
    """Merge or check; the exit code is 1 if something is wrong with the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="*", type=Path, help="files of lines English ||| 中文")
    parser.add_argument("--check", action="store_true", help="change nothing")
    chosen = parser.parse_args(arguments)
    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    new = wanted()
    result = old if chosen.check else merged(new, old, read_pairs(chosen.pairs))
    wrong = faults(result) + (differences(new, old) if chosen.check else [])
    if not chosen.check:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        result.save(str(CATALOGUE))
    print("\n".join(wrong) if wrong else f"{len(result)} strings, all of them in Chinese.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
