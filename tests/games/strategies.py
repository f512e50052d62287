"""Games to draw: small ones of every kind, and how to change them."""

import numpy as np
from hypothesis import strategies as st

from spatialcoord.games import Game

NAMES = ("a", "b", "c", "d", "e")


def of_table(table, kind="value") -> Game:
    """Game of numbers in the order of bits, for tests that change tables."""
    table = np.asarray(table, dtype=float)
    size = int(table.size).bit_length() - 1
    return Game(
        {tuple(n for i, n in enumerate(NAMES[:size]) if s >> i & 1): v for s, v in enumerate(table) if s},
        kind,
        NAMES[:size],
    )


def members(size: int) -> np.ndarray:
    """Who is in, shape (2^n, n)."""
    return (np.arange(1 << size)[:, None] >> np.arange(size) & 1).astype(bool)


@st.composite
def tables(draw, low=2, high=4, step=4):
    """Any numbers, in steps so that ties are common."""
    size = draw(st.integers(low, high))
    numbers = draw(st.lists(st.integers(-40, 40), min_size=(1 << size) - 1, max_size=(1 << size) - 1))
    return np.array([0.0, *numbers]) / step


@st.composite
def essential(draw, low=2, high=4):
    """Games with payoffs that give everybody what they have alone."""
    table = draw(tables(low, high))
    size = int(table.size).bit_length() - 1
    alone = table[1 << np.arange(size)].sum()
    table[-1] = max(table[-1], alone + draw(st.integers(0, 40)) / 4)
    return table


@st.composite
def convex(draw, low=2, high=4):
    """Sums of unanimity games with weights of at least 0, and something for each alone."""
    size = draw(st.integers(low, high))
    weights = draw(st.lists(st.integers(0, 12), min_size=1 << size, max_size=1 << size))
    every = np.arange(1 << size)
    table = sum(w * ((every & s) == s) for s, w in enumerate(weights) if s)
    return np.asarray(table, dtype=float) if np.ndim(table) else np.zeros(1 << size)
