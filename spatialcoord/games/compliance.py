r"""Whether an agreement enforces itself: what parties gain by breaking it today against what they lose later.

A party that breaks the agreement gets T a period instead of R until the breach is noticed, m periods later, and P from then on; it
discounts the next period by :math:`\delta`. With a subsidy n a period while the agreement lasts, and a penalty F paid with probability
:math:`\pi`, it keeps the agreement when

.. math:: T - R \le \frac{\delta^m}{1 - \delta^m}\,(R + n - P) + \pi F \qquad (1)

.. math:: \delta^* = \left(\frac{a}{a + b}\right)^{1/m},\quad a = \max(0,\,T - R - \pi F),\ b = R + n - P \qquad (2)

.. math:: n^* = \max\Bigl(0,\ a\,\frac{1 - \delta^m}{\delta^m} - (R - P)\Bigr) \qquad (3)

For m = 1 and no penalty (2) is the threshold (T - R) / (T - P) of trigger strategies. The subsidy counts as lost from the period
in which the breach is answered; that is a simplification, as is a penalty that is paid at once.

References
----------
Friedman, J. W. (1971), A non-cooperative equilibrium for supergames, Review of Economic Studies 38(1), for trigger strategies. The penalty,
its chance and the subsidy are this package's own linear form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.basics import number_of


@dataclass(frozen=True)
class Party:
    """What one party gets, each period, in money.

    Attributes
    ----------
    cooperate, deviate, punished : float
        R while all keep the agreement, T while it alone breaks it unnoticed, P once the breach is answered.
    discount : float
        Worth today of one unit next period, :math:`\\delta`, between 0 and 1 (both excluded).
    lag : int
        Periods until a breach is answered, m, at least 1.
    penalty : float
        F, at least 0.
    detection : float
        Chance that the penalty has to be paid, between 0 and 1.
    subsidy : float
        n, per period while the agreement lasts.
    """

    cooperate: float
    deviate: float
    punished: float
    discount: float
    lag: int = 1
    penalty: float = 0.0
    detection: float = 1.0
    subsidy: float = 0.0


@dataclass(frozen=True)
class Compliance:
    """Whether an agreement holds by itself; true when every party keeps it.

    Attributes
    ----------
    holds : dict of str to bool
        Whether each party keeps it, (1).
    margin : dict of str to float
        Right side of (1) less the left, money of today.
    threshold : dict of str to float
        Discount factor (2) from which on each party keeps it: 0 when every factor does, infinite when none does, however near to 1.
    subsidy : dict of str to float
        Least subsidy (3) a period with which each party keeps it, in place of the one given.
    subsidy_total : float
        Their sum, a period: what the centre pays for the agreement to hold.
    penalty : dict of str to float
        Least penalty that does the same, at the chance of detection given; infinite when that is 0.
    """

    holds: Mapping[str, bool]
    margin: Mapping[str, float]
    threshold: Mapping[str, float]
    subsidy: Mapping[str, float]
    subsidy_total: float
    penalty: Mapping[str, float]

    def __bool__(self) -> bool:
        return all(self.holds.values())


def self_enforcing(parties: Mapping[str, Party]) -> Compliance:
    """Whether every party keeps the agreement, from when on, and what it would take.

    Raises
    ------
    InputError
        No parties, numbers that are not finite, factors or chances outside their range, a lag that is not a whole number of periods.
    """
    problems: list[Problem | str] = [] if parties else [Problem("there are no parties")]
    for name, party in parties.items():
        problems += _faults(str(name), party)
    if problems:
        raise InputError(problems)
    margin = {name: _margin(party) for name, party in parties.items()}
    # equality keeps the agreement; rounding must not undo that
    holds = {name: margin[name] >= -1e-12 * _scale(party) for name, party in parties.items()}
    subsidy = {name: _least_subsidy(party) for name, party in parties.items()}
    return Compliance(
        holds,
        margin,
        {name: _threshold(party) for name, party in parties.items()},
        subsidy,
        sum(subsidy.values()),
        {name: _least_penalty(party) for name, party in parties.items()},
    )


def _factor(party: Party) -> float:
    later = party.discount**party.lag
    return later / (1.0 - later)


def _margin(party: Party) -> float:
    future = _factor(party) * (party.cooperate + party.subsidy - party.punished)
    return future + party.detection * party.penalty - (party.deviate - party.cooperate)


def _scale(party: Party) -> float:
    return max(abs(party.cooperate), abs(party.deviate), abs(party.punished), 1e-300) * max(
        1.0, _factor(party)
    )


def _threshold(party: Party) -> float:
    loss, gain = party.cooperate + party.subsidy - party.punished, party.deviate - party.cooperate
    gain -= party.detection * party.penalty
    if loss >= 0:
        return (
            0.0 if gain <= 0 else float((gain / (gain + loss)) ** (1.0 / party.lag)) if loss > 0 else np.inf
        )
    # being punished is better than the agreement: a patient party breaks it
    return np.inf


def _least_subsidy(party: Party) -> float:
    bare = replace(party, subsidy=0.0)
    return max(0.0, -_margin(bare) / _factor(bare))


def _least_penalty(party: Party) -> float:
    lacking = max(0.0, -_margin(replace(party, penalty=0.0)))
    return 0.0 if lacking == 0 else lacking / party.detection if party.detection > 0 else np.inf


def _faults(name: str, party: Party) -> list[Problem | str]:
    found: list[Problem | str] = []
    for key, value in vars(party).items():
        number, fault = number_of(value)
        if fault:
            found.append(Problem(fault, f"{key} of {name}"))
        elif key == "discount" and not 0 < number < 1:
            found.append(
                Problem(f"is {number:g}", f"discount of {name}", remedy="Give a factor between 0 and 1.")
            )
        elif key == "detection" and not 0 <= number <= 1:
            found.append(
                Problem(f"is {number:g}", f"detection of {name}", remedy="Give a chance from 0 to 1.")
            )
        elif key == "penalty" and number < 0:
            found.append(Problem(f"is {number:g}", f"penalty of {name}", remedy="Give 0 or more."))
        elif key == "lag" and (number < 1 or number != int(number)):
            found.append(
                Problem(
                    f"is {number:g}", f"lag of {name}", remedy="Give a whole number of periods, at least 1."
                )
            )
    return found
