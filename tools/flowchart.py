"""Flowcharts and tables as a Markdown page shows them.

GitHub and most editors draw Mermaid flowcharts. Three shapes are enough: rounded and dark for
where someone comes from or is gone to, square for what happens, pointed for waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

COMES, DOES, WAITS = "comes", "does", "waits"
_SHAPES = {COMES: ('(["', '"])'), DOES: ('["', '"]'), WAITS: ('{{"', '"}}')}
_COLOURS = (
    "classDef comes fill:#12436D,stroke:#12436D,color:#FFFFFF",
    "classDef does fill:#E8F0F7,stroke:#12436D,color:#000000",
    "classDef waits fill:#FFF1E8,stroke:#F46A25,color:#000000",
)


class Flow:
    """A Mermaid flowchart in the making."""

    def __init__(self, direction: str = "TD") -> None:
        self._lines = [f"flowchart {direction}"]
        self._known: dict[str, str] = {}

    def node(self, text: str, shape: str = DOES) -> str:
        """A node's identifier; the same text is the same node."""
        if text not in self._known:
            name = f"n{len(self._known) + 1}"
            opening, closing = _SHAPES[shape]
            self._known[text] = name
            self._lines.append(f"{name}{opening}{_escaped(text)}{closing}:::{shape}")
        return self._known[text]

    def link(self, before: str, after: str, label: str = "") -> None:
        """An arrow, with what is said along it."""
        said = f'|"{_escaped(label)}"|' if label else ""
        self._lines.append(f"{before} -->{said} {after}")

    def drawn(self) -> str:
        """The flowchart as a page shows it."""
        body = "\n".join(f"    {line}" for line in (*self._lines[1:], *_COLOURS))
        return f"```mermaid\n{self._lines[0]}\n{body}\n```"


def _escaped(text: str) -> str:
    return text.replace('"', "#quot;")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
