"""Writes the rules by which returns are repaired into the page for councils.

The rules have their sentences where they are applied. The page holds them as a table, so that
whoever reads it reads what is done. Run it after a rule has changed; a test fails until it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sufficiency.ssda903.rules import RULES

PAGE = Path(__file__).parents[1] / "docs" / "own-returns.md"
_BEGINS, _ENDS = "<!-- rules: made by tools/rules_table.py -->\n", "<!-- /rules -->"


def with_rules(page: str) -> str:
    """The page with the table of rules as they are.

    Args:
        page: The page's text, with the two comments that the table stands between.
    """
    before, rest = page.split(_BEGINS)
    _, after = rest.split(_ENDS)
    rows = (f"| `{rule.name}` | {rule.does} | {rule.sentence} |" for rule in RULES.values())
    table = "\n".join(("| rule | does | what |", "| --- | --- | --- |", *rows))
    return f"{before}{_BEGINS}\n{table}\n\n{_ENDS}{after}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(with_rules(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
