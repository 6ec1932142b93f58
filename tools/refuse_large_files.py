"""Refuses large files before they are committed: results and data belong outside the project."""

from __future__ import annotations

import sys
from pathlib import Path

LARGEST_KB = 400
"""Above the schema, the largest table of inputs and a chart; far below a file of results."""


def main() -> int:
    """Name every file that is too large. Returns 1 when there is one."""
    sizes = {
        path: Path(path).stat().st_size // 1024 for path in sys.argv[1:] if Path(path).is_file()
    }
    large = {path: size for path, size in sizes.items() if size > LARGEST_KB}
    for path, size in large.items():
        sys.stderr.write(f"{path} has {size} kB; the most is {LARGEST_KB} kB\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
