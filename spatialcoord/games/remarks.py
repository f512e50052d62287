"""Where parts of a coalition do better than the whole: told of a game, never refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.games.basics import Vector, label, subset_sums

if TYPE_CHECKING:
    from spatialcoord.games.game import Game

MOST_COMPARED = 15  # players up to which every pair of disjoint coalitions is compared (3^15 pairs)
MOST_NAMED = 10  # coalitions that are written out


def weaker_than_parts(game: Game) -> list[str]:
    """Sentences on coalitions that do worse than two of their parts, the worst first."""
    if game.size > MOST_COMPARED:
        return [f"Whether parts do better than wholes was not looked at ({game.size} players)."]
    gain, part = parts_better(game.worth)
    scale = max(1e-300, float(np.abs(game.table).max()))
    order = [int(s) for s in np.argsort(-gain, kind="stable") if gain[s] > 1e-9 * scale]
    verb = "costs" if game.kind == "cost" else "is worth"
    unit = f" {game.unit}" if game.unit else ""
    said = []
    for s in order[:MOST_NAMED]:
        first, second = (label(game.coalition(p)) for p in (part[s], s ^ part[s]))
        whole, parts = (
            rounded(number, scale) for number in (game.table[s], game.table[s] + game.sign * gain[s])
        )
        said.append(
            f"{label(game.coalition(s))} {verb} {whole}{unit}, its parts {first} and {second} {parts}"
        )
    if len(order) > MOST_NAMED:
        said.append(f"and {len(order) - MOST_NAMED} more coalitions that do worse than two of their parts")
    return said


def parts_better(worth: Vector) -> tuple[Vector, Vector]:
    """What every coalition's best split into two is worth beyond the coalition, and one of the parts, shapes (2^n,).

    Where there is no split the first is minus infinity. All 3^n pairs are looked at.
    """
    best, part = np.full(worth.size, -np.inf), np.zeros(worth.size, dtype=int)
    every = worth.size - 1
    bit = 1 << np.arange(every.bit_length())
    for one in range(1, every):
        other = subset_sums(bit[(every ^ one) & bit > 0])[1:]
        union, together = other | one, worth[other] + worth[one]
        better = together > best[union]
        best[union[better]], part[union[better]] = together[better], one
    return best - worth, part


def rounded(number: float, scale: float) -> str:
    """Two decimals, or as many as make three digits of the largest number."""
    return f"{number:.{int(np.clip(2 - np.floor(np.log10(scale)), 2, 15))}f}"
