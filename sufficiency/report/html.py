"""The pieces every page of the project is built from: a page, a section, a table, a list.

A page is one file that can be sent by e-mail and opened anywhere: nothing in it is fetched and
nothing in it runs. It reads on a telephone, prints on A4, and can be followed by ear: headings
go down one step at a time, tables have a caption and say which row and column a figure is of,
and nothing is told by colour alone.

Text is made safe on its way in. What these functions return is an :class:`Html` and is left as
it is; every other string is escaped, so that a file called ``<b>.csv`` is only ever a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

INK, QUIET_INK, GRID = "#0B0C0C", "#3D3D3D", "#CBCBCB"
FIRST, SECOND = "#12436D", "#F46A25"
"""The charts' own colours. They stand here once more because ``style.py`` brings the drawing
library with it, which no page needs; a test keeps the two the same."""

_STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #FFFFFF; color: {INK};
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; }}
main, header, footer {{ max-width: 60rem; margin: 0 auto; padding: 0 1rem; }}
header {{ padding-top: 1.5rem; }}
footer {{ padding-bottom: 2rem; color: {QUIET_INK}; }}
h1 {{ font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.3rem; line-height: 1.25; margin: 2.25rem 0 .5rem; padding-top: .75rem;
  border-top: 2px solid {FIRST}; }}
h3 {{ font-size: 1.1rem; line-height: 1.3; margin: 1.5rem 0 .25rem; }}
p, ul {{ margin: .5rem 0 1rem; max-width: 48rem; }}
ul {{ padding-left: 1.25rem; }}
li {{ margin: .35rem 0; }}
a {{ color: {FIRST}; text-underline-offset: .15em; }}
a:focus-visible, .wide:focus-visible {{ outline: 3px solid {INK}; outline-offset: 2px; }}
.finding {{ font-size: 1.15rem; border-left: 6px solid {FIRST}; padding-left: .9rem; }}
.finding p {{ margin: .35rem 0; }}
.quiet {{ color: {QUIET_INK}; }}
.wide {{ overflow-x: auto; margin: .75rem 0 1.25rem; }}
table {{ border-collapse: collapse; width: 100%; font-size: .95rem; line-height: 1.4; }}
caption {{ text-align: left; font-weight: 600; padding: .25rem 0 .5rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-bottom: 1px solid {GRID}; }}
thead th {{ border-bottom: 2px solid {INK}; vertical-align: bottom; }}
tbody th {{ font-weight: 600; }}
th:last-child, td:last-child {{ padding-right: 0; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
td p {{ margin: 0 0 .4rem; }}
td p:last-child {{ margin-bottom: 0; }}
.path {{ overflow-wrap: break-word; }}
figure {{ margin: 1rem 0; max-width: 36rem; }}
figcaption {{ font-weight: 600; margin-bottom: .25rem; }}
.key {{ display: block; font-weight: 400; color: {QUIET_INK}; }}
svg {{ display: block; width: 100%; height: auto; }}
svg text {{ font-family: inherit; }}
@media (max-width: 30rem) {{
  h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.15rem; }}
  table {{ font-size: .8125rem; }} th, td {{ padding-right: .35rem; }}
}}
@media print {{
  @page {{ size: A4; margin: 16mm 14mm; }}
  body {{ font-size: 10pt; }} main, header, footer {{ max-width: none; padding: 0; }}
  nav {{ display: none; }} a {{ color: inherit; text-decoration: none; }}
  .wide {{ overflow: visible; }} p, ul {{ max-width: none; }}
  h1, h2, h3, caption {{ break-after: avoid; }} tr, figure, li {{ break-inside: avoid; }}
  thead {{ display: table-header-group; }}
}}
"""


class Html(str):
    """Text that is HTML already and may go into a page as it stands."""

    __slots__ = ()


