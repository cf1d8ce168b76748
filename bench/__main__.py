"""``python -m bench [NAME …]``: every benchmark of this directory, or those named, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run the benchmarks one after another; the exit code is that of the first that failed."""
    every = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    for name in names or every:
        print(f"== {name}", flush=True)
        if code := subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
