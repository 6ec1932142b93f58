"""Numbers in words: the small grammar that charts and the summary share.

Money is rounded to a tenth of a million, children to a whole child. A number that rounds
to nothing never carries a minus sign, and one child is a child, not children.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence


def whole(number: float) -> int:
    """Nearest whole number, halves away from zero."""
    return int(math.copysign(math.floor(abs(number) + 0.5), number))


def children(number: float) -> str:
    """``1 child``, ``618 children``, ``1,204 children``."""
    count = whole(number)
    return f"{count:,} {'child' if count == 1 else 'children'}"


def millions(pounds: float) -> str:
    """Size of a sum of money, without its sign: ``£12.9 million``; thousands when small."""
    size = abs(pounds)
    if size < 950:
        return f"£{whole(size):,}"
    if size < 95_000:
        return f"£{whole(size / 1000):,},000"
    return f"£{math.floor(size / 100_000 + 0.5) / 10:,.1f} million"


def short_millions(pounds: float) -> str:
    """For a label inside a chart: ``£12.9m``, ``-£0.4m``, ``£0.0m``."""
    tenths = whole(pounds / 100_000)
    return f"{'-' if tenths < 0 else ''}£{abs(tenths) / 10:,.1f}m"


def over_or_under(pounds: float) -> str:
    """A variance in words: ``£2.4 million over``, ``£0.3 million under``, ``on budget``."""
    if whole(pounds) == 0:
        return "on budget"
    return f"{millions(pounds)} {'over' if pounds > 0 else 'under'}"


def percent(share: float) -> str:
    """A share as a whole percentage: ``57%``."""
    return f"{whole(share * 100)}%"


def chance(probability: float) -> str:
    """A probability in words: futures in a hundred, or none or all of those simulated."""
    if probability <= 0:
        return "none of the simulated futures"
    if probability >= 1:
        return "all of the simulated futures"
    count = min(max(whole(probability * 100), 1), 99)
    return f"{count} {'future' if count == 1 else 'futures'} in 100"


def month_year(date: dt.date) -> str:
    """``March 2025``."""
    return f"{date:%B %Y}"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def lower_first(text: str) -> str:
    """A label inside a sentence: its first letter small, unless a proper name or initials."""
    first_word = text.split(" ")[0]
    proper = text.startswith("No Wrong Door") or first_word[1:] != first_word[1:].lower()
    return text if proper else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """The same text with a capital first letter."""
    return text[:1].upper() + text[1:]
