"""What wrong numbers end in, and how it is told in one line.

A back-test makes many forecasts. One whose figures do not hold is passed over with the reason in
a line, so that the others are still made; a fault of the program's own stops everything.
"""

from __future__ import annotations

CRASHES = (ValueError, ArithmeticError, LookupError)
"""What wrong numbers end in. A wrong type or a broken promise is the program's, and stops it."""
_LONGEST_REASON = 200


def in_a_line(error: Exception) -> str:
    """What went wrong, in one line of bounded length, for whoever has to find it.

    Args:
        error: What was raised.

    Returns:
        Its kind and its words, cut off after 200 characters.
    """
    words = f"{type(error).__name__} {' '.join(str(error).split())}".strip()
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}..."
