"""One chart: its picture, the table behind it and the same finding in words.

A picture alone shuts out a reader who cannot see it, and cannot be checked. So each chart
is written as four files: a picture for slides, a picture that stays sharp when enlarged,
a few sentences that say the same, and the numbers that were drawn. The same tables give
the same bytes, so that a changed file means a changed number.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd

from sufficiency.report.style import DOTS_PER_INCH, FONT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Chart:
    """A finished chart.

    Attributes:
        name: Name of its files, without an ending.
        title: The finding, in at most twelve words.
        subtitle: What is drawn: measure, place, dates, unit.
        figure: The picture.
        table: What is drawn, with exact figures (pounds, not millions).
        text: A text alternative of two to five sentences.
    """

    name: str
    title: str
    subtitle: str
    figure: Figure
    table: pd.DataFrame
    text: str


def png_bytes(chart: Chart) -> bytes:
    """The picture as PNG, without dates or version numbers inside."""
    buffer = io.BytesIO()
    with mpl.rc_context({"font.family": FONT}):
        chart.figure.savefig(
            buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}, facecolor="white"
        )
    return buffer.getvalue()


def svg_text(chart: Chart) -> str:
    """The picture as SVG with its text alternative inside, without dates.

    Letters are drawn as shapes, so that the picture looks the same on every machine; a
    screen reader is given the title and the description instead.
    """
    buffer = io.StringIO()
    # The salt keeps the ids in the file the same each time, and different between charts,
    # so that several can stand in one page.
    settings: Any = {"svg.hashsalt": chart.name, "svg.fonttype": "path", "font.family": FONT}
    with mpl.rc_context(settings):
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        chart.figure.savefig(buffer, format="svg", metadata=nothing, facecolor="white")
    drawing = buffer.getvalue()
    head, tag, rest = drawing.partition("<svg ")
    attributes, close, body = rest.partition(">")
    ids = (f"{chart.name}-title", f"{chart.name}-desc")
    described = (
        f'\n <title id="{ids[0]}">{escape(chart.title)}</title>'
        f'\n <desc id="{ids[1]}">{escape(chart.text)}</desc>'
    )
    role = f'role="img" aria-labelledby="{ids[0]} {ids[1]}" '
    return head + tag + role + attributes + close + described + body


def write_chart(chart: Chart, folder: Path) -> tuple[Path, ...]:
    """Write a chart's four files.

    Args:
        chart: The chart.
        folder: Where to; made if it is not there.

    Returns:
        Paths of ``NAME.png``, ``NAME.svg``, ``NAME.txt`` and ``NAME.csv``.

    Raises:
        OSError: The folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{chart.name}.{ending}" for ending in ("png", "svg", "txt", "csv"))
    picture, drawing, text, table = paths
    picture.write_bytes(png_bytes(chart))
    drawing.write_text(svg_text(chart), encoding="utf-8", newline="\n")
    words = f"{chart.title}\n{chart.subtitle}\n\n{chart.text}\n"
    text.write_text(words, encoding="utf-8", newline="\n")
    chart.table.to_csv(table, index=False, lineterminator="\n", float_format="%.10g")
    return paths
