"""Approving relatives and friends: each child's placement with them must be decided in time.

A child may live with a relative or friend on temporary approval. When it runs out the panel
decides, at once if it has a turn free, otherwise within the one extension. If the panel
refuses, or cannot decide in time, the placement ends and the child must move.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from simpy.events import Event

from sufficiency.episodes import NONE
from sufficiency.model.child import NEVER, Child
from sufficiency.model.luck import HOME_APPROVAL
from sufficiency.model.parameters import ApprovalParameters
from sufficiency.model.turns import Turns

Action = Callable[[Event], None]
"""What is done when a timer rings; it is given the timer."""
At = Callable[[float, Action], None]
"""Does something on a day of the forecast."""
Refuse = Callable[[Child], None]
"""Ends a placement that is not approved."""


class Approvals:
    """The approval of one setting's carers."""

    def __init__(self, rules: ApprovalParameters, at: At, refuse: Refuse) -> None:
        """Nobody has been decided on yet.

        Args:
            rules: How long approval may take, and how many can be decided.
            at: Does something on a day of the forecast.
            refuse: Ends a placement that is not approved.
        """
        self._rules = rules
        self._panel = Turns(rules.panel_per_year)
        self._at = at
        self._refuse = refuse

    def needed(self, child: Child, placed: float) -> None:
        """A child has moved in: its carers must be decided on.

        Whoever had been there longer than temporary approval when the forecast opened has
        been approved already.
        """
        due = placed + self._rules.temporary_days
        self._at(due, partial(self._due, child, child.row, due))

    def _due(self, child: Child, row: int, day: float, _timer: Event) -> None:
        """Temporary approval runs out: the panel decides, now or before the extension ends."""
        if not _still_there(child, row):
            return
        latest = day + self._rules.extension_days
        turn = self._panel.next(day, latest)
        if turn == NEVER or child.luck[HOME_APPROVAL] < self._rules.refused:
            self._at(min(turn, latest), partial(self._ends, child, row))

    def _ends(self, child: Child, row: int, _timer: Event) -> None:
        """The panel has refused, or time has run out."""
        if _still_there(child, row):
            self._refuse(child)


def _still_there(child: Child, row: int) -> bool:
    return child.row == row and child.setting != NONE
