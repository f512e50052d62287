r"""Whether a payoff holds: who would leave, by how much they gain, and the least subsidy that keeps them.

.. math:: \min \sum_i s_i \quad\text{s.t.}\quad s(S) \ge e(S, x)\ \ \forall S \subsetneq N,\quad s \ge 0 \qquad (1)

with the excess e of :class:`spatialcoord.games.Game`; `s` is what an outside party adds to the payoff (takes off the charge). If the
division itself may be changed, the least subsidy is the cost of stability of the game
(:func:`spatialcoord.games.core`), which is never more.

References
----------
Bachrach, Y., Elkind, E., Meir, R., Pasechnik, D., Zuckerman, M., Rothe, J. and Rosenschein, J. (2009), The cost of stability in
coalitional games, SAGT 2009, for the cost of stability; (1) with a given division is its form with fixed shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from spatialcoord.games.basics import Coalition
from spatialcoord.games.core import Balanced, core
from spatialcoord.games.game import Game
from spatialcoord.games.rows import Rows


@dataclass(frozen=True, eq=False)
class Stability:
    """How well a payoff holds; true when no coalition gains by leaving and the payoff spends no more than there is.

    Attributes
    ----------
    payoff : dict of str to float
        The payoff, in the game's sign and unit.
    left_over : float
        What the payoff leaves of the grand coalition's value (of a cost game: what it collects beyond the cost); negative when it hands
        out more than there is.
    worse_than_alone : dict of str to float
        Players who do better alone, and by how much.
    leaving : dict of coalition to float
        Coalitions that gain by leaving, and by how much in all, the largest gain first; single players included.
    subsidy : dict of str to float
        Least addition (1) to the payoffs (reduction of charges) that keeps everybody; one optimum, others may exist.
    subsidy_total : float
        Its sum.
    proof : dict of coalition to float
        Weights of coalitions with sum_S weight * gain = subsidy_total, no player in more than 1 of weight: no smaller subsidy exists.
    cost_of_stability : float
        Least subsidy from outside if payoffs may be divided anew; 0 when the core is not empty.
    balanced : Balanced
        Its proof.
    stable : bool
        Nobody gains by leaving and no more is handed out than there is.
    """

    payoff: Mapping[str, float]
    left_over: float
    worse_than_alone: Mapping[str, float]
    leaving: Mapping[Coalition, float]
    subsidy: Mapping[str, float]
    subsidy_total: float
    proof: Mapping[Coalition, float] = field(repr=False)
    cost_of_stability: float
    balanced: Balanced = field(repr=False)
    stable: bool

    def __bool__(self) -> bool:
        return self.stable


def stability(
    game: Game, payoff: Mapping[str, float] | Iterable[float], tolerance: float = 1e-9
) -> Stability:
    """Who would leave under a payoff, and what it takes to keep them.

    Parameters
    ----------
    game : Game
        At most 20 players.
    payoff : mapping or sequence
        One number a player, in the game's sign.
    tolerance : float
        Gains below this share of the game's largest number are not told (rounded payoffs need a larger one).

    Raises
    ------
    InputError
        A payoff that is not one finite number a player; too many players.
    """
    x, excess = game.vector(payoff), game.excess(payoff)
    slack = tolerance * max(1e-300, float(np.abs(game.table).max()))
    inner = np.arange(1, excess.size - 1)
    order = inner[np.argsort(-excess[inner], kind="stable")]
    leaving = {game.coalition(m): float(excess[m]) for m in order if excess[m] > slack}
    alone = {name: leaving[(name,)] for name in game.players if (name,) in leaving}
    added, total, proof = np.zeros(game.size), 0.0, {}
    if leaving:
        scale = float(excess[inner].max())
        proper = np.zeros(excess.size, dtype=bool)
        proper[inner] = True
        cost = np.array([1.0] * game.size + [0.0])
        best = Rows(excess / scale, np.zeros(excess.size)).solve(cost, proper, lower=0.0, fixed=0.0)
        added, total = best.x * scale, best.value * scale
        proof = {game.coalition(m): d for m, d in best.duals.items() if d > 1e-12}
    division = core(game)
    return Stability(
        game.named(x),
        float(excess[-1]),
        alone,
        leaving,
        game.named(added),
        float(total),
        proof,
        division.cost_of_stability,
        division.certificate,
        bool(not leaving and excess[-1] >= -slack),
    )
