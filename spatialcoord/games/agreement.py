"""What a bargaining rule returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from spatialcoord.games.basics import Vector

NOTHING = 1e-9  # of the size of utilities: a party that can gain less cannot gain


@dataclass(frozen=True, eq=False)
class Bargain:
    """An agreement.

    Attributes
    ----------
    rule : str
        Name of the rule.
    payoff, gain : dict of str to float
        Utility of each party, and what it gains over the disagreement point.
    ideal : dict of str to float
        The most each party can get while all others get what they have without an agreement.
    mixture : dict of str to float
        Shares of the points that are agreed on; empty for linear constraints.
    objective : float
        Sum of v ln g (nash), common level of the scaled gains (of utilities for leximin), or weighted sum (utilitarian).
    gap : float
        Nash: certified distance from the best possible objective, in logarithms (1e-6 is a millionth of the product); otherwise 0.
    certificate : dict of str to float
        Nash: prices v_i / g_i; no outcome is worth more at them than this one, up to the gap, which proves the optimum. Otherwise empty.
    note : str
        Parties that cannot gain, ties; empty when there is nothing to say.
    variables : numpy.ndarray, shape (m,)
        Of plans: the values of the model's variables; otherwise empty.
    """

    rule: str
    payoff: Mapping[str, float]
    gain: Mapping[str, float]
    ideal: Mapping[str, float]
    mixture: Mapping[str, float]
    objective: float
    gap: float = 0.0
    certificate: Mapping[str, float] = field(default_factory=dict, repr=False)
    note: str = ""
    variables: Vector = field(default_factory=lambda: np.zeros(0), repr=False)


def agreement(
    labels: tuple[str, ...],
    names: tuple[str, ...],
    d: Vector,
    gain: Vector,
    ideal: Vector,
    can: Vector,
    rule: str,
    z: Vector,
    level: float,
    gap: float,
    certificate: Mapping[str, float],
    variables: Vector,
) -> Bargain:
    """The agreement at an outcome z, with names."""
    stuck = [name for name, c in zip(names, can, strict=True) if not c]
    return Bargain(
        rule,
        dict(zip(names, (d + gain).tolist(), strict=True)),
        dict(zip(names, gain.tolist(), strict=True)),
        dict(zip(names, ideal.tolist(), strict=True)),
        {name: float(share) for name, share in zip(labels, z, strict=False) if share > 1e-12},
        float(level),
        float(gap),
        certificate,
        f"{', '.join(stuck)} cannot gain and {'is' if len(stuck) == 1 else 'are'} left out of the rule"
        if stuck
        else "",
        variables,
    )
