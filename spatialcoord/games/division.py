"""What every rule of division returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spatialcoord.games.basics import Coalition
from spatialcoord.games.game import Game


@dataclass(frozen=True, eq=False)
class Division:
    """A division of the grand coalition's value or cost.

    Attributes
    ----------
    game : Game
        The game.
    method : str
        Name of the rule.
    payoff : dict of str to float
        What each player receives (value game) or is charged (cost game), in the game's unit.
    certificate : object
        What proves the result, where the rule has a proof; otherwise None.
    note : str
        What a reader must know of this result; empty when there is nothing.
    """

    game: Game = field(repr=False)
    method: str
    payoff: Mapping[str, float]
    certificate: Any = field(default=None, repr=False)
    note: str = ""

    @property
    def excesses(self) -> dict[Coalition, float]:
        """Excess of every coalition but the empty and the grand one, the largest complaint first; at most 20 players."""
        excess = self.game.excess(self.payoff)
        inner = np.arange(1, excess.size - 1)
        order = inner[np.argsort(-excess[inner], kind="stable")]
        return {self.game.coalition(mask): float(excess[mask]) for mask in order}
