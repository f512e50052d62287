"""What a coalition's excess is divided by, and the scale on which games are solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import Vector, label, subset_sums
from spatialcoord.games.game import Game
from spatialcoord.games.remarks import MOST_NAMED

Weighting = Literal["excess", "per_capita", "proportional"]


def coalition_weights(game: Game, weighting: Weighting) -> Vector:
    r"""Weights :math:`\omega(S)`, shape (2^n,): 1, the number of members, or the coalition's own number; 1 for the empty one.

    Raises
    ------
    InputError
        An unknown name; proportional weights where a coalition's number is not positive.
    """
    if weighting == "excess":
        return np.ones(1 << game.size)
    if weighting == "per_capita":
        return np.maximum(1.0, subset_sums(np.ones(game.size)))
    if weighting != "proportional":
        raise InputError(
            Problem(f"unknown weighting {weighting!r}", remedy="Say excess, per_capita or proportional.")
        )
    weights = game.table.copy()
    weights[0] = 1.0
    wrong = np.flatnonzero(weights <= 0)
    if wrong.size:
        named = ", ".join(label(game.coalition(m)) for m in wrong[:MOST_NAMED])
        more = f" and {wrong.size - MOST_NAMED} more" if wrong.size > MOST_NAMED else ""
        raise InputError(
            Problem(
                f"coalitions with a number that is not positive: {named}{more}",
                why="a complaint in proportion to nothing has no meaning",
                remedy="Use the plain or the per-capita rule.",
            )
        )
    return weights


@dataclass(frozen=True)
class Scaled:
    r"""A game moved so that single players are worth 0, and scaled to order one: solutions move along.

    .. math:: w'(S) = \bigl(w(S) - \textstyle\sum_{i \in S} w(i)\bigr) / s,\quad
              s = \max_S |w(S) - \sum_{i \in S} w(i)|,\qquad x_i = w(i) + s\,x'_i \qquad (1)
    """

    worth: Vector
    alone: Vector
    scale: float
    sign: float

    @classmethod
    def of(cls, game: Game) -> Scaled:
        """The scaled game of a game."""
        worth = game.worth
        alone = worth[1 << np.arange(game.size)]
        moved = worth - subset_sums(alone)
        scale = float(np.abs(moved).max())
        # what is left of numbers that add up exactly is rounding, not a game
        if scale <= 1e-12 * float(np.abs(worth).max()):
            moved, scale = np.zeros_like(moved), max(1.0, float(np.abs(worth).max()))
        return cls(moved / scale, alone, scale, game.sign)

    def back(self, x: Vector) -> Vector:
        """Payoff in the game's own numbers and sign."""
        return self.sign * (self.alone + self.scale * x)

    def forth(self, payoff: Vector) -> Vector:
        """Payoff of the scaled game."""
        return (self.sign * payoff - self.alone) / self.scale