def printable(text: str) -> str:
    """Text with what cannot be printed replaced: a file may be named with anything at all."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def safe(text: str) -> Html:
    """A string as HTML: escaped, unless it is HTML already."""
    if isinstance(text, Html):
        return text
    return Html(escape(printable(text), quote=True))


def joined(pieces: Iterable[str]) -> Html:
    """Pieces one after the other."""
    return Html("".join(safe(piece) for piece in pieces))


def element(name: str, *inside: str, **attributes: str) -> Html:
    """One element.

    Args:
        name: Such as ``p``.
        inside: What stands in it; strings are escaped.
        attributes: Their values are escaped. ``_`` in a name is written ``-`` and a last ``_``
            left out, so that ``class_`` and ``aria_label`` can be given.

    Returns:
        The element.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(value)}"' for key, value in attributes.items()
    )
    return Html(f"<{name}{said}>{joined(inside)}</{name}>")


def paragraph(*inside: str, class_: str = "") -> Html:
    """A paragraph."""
    return element("p", *inside, class_=class_) if class_ else element("p", *inside)


def bullets(items: Iterable[str]) -> Html:
    """A list of points."""
    return element("ul", *(element("li", item) for item in items))


def path(name: str) -> Html:
    """A file's name, which may break after each folder."""
    parts = Html("/<wbr>".join(safe(part) for part in name.split("/")))
    return element("span", parts, class_="path")


def breakable(name: str) -> Html:
    """A name with underscores, which may break before each: ``short<wbr>_breaks``.

    Not behind it: ``no_<wbr>child`` would read as a column ``child``, as a return has it, and the
    guard against returns would refuse the page.
    """
    return Html("<wbr>_".join(safe(part) for part in name.split("_")))


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Iterable[int] = (),
) -> Html:
    """A table whose first column names its rows, in a box that scrolls by itself if too wide.

    Args:
        caption: What the table shows.
        head: Name of each column.
        rows: Cells of each row; as many as there are columns.
        numbers: Which columns hold numbers, from 0: they are set to the right.

    Returns:
        The table.
    """
    right = frozenset(numbers)

    def cell(name: str, place: int, inside: str, scope: str = "") -> Html:
        attributes = {"scope": scope} if scope else {}
        if place in right:
            attributes["class_"] = "number"
        return element(name, inside, **attributes)

    heads = (cell("th", place, name, "col") for place, name in enumerate(head))
    body = []
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"a row of {len(row)} cells under {len(head)} columns")
        first = cell("th", 0, row[0], "row")
        rest = (cell("td", place, inside) for place, inside in enumerate(row[1:], start=1))
        body.append(element("tr", first, *rest))
    inside = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *heads)),
        element("tbody", *body),
    )
    # A box that scrolls has to be reachable by keyboard, and then has to have a name.
    return element("div", inside, class_="wide", role="region", tabindex="0", aria_label=caption)


def section(name: str, title: str, *inside: str) -> Html:
    """A section under a heading of the second level.

    Args:
        name: What a link to it says after ``#``.
        title: Its heading.
        inside: What stands in it.

    Returns:
        The section.
    """
    heading = element("h2", title, id=name)
    return element("section", heading, *inside, aria_labelledby=name)


def contents(sections: Sequence[tuple[str, str]]) -> Html:
    """Links to the sections, by name and title."""
    links = (element("a", title, href=f"#{name}") for name, title in sections)
    return element("nav", bullets(links), aria_label="On this page")


def page(title: str, opening: str, body: str, foot: str = "") -> str:
    """A whole page.

    Args:
        title: Its heading and the name of its window.
        opening: What stands under the heading.
        body: The sections.
        foot: What stands at the end.

    Returns:
        The file's text, which ends with a new line.
    """
    head = joined(
        (
            Html('<meta charset="utf-8">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            # Nothing is fetched and nothing runs, and the browser is told so.
            Html(
                '<meta http-equiv="Content-Security-Policy" '
                "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            ),
            element("title", title),
            Html(f"<style>{_STYLE}</style>"),
        )
    )
    shown = [element("header", element("h1", title), opening), element("main", body)]
    if foot:
        shown.append(element("footer", foot))
    whole = element("html", element("head", head), element("body", *shown), lang="en-GB")
    # New lines between blocks only, so that two pages can be compared line by line.
    for end in ("</head>", "</section>", "</tr>", "</p>", "</li>", "</table>", "</header>"):
        whole = Html(whole.replace(end, f"{end}\n"))
    return f"<!DOCTYPE html>\n{whole}\n"
