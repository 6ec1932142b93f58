"""The data-quality report as a page: what was read, what was wrong with it, and what to do.

It opens with the finding and goes on in the order in which a data lead works: the files, the
children counted, what could not be used, what was changed and by which rule, the codes and the
columns that rates hang on, and what is worth a look.
"""

from __future__ import annotations

from sufficiency.periods import long_date
from sufficiency.report.html import (
    Html,
    breakable,
    bullets,
    contents,
    element,
    joined,
    page,
    paragraph,
    path,
    section,
    table,
)
from sufficiency.report.quality import CSV_NAME, HIDDEN_NOTE, Applied, Quality, counted
from sufficiency.report.quality_chart import chart
from sufficiency.report.quality_words import (
    NOTHING_SEEN,
    code_words,
    codes_todo,
    filled,
    foot,
    kind_titles,
    read_as,
    seen_beginning,
    thin_words,
    where,
    where_placed,
)


def quality_page(quality: Quality) -> str:
    """The page.

    Args:
        quality: What there is to say.

    Returns:
        Text of ``data-quality.html``, which needs no other file.
    """
    sections = (
        ("look", "Worth a look", _look(quality)),
        ("files", "What was read", _files(quality)),
        ("children", "Periods of care and children in care", _children(quality)),
        ("rules", "What the rules did", _rules(quality)),
        ("codes", "Codes", _codes(quality)),
        ("columns", "How fully columns are filled", _columns(quality)),
    )
    opening = element("div", *(paragraph(line) for line in quality.finding), class_="finding")
    links = contents([(name, title) for name, title, _ in sections])
    body = joined(section(name, title, inside) for name, title, inside in sections)
    return page(
        quality.title, joined((opening, links)), body, joined(map(paragraph, foot(quality)))
    )


def _look(quality: Quality) -> Html:
    if not quality.checks:
        return paragraph(NOTHING_SEEN)
    return bullets(
        joined((element("strong", each.sentence), " ", each.remedy)) for each in quality.checks
    )


def _files(quality: Quality) -> Html:
    rows = [
        (
            path(each.file),
            read_as(each),
            "" if each.year is None else str(each.year),
            f"{each.rows:,}",
            f"{quality.not_used.get(each.file, 0):,}",
        )
        for each in quality.files
    ]
    head = ("File", "Read as", "Year", "Rows", "Not used")
    said = "Files looked at; a year is named by the 31 March it ends on"
    return table(said, head, rows, numbers=(2, 3, 4))


def _children(quality: Quality) -> Html:
    stages = (("Before", quality.before), ("After", quality.after))
    told = [paragraph(element("strong", f"{name}: "), stage.sentence) for name, stage in stages]
    periods = [
        (name, counted(stage.periods), counted(stage.closed), counted(stage.open))
        for name, stage in stages
    ]
    in_care = [
        (long_date(date), *(counted(stage.in_care.get(date)) for _, stage in stages))
        for date in quality.dates
    ]
    pieces = [
        *told,
        chart(quality),
        table("Children in care", ("Date", "Before", "After"), in_care, numbers=(1, 2)),
        table("Periods of care", ("Stage", "Periods", "Closed", "Open"), periods, (1, 2, 3)),
        paragraph(seen_beginning(quality)),
        paragraph(where_placed(quality)),
    ]
    if not quality.shows_small_counts:
        pieces.append(paragraph(HIDDEN_NOTE, class_="quiet"))
    return joined(pieces)


def _rules(quality: Quality) -> Html:
    pieces = [paragraph(f"Every row named here, and every other, is in {CSV_NAME}.")]
    for title, kind, nothing in kind_titles():
        done = quality.did(kind)
        pieces.append(element("h3", title))
        if not done:
            pieces.append(paragraph(nothing))
            continue
        rows = [(breakable(one.rule.name), _told(one), f"{one.rows:,}", one.share) for one in done]
        head = ("Rule", "What it does, where, and what to do", "Rows", "Share")
        pieces.append(table(f"{title}, by rule", head, rows, numbers=(2, 3)))
    if quality.idle:
        names: list[str] = []
        for name in quality.idle:
            names += [", " if names else "", breakable(name)]
        pieces.append(paragraph("Rules that found nothing: ", *names, "."))
    return joined(pieces)


def _told(one: Applied) -> Html:
    return joined(
        (
            paragraph(one.rule.sentence),
            element("p", element("strong", "Where: "), where(one), class_="path"),
            element("p", element("strong", "What to do: "), one.remedy),
        )
    )


def _codes(quality: Quality) -> Html:
    if not quality.codes:
        return paragraph("Every code is in the list of its year.")
    rows = [
        (f"{each.column}: {each.code or 'not shown'}", code_words(each), f"{each.rows:,}")
        for each in quality.codes
    ]
    # Columns never stand in a cell alone: that is how a return looks, which the guard refuses.
    head = ("Column and code", "What it is", "Rows")
    shown = table("Codes in no list, or of another year", head, rows, numbers=(2,))
    return joined((shown, *(paragraph(line) for line in codes_todo(quality))))


def _columns(quality: Quality) -> Html:
    head = ("Column", *(str(year) for year in quality.years))
    rows = [
        (breakable(one.column), *(filled(one, year) for year in quality.years))
        for one in quality.filling
    ]
    shown = table("Share of rows filled, by collection year", head, rows, range(1, len(head)))
    said = [
        joined(
            (element("strong", breakable(one.column)), f", of {one.of}. {one.why}{thin_words(one)}")
        )
        for one in quality.filling
    ]
    return joined((shown, bullets(said)))
