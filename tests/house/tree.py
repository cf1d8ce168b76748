"""The repository's own text files, as the tests of the house read them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LEFT_OUT = {".git", ".venv", ".cache", "var", "staticfiles", "node_modules", "__pycache__"}


def _names() -> list[str]:
    """What git tracks or would track; without git (an archive), everything but what is made here."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode().split("\0") if name]
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [str(path) for path in files if not LEFT_OUT & set(path.parts)]


@cache
def texts() -> dict[str, str]:
    """Path and contents of each text file; pictures and other binary files are left out."""
    found = {}
    for name in sorted(_names()):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return found


def places(pattern: str, *, but: tuple[str, ...] = (), flags: int = 0) -> list[str]:
    """``file:line`` of each line that matches, outside the files named in `but`."""
    import re

    wanted = re.compile(pattern, flags)
    return [
        f"{name}:{number}"
        for name, text in texts().items()
        if name not in but
        for number, line in enumerate(text.splitlines(), 1)
        if wanted.search(line)
    ]
