r"""The core, whether it is empty, and the least cores.

.. math:: \text{core} = \{x : x(N) = w(N),\ x(S) \ge w(S)\ \forall S\} \qquad (1)

.. math:: t = \min_{x} \{x(N) : x(S) \ge w(S)\ \forall S \subsetneq N\}
            = \max_{\delta \ge 0} \Bigl\{\sum_S \delta_S w(S) : \sum_{S \ni i} \delta_S = 1\ \forall i\Bigr\} \qquad (2)

The core is empty if and only if :math:`t > w(N)` (Bondareva 1963, Shapley 1967); the balanced weights :math:`\delta` prove it, and
:math:`t - w(N)` is the cost of stability, the least subsidy from outside that makes some division stable
(Bachrach et al. 2009). Least cores make the largest (weighted) excess as small as can be:

.. math:: \varepsilon^* = \min_{x(N) = w(N)} \max_{\emptyset \ne S \subsetneq N} e(S, x) / \omega(S) \qquad (3)

References
----------
Shapley, L. S. (1967), On balanced sets and cores, Naval Research Logistics Quarterly 14(4). Maschler, M., Peleg, B. and Shapley, L. S.
(1979), Mathematics of Operations Research 4(4), for the least core. Young, H. P., Okada, N. and Hashimoto, T. (1982), Water Resources
Research 18(3), for its weak (per-capita) and proportional forms. Bachrach, Y. et al. (2009), The cost of stability in coalitional
games, SAGT 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from spatialcoord.games.basics import Coalition
from spatialcoord.games.division import Division
from spatialcoord.games.game import Game
from spatialcoord.games.nucleolus import per_capita_nucleolus, prenucleolus, proportional_nucleolus
from spatialcoord.games.rows import Rows
from spatialcoord.games.weights import Scaled, Weighting, coalition_weights

EMPTY = 1e-9  # of the game's scale: a core that lacks less is not called empty


@dataclass(frozen=True)
class Balanced:
    r"""Balanced weights: a bound that anybody can recompute by adding up.

    Attributes
    ----------
    weights : dict of coalition to float
        :math:`\delta_S`; every player's coalitions carry 1 in all.
    """

    weights: Mapping[Coalition, float]

    def covers(self) -> dict[str, float]:
        """Weight of each player's coalitions in all; 1 each when the weights are balanced."""
        found: dict[str, float] = {}
        for members, weight in self.weights.items():
            for name in members:
                found[name] = found.get(name, 0.0) + weight
        return found

    def total(self, game: Game) -> float:
        """Number :math:`\\sum_S \\delta_S v(S)` (or c) that weights give: above v(N) (below c(N)), the core is empty."""
        return sum(weight * game.value(members) for members, weight in self.weights.items())


@dataclass(frozen=True, eq=False)
class Core:
    """Whether the core is empty; true when it is not.

    Attributes
    ----------
    empty : bool
        The verdict.
    payoff : dict of str to float or None
        A payoff in the core.
    certificate : Balanced
        Optimal weights of (2).
    cost_of_stability : float
        Least subsidy from outside that makes some division stable, in the game's unit; 0 when the core is not empty.
    """

    empty: bool
    payoff: Mapping[str, float] | None
    certificate: Balanced = field(repr=False)
    cost_of_stability: float

    def __bool__(self) -> bool:
        return not self.empty


def core(game: Game) -> Core:
    """Core of a game with a proof either way: a payoff in it, or balanced weights that no payoff can satisfy.

    Raises
    ------
    InputError
        More than 20 players.
    """
    scaled, n = Scaled.of(game), game.size
    proper = np.ones(1 << n, dtype=bool)
    proper[[0, -1]] = False
    if n == 1:
        return Core(False, game.named(game.table[-1:]), Balanced({game.players: 1.0}), 0.0)
    best = Rows(scaled.worth, np.zeros(1 << n)).solve(np.array([1.0] * n + [0.0]), proper, fixed=0.0)
    weights = Balanced({game.coalition(m): d for m, d in best.duals.items() if d > 1e-12})
    lacking = best.value - scaled.worth[-1]
    if lacking > EMPTY:
        return Core(True, None, weights, float(lacking * scaled.scale))
    return Core(False, game.named(scaled.back(best.x - lacking / n)), weights, 0.0)


