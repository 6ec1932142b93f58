"""s"""

from __future__ import annotations

from typing import Any


def own_summary(*a: Any) -> str:
    return ""
