r"""The nucleolus and its weighted forms, by a sequence of linear programmes, each verified before it is returned.

The nucleolus makes the largest complaint as small as can be, then the next, and so on (Schmeidler 1969). Stage k solves

.. math:: \varepsilon_k = \min \varepsilon \quad\text{s.t.}\quad x(S) + \omega(S)\,\varepsilon \ge w(S)\ (S\ \text{not settled}),\quad
          x(S) = w(S) - \omega(S)\,\varepsilon_j\ (S\ \text{settled in stage } j < k),\quad x(N) = w(N) \qquad (1)

(Maschler, Peleg and Shapley 1979). Only coalitions that are tight in *every* optimum may be settled; a positive dual proves that of
a coalition. Fixing those that happen to be tight is the error that Guajardo and Jörnsten (2015) found in published tables.
Coalitions in the span of settled ones have constant excess and drop out, so there are at most n - 1 stages. The payoff is then
recomputed from the settled equations by linear algebra and held to :func:`spatialcoord.games.kohlberg`.

References
----------
Schmeidler, D. (1969), The nucleolus of a characteristic function game, SIAM Journal on Applied Mathematics 17(6). Maschler, M.,
Peleg, B. and Shapley, L. S. (1979), Geometric properties of the kernel, nucleolus, and related solution concepts, Mathematics of
Operations Research 4(4). Guajardo, M. and Jörnsten, K. (2015), Common mistakes in computing the nucleolus, European Journal of
Operational Research 241(3). Young, H. P., Okada, N. and Hashimoto, T. (1982), Cost allocation in water resources development, Water
Resources Research 18(3), for the per-capita ("weak") and proportional forms.
"""

from __future__ import annotations

import numpy as np

from spatialcoord.errors import InputError, Problem, SolveError
from spatialcoord.games.basics import Vector, indicator
from spatialcoord.games.division import Division
from spatialcoord.games.game import Game
from spatialcoord.games.kohlberg import kohlberg
from spatialcoord.games.rows import Rows, free_directions, moved
from spatialcoord.games.weights import Scaled, Weighting, coalition_weights

POSITIVE = 1e-6  # of duals whose weighted sum is 1: at least one of at most n + 1 is larger


def nucleolus(game: Game) -> Division:
    """Nucleolus: (1) with weights 1, among payoffs that give every player at least what they have alone.

    Returns
    -------
    Division
        Its `certificate` is the :class:`~spatialcoord.games.kohlberg.Kohlberg` that holds for it.

    Raises
    ------
    InputError
        More than 20 players, or no such payoff (single players are together worth more than the grand coalition).
    SolveError
        What was found does not satisfy Kohlberg's criterion; nothing is returned then.
    """
    return _nucleolus(game, "excess", True, "nucleolus")


def prenucleolus(game: Game) -> Division:
    """Prenucleolus: as :func:`nucleolus` among all efficient payoffs; the same where the core is not empty."""
    return _nucleolus(game, "excess", False, "prenucleolus")


def per_capita_nucleolus(game: Game) -> Division:
    r"""Per-capita prenucleolus: excesses per member, :math:`\omega(S) = |S|` (the refined weak least core of Young et al.)."""
    return _nucleolus(game, "per_capita", False, "per_capita_nucleolus")


def proportional_nucleolus(game: Game) -> Division:
    r"""Proportional prenucleolus: excesses per unit of the coalition's own number, :math:`\omega(S) = c(S)` or :math:`v(S)`.

    Raises
    ------
    InputError
        As :func:`nucleolus`, and where a coalition's number is not positive.
    """
    return _nucleolus(game, "proportional", False, "proportional_nucleolus")


def _nucleolus(game: Game, weighting: Weighting, imputations: bool, method: str) -> Division:
    omega = coalition_weights(game, weighting)
    scaled = Scaled.of(game)
    if imputations and scaled.worth[-1] < -1e-12:
        alone, whole = scaled.sign * scaled.alone.sum(), game.table[-1]
        together = "cost" if game.kind == "cost" else "are worth"
        raise InputError(
            Problem(
                f"single players {together} {alone:g} in all, the grand coalition {whole:g}",
                why="no payoff gives every player at least what they have alone",
                remedy="Use prenucleolus, which does not ask for that.",
            )
        )
    x = lexicographic(scaled.worth, omega / omega.max(), imputations)
    payoff = game.named(scaled.back(x))
    proof = kohlberg(game, payoff, weighting, imputations)
    if not proof:
        raise SolveError(f"The {method} found does not satisfy Kohlberg's criterion: {proof.reason}.")
    return Division(game, method, payoff, proof)


def lexicographic(worth: Vector, omega: Vector, imputations: bool) -> Vector:
    """Stages (1) of a game that is scaled to order one, shape (2^n,) -> (n,)."""
    n = int(worth.size).bit_length() - 1
    rows, cost = Rows(worth, omega), np.array([0.0] * n + [1.0])
    basis, side = np.ones((1, n)), worth[-1:].copy()
    # equations that the end result solves: in x and in the epsilon of each stage
    settled: list[tuple[Vector, float, int, float]] = [(np.ones(n), float(worth[-1]), -1, 0.0)]
    stage = 0
    free = free_directions(basis)
    while free.shape[1]:
        best = rows.solve(cost, moved(free), (basis, side), 0.0 if imputations else None)
        for mask, dual in best.duals.items():
            if dual * omega[mask] > POSITIVE:
                row = indicator(mask, n)
                settled.append((row, float(worth[mask]), stage, float(omega[mask])))
                basis, side = _extended(basis, side, row, worth[mask] - omega[mask] * best.epsilon)
        for i in np.flatnonzero(best.reduced > POSITIVE):
            settled.append((np.eye(n)[i], 0.0, -1, 0.0))
            basis, side = _extended(basis, side, np.eye(n)[i], 0.0)
        before, free = free.shape[1], free_directions(basis)
        if free.shape[1] == before:
            raise SolveError("The nucleolus could not be found: a stage settled no coalition.")
        stage += 1
    matrix = np.zeros((len(settled), n + stage))
    for k, (row, _, level, weight) in enumerate(settled):
        matrix[k, :n] = row
        if level >= 0:
            matrix[k, n + level] = weight
    return np.linalg.lstsq(matrix, np.array([s[1] for s in settled]), rcond=None)[0][:n]


def _extended(basis: Vector, side: Vector, row: Vector, value: float) -> tuple[Vector, Vector]:
    """Equations with one more, unless it follows from them."""
    if np.abs(row @ free_directions(basis)).max(initial=0.0) <= 1e-9:
        return basis, side
    return np.vstack([basis, row]), np.append(side, value)
