r"""Divisions by formula: separable costs and remaining benefits, Gately's point, Tijs's tau value.

All of them use what a player adds to the rest, :math:`M_i = v(N) - v(N \setminus i)` (of costs: the separable cost).

References
----------
Straffin, P. D. and Heaney, J. P. (1981), Game theory and the Tennessee Valley Authority, International Journal of Game Theory 10(1). Gately, D.
(1974), Sharing the gains from regional cooperation, International Economic Review 15(1). Tijs, S. H. (1981), Bounds for the core and the
tau-value, in Game Theory and Mathematical Economics. Young, H. P., Okada, N. and Hashimoto, T. (1982), Water Resources Research 18(3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import Vector, subset_sums
from spatialcoord.games.division import Division
from spatialcoord.games.game import Game


def _marginals(game: Game) -> tuple[Vector, Vector, float]:
    """What each adds to the rest, what each has alone, and the whole, as given."""
    bit = 1 << np.arange(game.size)
    whole = float(game.table[-1])
    return whole - game.table[(1 << game.size) - 1 - bit], game.table[bit], whole


@dataclass(frozen=True)
class Separable:
    """Parts of an SCRB division, in the game's unit.

    Attributes
    ----------
    separable : dict of str to float
        What each player adds to the rest.
    remaining : dict of str to float
        Remaining benefit: the lesser of the player's benefit and number alone, less what is separable.
    joint : float
        What is left of the whole, divided in proportion to `remaining`.
    """

    separable: Mapping[str, float]
    remaining: Mapping[str, float]
    joint: float


def scrb(game: Game, benefits: Mapping[str, float] | Iterable[float] | None = None) -> Division:
    r"""Separable costs, remaining benefits (the alternate cost avoided method when no benefits are given).

    .. math:: x_i = m_i + \frac{r_i}{\sum_j r_j}\Bigl(c(N) - \sum_j m_j\Bigr),\quad m_i = c(N) - c(N \setminus i),\quad
              r_i = \min(b_i, c(i)) - m_i \qquad (1)

    Parameters
    ----------
    game : Game
        A cost game; of a value game the same formula with v and without benefits.
    benefits : mapping or sequence, optional
        What the project is worth to each player, :math:`b_i`, in the game's unit; not binding when left out.

    Returns
    -------
    Division
        `certificate` is a :class:`Separable` with the parts of (1).

    Raises
    ------
    InputError
        Nothing to divide in proportion to (remaining benefits sum to 0 and something is left), or benefits given for a value game.
    """
    separable, alone, whole = _marginals(game)
    if benefits is not None:
        if game.kind != "cost":
            raise InputError(Problem("benefits belong to a cost game", remedy="Leave them out."))
        alone = np.minimum(alone, game.vector(benefits))
    remaining = alone - separable
    joint, total = whole - separable.sum(), remaining.sum()
    size = float(np.abs(game.table).max())
    if abs(total) <= 1e-12 * size and abs(joint) > 1e-9 * size:
        raise InputError(
            Problem(
                "remaining benefits sum to 0, and something is left to divide",
                why="every player adds just what they have alone",
                remedy="Use the Shapley value or the nucleolus.",
            )
        )
    share = remaining / total if abs(total) > 1e-12 * size else np.zeros(game.size)
    negative = [
        name for name, r in zip(game.players, remaining * game.sign, strict=True) if r * -1 < -1e-12 * size
    ]
    note = f"remaining benefits of {', '.join(negative)} are negative" if negative else ""
    parts = Separable(game.named(separable), game.named(remaining), float(joint))
    return Division(game, "scrb", game.named(separable + share * joint), parts, note)


def gately(game: Game) -> Division:
    r"""Gately's point: everybody's propensity to disrupt is the same, :math:`d`.

    .. math:: d = \frac{\sum_{j \ne i} x_j - v(N \setminus i)}{x_i} = \frac{\sum_i M_i}{v(N)} - 1,\qquad x_i = \frac{M_i}{d + 1} \qquad (2)

    for the game in which single players are worth 0; what they have alone is added back. Equal to :func:`scrb` without benefits
    (Straffin and Heaney 1981).

    Returns
    -------
    Division
        `certificate` is the propensity d (what the others lose if i leaves, over what i loses).

    Raises
    ------
    InputError
        Cooperation has no surplus over the players alone, or nobody adds anything.
    """
    adds, alone, whole = _marginals(game)
    adds, surplus = game.sign * (adds - alone), game.sign * (whole - alone.sum())
    size = float(np.abs(game.table).max())
    if surplus <= 1e-12 * size or adds.sum() <= 1e-12 * size:
        raise InputError(
            Problem(
                "there is no propensity to disrupt",
                why="the grand coalition has no surplus over the players alone, or no player adds to it",
                remedy="Use the Shapley value or the nucleolus.",
            )
        )
    disruption = adds.sum() / surplus - 1.0
    return Division(
        game, "gately", game.named(alone + game.sign * adds / (disruption + 1.0)), float(disruption)
    )


def tau(game: Game) -> Division:
    r"""Tau value: between what players can claim at least, m, and what they add to the rest, M.

    .. math:: m_i = \max_{S \ni i} \Bigl\{v(S) - \sum_{j \in S \setminus i} M_j\Bigr\},\qquad \tau = m + \alpha (M - m),\quad
              \sum_i \tau_i = v(N) \qquad (3)

    Returns
    -------
    Division
        `certificate` holds (m, M) a player, in the game's sign.

    Raises
    ------
    InputError
        The game is not quasi-balanced (some m above M, or v(N) not between their sums); then there is no tau value.
    """
    adds, _, _ = _marginals(game)
    worth, upper = game.worth, game.sign * adds
    remainder = worth - subset_sums(upper)
    members = np.arange(worth.size)
    lower = np.array([remainder[members >> i & 1 == 1].max() + upper[i] for i in range(game.size)])
    slack = 1e-9 * max(1e-300, float(np.abs(worth).max()))
    faults: list[Problem | str] = [
        Problem(
            f"{name} can claim at least {game.sign * low:g} but adds only {game.sign * high:g} to the rest"
        )
        for name, low, high in zip(game.players, lower, upper, strict=True)
        if low > high + slack
    ]
    if not lower.sum() - slack <= worth[-1] <= upper.sum() + slack:
        faults.append(
            Problem(
                f"the whole, {game.table[-1]:g}, is not between the sums of claims "
                f"({game.sign * lower.sum():g} and {game.sign * upper.sum():g})"
            )
        )
    if faults:
        why = "the tau value exists for quasi-balanced games only"
        raise InputError([*faults, Problem(why, remedy="Use the Shapley value or the prenucleolus.")])
    width = float((upper - lower).sum())
    part = (worth[-1] - lower.sum()) / width if width > slack else 0.0
    bounds = {
        name: (float(game.sign * a), float(game.sign * b))
        for name, a, b in zip(game.players, lower, upper, strict=True)
    }
    return Division(game, "tau", game.named(game.sign * (lower + part * (upper - lower))), bounds)
