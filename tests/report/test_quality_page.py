"""The data-quality page: whole by itself, safe whatever files are called, and readable by all."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import made_up_quality as made_up
import pytest

from sufficiency.report import html, style
from sufficiency.report.quality import quality_of
from sufficiency.report.quality_page import quality_page

pytestmark = pytest.mark.content

EMPTY = ("meta", "wbr")


class Read(HTMLParser):
    """Reads a page and fails where an element is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def page(**other: object) -> str:
    cleaned = made_up.cleaned(made_up.FINDINGS, **other)
    return quality_page(quality_of(made_up.returns(), cleaned))


def test_every_element_is_closed_and_the_page_is_whole() -> None:
    read = Read(page())
    assert read.open == []
    assert read.all("html") == [{"lang": "en-GB"}]
    assert {name for name, _ in read.seen}.isdisjoint({"script", "link", "img", "iframe", "object"})
    for _, attributes in read.seen:
        assert {"src", "style"}.isdisjoint(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in page()
    assert "@import" not in page()


def test_links_and_labels_point_to_something() -> None:
    read = Read(page())
    names = [attributes["id"] for _, attributes in read.seen if "id" in attributes]
    assert len(names) == len(set(names))
    assert {link["href"] for link in read.all("a")} <= {f"#{name}" for name in names}
    labels = [a["aria-labelledby"] for _, a in read.seen if "aria-labelledby" in a]
    assert {name for label in labels for name in (label or "").split()} <= set(names)


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in Read(page()).seen if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_tables_can_be_followed_by_ear() -> None:
    read = Read(page())
    assert len(read.all("caption")) == len(read.all("table")) > 5
    assert all(head.get("scope") in ("col", "row") for head in read.all("th"))
    scrolls = [box for box in read.all("div") if box.get("class") == "wide"]
    assert len(scrolls) == len(read.all("table"))
    assert all(box["tabindex"] == "0" and box["aria-label"] for box in scrolls)


def test_file_names_are_only_names() -> None:
    text = page()
    assert "<b>" not in text
    assert "2019/<wbr>&lt;b&gt;&quot;epis&amp;odes&#x27;.csv" in text
    assert made_up.NASTY in "".join(Read(text).words)
    assert "Short breaks &lt;are&gt; set aside." in text
    assert html.safe("a\x00\u202eb\udcff") == "a\ufffd\ufffdb\ufffd"
    assert html.element("p", html.Html("<i>"), title='"') == '<p title="&quot;"><i></p>'
    html.element("p", "a\udcff").encode()  # a name no encoding can hold


def test_the_chart_says_what_it_shows() -> None:
    read = Read(page())
    svg = read.all("svg")
    assert len(svg) == 1
    assert svg[0]["role"] == "img"
    words = " ".join(read.words)
    assert "31 March 2019: 120 before, 110 after." in words
    assert {text["font-size"] for text in read.all("text")} == {"16"}
    lines = read.all("polyline")
    assert [line["stroke"] for line in lines] == ["#F46A25", "#12436D"]
    assert [line.get("stroke-dasharray") for line in lines] == ["7 4", None]
    heights = [[float(point.split(",")[1]) for point in (line["points"] or "").split()]
               for line in lines]  # fmt: skip
    # Read off the scale as a reader would: the number beside each line of the grid.
    numbers = re.findall(r'y="([\d.]+)"[^>]*>(\d+)</text>', picture_of(page()))
    scale = {int(said): float(y) - 5 for y, said in numbers if int(said) < 1000}
    assert list(scale) == [0, 50, 100, 150]
    grid = sorted(float(line["y1"] or "") for line in read.all("line"))
    assert grid == pytest.approx(sorted(scale.values()), abs=0.1)
    unit = (scale[0] - scale[150]) / 150
    for drawn, counts in zip(heights, ((120, 120, 110, 100), (110, 110, 100, 90)), strict=True):
        assert [(scale[0] - y) / unit for y in drawn] == pytest.approx(counts, abs=0.1)


def picture_of(text: str) -> str:
    return text[text.index("<svg") : text.index("</svg>")]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ((110, 100, 90), "Children in care fell from 110 on 31 March 2018 to 90 on 31 March 2021"),
        ((90, 95, 97), "Children in care rose from 90 on 31 March 2018 to 97 on 31 March 2021"),
        ((90, 95, 90), "As many children in care on 31 March 2021 as on 31 March 2018"),
        ((3, 95, 80), "Children in care fell from 95 on 31 March 2020 to 80 on 31 March 2021"),
        ((3, 2, 80), "Children in care, before and after the rules"),
    ],
)
def test_the_title_of_the_chart_is_what_it_finds(after: tuple[int, int, int], said: str) -> None:
    text = page(before=(150, 140, 130), after=after)
    assert f'<title id="chart-title">{said}' in text
    assert f"<figcaption>{said}" in text


@pytest.mark.parametrize("after", [(110, 100, 90), (620, 300, 7), (1200, 1190, 0)])
def test_no_line_runs_through_a_word_of_the_chart(after: tuple[int, int, int]) -> None:
    read = Read(page(before=(1230, 1220, 40), after=after))
    rights = max(float(line["x2"] or "") for line in read.all("line"))
    lefts = min(float(line["x1"] or "") for line in read.all("line"))
    floor = max(float(line["y1"] or "") for line in read.all("line"))
    for word in read.all("text"):
        x, y, anchor = float(word["x"] or ""), float(word["y"] or ""), word["text-anchor"]
        beside = (x > rights and anchor == "start") or (x < lefts and anchor == "end")
        assert beside or y - 16 > floor


def test_a_hidden_count_is_not_drawn() -> None:
    read = Read(page(before=(93, 110, 100), after=(90, 100, 80)))
    first = [len((line["points"] or "").split()) for line in read.all("polyline")]
    assert first == [2, 4]
    assert "93" not in {word.strip() for word in read.words}


def test_colours_are_those_of_the_charts_and_can_be_read() -> None:
    assert style.TWO_SERIES == (html.FIRST, html.SECOND)
    assert (style.INK, style.QUIET_INK, style.GRID) == (html.INK, html.QUIET_INK, html.GRID)
    for ink in (html.INK, html.QUIET_INK, html.FIRST):
        assert style.contrast(ink, "#FFFFFF") >= 4.5
    # Lines and markers, which are no text, need three to one; these are also told apart by shape.
    assert style.contrast(html.SECOND, "#FFFFFF") >= 3