def in_core(game: Game, payoff: Mapping[str, float] | Iterable[float], tolerance: float = 1e-9) -> bool:
    """Whether a payoff is in the core (1), up to `tolerance` times the largest number of the game.

    Raises
    ------
    InputError
        A payoff that is not one finite number a player.
    """
    excess = game.excess(payoff)
    slack = tolerance * max(1e-300, float(np.abs(game.table).max()))
    return bool(abs(excess[-1]) <= slack and excess[1:-1].max(initial=-np.inf) <= slack)


@dataclass(frozen=True, eq=False)
class LeastCore(Division):
    r"""A least core: an optimum, a set of payoffs that reach it, and a proof.

    The `payoff` shown is the nucleolus of the same weights, which lies in the set; `certificate` holds balanced weights
    with :math:`\bigl(\sum_S \delta_S w(S) - w(N)\bigr) / \sum_S \delta_S\,\omega(S) = \varepsilon^*`.

    Attributes
    ----------
    value : float
        :math:`\varepsilon^*` of (3): negative when the core has room. In the game's unit; per member (weak), or as a share (proportional).
    low, high : dict of str to float
        Least and most that each player gets or is charged within the set.
    unique : bool
        Whether the set is this one payoff.
    weighting : str
        What excesses are divided by.
    """

    value: float = 0.0
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)
    unique: bool = True
    weighting: Weighting = "excess"

    def __contains__(self, payoff: Mapping[str, float] | Iterable[float]) -> bool:
        return self.contains(payoff)

    def contains(self, payoff: Mapping[str, float] | Iterable[float], tolerance: float = 1e-9) -> bool:
        """Whether a payoff belongs to the set; `tolerance` in the game's unit (published tables are rounded)."""
        excess = self.game.excess(payoff)
        allowed = self.value * coalition_weights(self.game, self.weighting)
        slack = tolerance + 1e-9 * float(np.abs(self.game.table).max())
        return bool(abs(excess[-1]) <= slack and (excess - allowed)[1:-1].max(initial=-np.inf) <= slack)


def least_core(game: Game) -> LeastCore:
    """Least core: (3) with weights 1.

    Raises
    ------
    InputError
        More than 20 players.
    """
    return _least_core(game, "excess", "least_core")


def weak_least_core(game: Game) -> LeastCore:
    r"""Weak least core: (3) per member, :math:`\omega(S) = |S|`."""
    return _least_core(game, "per_capita", "weak_least_core")


def proportional_least_core(game: Game) -> LeastCore:
    r"""Proportional least core: (3) per unit of the coalition's own number, :math:`\omega(S) = c(S)` or :math:`v(S)`.

    Raises
    ------
    InputError
        More than 20 players, or a coalition whose number is not positive.
    """
    return _least_core(game, "proportional", "proportional_least_core")


_REFINED = {
    "excess": prenucleolus,
    "per_capita": per_capita_nucleolus,
    "proportional": proportional_nucleolus,
}


def _least_core(game: Game, weighting: Weighting, method: str) -> LeastCore:
    refined = _REFINED[weighting](game)
    if game.size == 1:
        return LeastCore(game, method, refined.payoff, low=refined.payoff, high=refined.payoff)
    scaled, n, weights = Scaled.of(game), game.size, coalition_weights(game, weighting)
    largest = float(weights.max())
    rows = Rows(scaled.worth, weights / largest)
    proper = np.ones(1 << n, dtype=bool)
    proper[[0, -1]] = False
    whole = (np.ones((1, n)), scaled.worth[-1:])
    best = rows.solve(np.array([0.0] * n + [1.0]), proper, whole)
    ends = np.empty((2, n))
    for i in range(n):
        for k, way in enumerate((1.0, -1.0)):
            cost = np.zeros(n + 1)
            cost[i] = way
            # a hair above the optimum: at the optimum itself the set may be a point that rounding empties
            ends[k, i] = way * rows.solve(cost, proper, whole, fixed=best.epsilon + 1e-9).value
    ends = np.sort(np.array([scaled.back(e) for e in ends]), axis=0)
    duals = {m: d for m, d in best.duals.items() if d > 1e-12}
    cover = sum(d for m, d in duals.items() if m & 1)
    unique = bool((ends[1] - ends[0]).max() <= 1e-6 * scaled.scale)
    shown = "" if unique else f"a set of payoffs; the one shown is its {refined.method.replace('_', ' ')}"
    return LeastCore(
        game,
        method,
        refined.payoff,
        Balanced({game.coalition(m): d / cover for m, d in duals.items()}),
        shown,
        value=best.epsilon * scaled.scale / largest,
        low=game.named(ends[0]),
        high=game.named(ends[1]),
        unique=unique,
        weighting=weighting,
    )
