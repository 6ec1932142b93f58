"""Why a file cannot be read as YAML at all, in words that someone new to YAML can use.

The reader of YAML stops at the first thing it cannot follow and describes it in its own
terms. Here the common ones are said again plainly: a tab, a quote not closed, a colon in
the wrong place, a line indented too far.
"""

from __future__ import annotations

import re

import yaml

from sufficiency.errors import Problem
from sufficiency.scenario.nodes import Place

_UNPRINTABLE = re.compile(
    "[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_MOST_BYTES = 5_000_000

_PLAINLY = (
    (
        "mapping values are not allowed",
        "a colon is not expected here",
        "indent this line like its neighbours, or put text that holds a colon in quotes",
    ),
    (
        "expected ',' or ']'",
        "a list opened with `[` is not closed",
        "separate its items with commas and close it with `]`",
    ),
    (
        "expected ',' or '}'",
        "a group opened with `{` is not closed",
        "separate its items with commas and close it with `}`",
    ),
    (
        "while scanning a quoted scalar found unexpected",
        "a quotation mark is opened and never closed",
        "close it on the same line",
    ),
    (
        "unknown escape character",
        "a backslash in double quotes is read as a special sign",
        "use single quotes, or write two backslashes",
    ),
    (
        "expected <block end>",
        "this line does not fit with the lines above it",
        "indent it exactly as far as the keys or items it belongs with",
    ),
    (
        "could not find expected ':'",
        "a key without a colon",
        "write a colon and a space after the key",
    ),
    (
        "expected '<document start>'",
        "this line does not begin in the same column as the first",
        "begin every key of the same group in the same column",
    ),
    (
        "expected the node content",
        "a value or a bracket is missing before this",
        "close each bracket with its own kind, and write a value after each colon",
    ),
    (
        "while scanning a block scalar",
        "a block of text is not laid out as YAML needs",
        "start it on the line below `|` or `>`, indented with spaces",
    ),
    (
        "found character",
        "a value may not begin with this sign",
        "put the text in quotes",
    ),
)


def text_of(data: bytes, file: str) -> tuple[str, list[Problem]]:
    """The words of a file, with or without a byte order mark.

    Args:
        data: The file as stored.
        file: Its name, for problems.

    Returns:
        The text, and what is wrong with it; when anything is, the
        text is not to be used.
    """
    if len(data) > _MOST_BYTES:
        problem = Place(file, 1, 1).problem(
            "the file is larger than 5 MB, which no scenario is", "check that it is a scenario"
        )
        return "", [problem]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = _place(file, before, len(before))
        return "", [place.problem("this is not UTF-8 text", "save the file with UTF-8 encoding")]
    found = _UNPRINTABLE.search(text)
    if found:
        place = _place(file, text, found.start())
        sentence = f"an invisible control character (code {ord(found[0])}) stands here"
        return "", [place.problem(sentence, "delete it")]
    return text, []


def _place(file: str, text: str, offset: int) -> Place:
    before = text[:offset]
    line = before.count("\n") + 1
    return Place(file, line, offset - (before.rfind("\n") + 1) + 1)


def syntax_problems(text: str, file: str, error: yaml.YAMLError) -> list[Problem]:
    """What stopped the reader, in plain words.

    Args:
        text: The file's text.
        file: Its name.
        error: What the reader of YAML said.

    Returns:
        Every indentation tab when there is one, otherwise the one place it stopped at.
    """
    tabs = [
        _place(file, text, found.end() - 1).problem("a tab is used to indent", "indent with spaces")
        for found in _TAB.finditer(text)
    ]
    if tabs:
        return tabs
    said = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or ''}"
    mark = getattr(error, "problem_mark", None)
    if "unexpected end of stream" in said or "but got '<stream end>'" in said:
        mark = getattr(error, "context_mark", None) or mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    for sign, sentence, remedy in _PLAINLY:
        if sign in said:
            return [place.problem(sentence, remedy)]
    return [place.problem("this cannot be read as YAML", "compare it with the lines around it")]
