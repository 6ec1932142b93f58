"""What is said when the input is wrong: where, what, and what to do about it.

Every fault in a file a person wrote is told as one line: the file, the line and the
column, a sentence, and the remedy. All the faults found are told together, so that a file
can be put right in one go.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_LISTED_AT_MOST = 14
_SHOWN_AT_MOST = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one place.

    Attributes:
        file: The file, from the project's folder where it lies inside it.
        line: Line, from 1.
        column: Column, from 1.
        sentence: What is wrong.
        remedy: What to do about it.
    """

    file: str
    line: int
    column: int
    sentence: str
    remedy: str

    def __str__(self) -> str:
        """The place, the sentence and the remedy on one line."""
        return f"{self.file}:{self.line}:{self.column} {self.sentence}; {self.remedy}"


class InputError(Exception):
    """The input is wrong. Holds every problem found, in order of place.

    Attributes:
        problems: What was found.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Travels whole from one process to another."""
        return type(self), (self.problems,)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file, line and column, each once."""
    return tuple(sorted(set(problems)))


def nearest(name: str, names: Iterable[str], at_most: int = 1) -> list[str]:
    """The names most like a misspelt one, best first; none when nothing is alike."""
    return difflib.get_close_matches(name[:200], list(names), n=at_most, cutoff=0.6)


def suggestion(name: str, names: Iterable[str], what: str = "names") -> str:
    """A remedy for a name that is not known.

    Args:
        name: What was written.
        names: What could have been meant.
        what: What the names are, for the list given when nothing is alike.

    Returns:
        ``did you mean `hub`?`` or a list of what is known.
    """
    known = list(names)
    close = nearest(name, known)
    if close:
        return f"did you mean `{close[0]}`?"
    if not known:
        return f"there are no {what} here"
    listed = ", ".join(f"`{each}`" for each in known[:_LISTED_AT_MOST])
    more = " and others" if len(known) > _LISTED_AT_MOST else ""
    return f"the {what} here are {listed}{more}"


def shown(text: str) -> str:
    """What was written, in backticks on one line, shortened when long."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(line) > _SHOWN_AT_MOST:
        line = line[: _SHOWN_AT_MOST - 3] + "..."
    return f"`{line}`"
