r"""Claims that together exceed an estate: five rules of division, and the game they belong to.

.. math:: v(S) = \max\Bigl(0,\ E - \sum_{i \notin S} c_i\Bigr) \qquad (1)

The Talmud's rule is the nucleolus of (1) and random arrival its Shapley value.

References
----------
O'Neill, B. (1982), A problem of rights arbitration from the Talmud, Mathematical Social Sciences 2(4). Aumann, R. J. and Maschler, M.
(1985), Game theoretic analysis of a bankruptcy problem from the Talmud, Journal of Economic Theory 36(2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import Vector, number_of
from spatialcoord.games.game import Game
from spatialcoord.games.shapley import shapley

Rule = Literal["proportional", "cea", "cel", "talmud", "random_arrival"]


@dataclass(frozen=True)
class Awards:
    """What each claimant is awarded.

    Attributes
    ----------
    rule : str
        Name of the rule.
    payoff : dict of str to float
        Awards, between 0 and the claim, in the unit of the estate.
    loss : dict of str to float
        Claim less award.
    """

    rule: str
    payoff: Mapping[str, float]
    loss: Mapping[str, float]


def bankruptcy(claims: Mapping[str, float], estate: float, rule: Rule = "talmud") -> Awards:
    r"""Division of an estate that cannot meet all claims.

    .. math:: \text{cea: } x_i = \min(c_i, \lambda),\qquad \text{cel: } x_i = \max(0, c_i - \lambda),\qquad \sum_i x_i = E \qquad (2)

    .. math:: \text{talmud: } x = \text{cea}(c/2, E)\ \text{if}\ E \le \tfrac12 \sum c,\ \text{else}\ c - \text{cea}(c/2, \textstyle\sum c - E) \qquad (3)

    Parameters
    ----------
    claims : mapping of str to float
        Claims :math:`c_i \ge 0`.
    estate : float
        :math:`0 \le E \le \sum_i c_i`, in the same unit.
    rule : {"talmud", "proportional", "cea", "cel", "random_arrival"}
        Constrained equal awards (cea), constrained equal losses (cel), the Talmud's contested garment rule, shares in proportion to claims,
        or the mean over orders of arrival in which each takes what is left up to the claim (at most 20 claimants).

    Raises
    ------
    InputError
        No claims, negative or infinite numbers, an estate above all claims, an unknown rule.
    """
    names, c, e = _checked(claims, estate, rule)
    if rule == "proportional":
        x = c * (e / c.sum()) if c.sum() > 0 else c
    elif rule == "cea":
        x = _equal_awards(c, e)
    elif rule == "cel":
        x = c - _equal_awards(c, c.sum() - e)
    elif rule == "talmud":
        x = _equal_awards(c / 2, e) if e <= c.sum() / 2 else c - _equal_awards(c / 2, c.sum() - e)
    else:
        x = np.array(list(shapley(bankruptcy_game(claims, estate)).payoff.values()))
    return Awards(
        rule, dict(zip(names, x.tolist(), strict=True)), dict(zip(names, (c - x).tolist(), strict=True))
    )


def bankruptcy_game(claims: Mapping[str, float], estate: float) -> Game:
    """Game (1): what each coalition is left with when it pays all others their claims first.

    Raises
    ------
    InputError
        As :func:`bankruptcy`, and more than 20 claimants once every coalition is asked for.
    """
    names, c, e = _checked(claims, estate, "talmud")
    return Game.of(names, lambda member: np.maximum(0.0, e - (~member) @ c), "value", vectorised=True)


def _equal_awards(claims: Vector, estate: float) -> Vector:
    """Awards min(claim, level) that sum to the estate."""
    order = np.sort(claims)
    # what is handed out when the level is the k-th smallest claim
    handed = np.cumsum(order) + order * np.arange(len(order) - 1, -1, -1)
    k = int(np.searchsorted(handed, estate))
    if k == len(order):
        return claims.copy()
    level = (estate - order[:k].sum()) / (len(order) - k)
    return np.minimum(claims, level)


def _checked(claims: Mapping[str, float], estate: float, rule: str) -> tuple[tuple[str, ...], Vector, float]:
    problems: list[Problem | str] = []
    numbers = {str(name): number_of(value) for name, value in claims.items()}
    e, fault = number_of(estate)
    if fault:
        problems.append(Problem(fault, "estate"))
    for name, (number, wrong) in numbers.items():
        if wrong or number < 0:
            problems.append(
                Problem(wrong or f"the claim is {number:g}", f"claim of {name}", remedy="Give 0 or more.")
            )
    if not numbers:
        problems.append(Problem("there are no claims"))
    c = np.array([number for number, _ in numbers.values()])
    if not problems and not 0 <= e <= c.sum() * (1 + 1e-12):
        problems.append(
            Problem(
                f"the estate is {e:g}, the claims sum to {c.sum():g}",
                why="it must be between 0 and their sum",
            )
        )
    if rule not in ("proportional", "cea", "cel", "talmud", "random_arrival"):
        problems.append(
            Problem(f"unknown rule {rule!r}", remedy="Rules: proportional, cea, cel, talmud, random_arrival.")
        )
    if problems:
        raise InputError(problems)
    return tuple(numbers), c, min(e, float(c.sum()))
