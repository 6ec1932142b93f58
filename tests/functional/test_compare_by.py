"""What ``sufficiency compare --by`` refuses before anything is looked at."""

from __future__ import annotations

import pytest

from sufficiency.commands.compare import _ranked_by
from sufficiency.errors import InputError


@pytest.mark.golden
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "--by:1:1 it does not say what to rank by; write MEASURE or ONE/OTHER"),
        ("/", "--by:1:1 `/` does not name what to rank by; write MEASURE or ONE/OTHER"),
    ],
)
def test_nothing_to_rank_by_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        _ranked_by(text, None)  # type: ignore[arg-type]
    assert str(refused.value).startswith(said)
