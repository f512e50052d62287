r"""What is learned from a panel: beliefs move towards estimates, damped, and rounds end when nothing moves.

A belief is normal with mean m and standard deviation s. An estimate x with standard error e moves it by

.. math::

    w = \frac{s^2}{s^2+e^2}, \qquad m' = m + \delta w (x - m), \qquad
    s'^2 = (1-\delta w)^2 s^2 + (\delta w)^2 e^2 \qquad (1)

with the damping :math:`\delta`. At :math:`\delta=1` it is the posterior of Bayes' rule for normal errors;
below it the mean moves less, and s' is what that mean is worth: the belief does not claim to know more than
it took up. Repeated with new data it goes to the truth. Each panel may be used once: the same data twice
would count twice. The mean stays inside the plausible range of the parameter (widened to a value that a
scenario chose beyond it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from spatialcoord.coordination.estimation import Estimate
from spatialcoord.economy.capital import plausible, with_elasticities
from spatialcoord.economy.setting import Array

LARGEST_DAMPING = 0.5  # a design choice: beyond it plans answer chance more than they answer the economy
NORMAL_95 = 1.959963984540054  # half width of a 95 % interval in standard deviations


@dataclass(frozen=True)
class Belief:
    """What is held of one parameter.

    Attributes
    ----------
    mean, sd : float
        In the unit of the parameter.
    low, high : float
        Ends of its plausible range; infinite where it has none.
    reason : str
        How it came about: ``prior``, ``updated``, ``bounded`` (an end of the range held it back), or why an
        estimate did not move it: the status of the estimate. Sentences stand in the messages
        (``learning.belief``, ``learning.status``).
    """

    mean: float
    sd: float
    low: float = -np.inf
    high: float = np.inf
    reason: str = "prior"


def update(
    prior: float,
    prior_sd: float,
    estimate: float,
    sd: float,
    damping: float = LARGEST_DAMPING,
    plausible: tuple[float | None, float | None] = (None, None),
) -> tuple[float, float]:
    """Equation (1).

    Parameters
    ----------
    prior, prior_sd : float
        Mean and standard deviation before, in the unit of the parameter.
    estimate, sd : float
        Estimate and its standard error; where either is no number the belief stays as it is.
    damping : float
        Share of the way to the posterior mean that is taken, 0 to 0.5.
    plausible : (float or None, float or None)
        Range of the parameter, as :func:`~spatialcoord.scenario.parameters.fields_of` tells it.

    Returns
    -------
    (float, float)
        Mean and standard deviation after.

    Raises
    ------
    ValueError
        A standard deviation below zero, or a damping outside its range.
    """
    if not 0.0 <= damping <= LARGEST_DAMPING:
        raise ValueError(f"the damping {damping:g} is not between 0 and {LARGEST_DAMPING:g}")
    if prior_sd < 0 or sd < 0:
        raise ValueError("a standard deviation is below zero")
    if not (np.isfinite(estimate) and np.isfinite(sd)):
        return prior, prior_sd
    # by the ratio, whose square cannot vanish or overflow where both are tiny or huge
    share = 0.0 if prior_sd == 0.0 else damping / (1.0 + (sd / prior_sd) ** 2)
    low, high = plausible
    low, high = -np.inf if low is None else min(low, prior), np.inf if high is None else max(high, prior)
    mean = float(np.clip(prior + share * (estimate - prior), low, high))
    return mean, float(np.hypot((1.0 - share) * prior_sd, share * sd))


def beliefs(scenario: Any, kinds: Sequence[str]) -> dict[str, Belief]:
    """What a scenario holds of elasticities: its value, and the plausible range as a 95 % interval."""
    found = {}
    for kind in kinds:
        params = getattr(scenario.economy.capital, kind)
        low, high = plausible(scenario, kind)
        sd = (high - low) / (2.0 * NORMAL_95)
        found[kind] = Belief(params.elasticity, sd, min(low, params.elasticity), max(high, params.elasticity))
    return found


def learn(
    held: Mapping[str, Belief], found: Mapping[str, Estimate], damping: float = LARGEST_DAMPING
) -> dict[str, Belief]:
    """Beliefs after one panel.

    Parameters
    ----------
    held : mapping of str to Belief
        Before, by kind of capital.
    found : mapping of str to Estimate
        What the panel says. Kinds that it says nothing of are not touched.
    damping : float
        As for :func:`update`.

    Returns
    -------
    dict of Belief
        Each with the reason why it moved or did not.
    """
    after = dict(held)
    for kind, belief in held.items():
        if kind not in found:
            continue
        says = found[kind]
        if not says.identified:
            after[kind] = replace(belief, reason=says.status)
            continue
        free, _ = update(belief.mean, belief.sd, says.value, says.sd, damping)
        mean, sd = update(belief.mean, belief.sd, says.value, says.sd, damping, (belief.low, belief.high))
        after[kind] = replace(belief, mean=mean, sd=sd, reason="updated" if mean == free else "bounded")
    return after


def believing(scenario: Any, held: Mapping[str, Belief]) -> Any:
    """The scenario with the means of beliefs as its elasticities."""
    return with_elasticities(scenario, {kind: belief.mean for kind, belief in held.items()})


@dataclass(frozen=True)
class Round:
    """What one round of planning ends with.

    Attributes
    ----------
    plan : mapping of str to numpy.ndarray, shape (R,) or (R, Y)
        Money by line, in any unit: its shares count, so that a budget that grows is no change.
    parameters : mapping of str to float
        What it was planned with.
    """

    plan: Mapping[str, Array]
    parameters: Mapping[str, float]


@dataclass(frozen=True)
class Convergence:
    """Whether rounds may end.

    Attributes
    ----------
    settled : bool
        Neither plan nor parameters move any more.
    reason : str
        ``settled``, ``plan_moves``, ``parameters_move`` or ``both_move``. Sentences stand in the messages
        (``learning.converged``).
    plan_change : float
        Share of the money that goes elsewhere than in the round before: half the sum of absolute changes of shares. Infinite where one of
        the two rounds spends nothing.
    parameter_change : float
        Largest change of a parameter over its value in the round before, a share.
    """

    settled: bool
    reason: str
    plan_change: float
    parameter_change: float


def converged(previous: Round, current: Round, tolerance: float) -> Convergence:
    """Compare two rounds.

    Parameters
    ----------
    previous, current : Round
        Of the same lines and parameters.
    tolerance : float
        Largest change of plan and parameters that counts as none, a share.

    Raises
    ------
    ValueError
        The rounds have other lines, regions or parameters, or a tolerance that is not above zero.
    """
    if not tolerance > 0:
        raise ValueError("the tolerance is not above zero")
    if previous.plan.keys() != current.plan.keys() or previous.parameters.keys() != current.parameters.keys():
        raise ValueError("the rounds have other lines or parameters")
    if any(np.shape(previous.plan[line]) != np.shape(current.plan[line]) for line in previous.plan):
        raise ValueError("the rounds have other regions or years")
    plan = _moved(
        np.concatenate([np.ravel(previous.plan[line]) for line in previous.plan] or [np.zeros(0)]),
        np.concatenate([np.ravel(current.plan[line]) for line in previous.plan] or [np.zeros(0)]),
    )
    parameters = max(
        (
            _largest_change(np.array([v]), np.array([current.parameters[k]]))
            for k, v in previous.parameters.items()
        ),
        default=0.0,
    )
    moves = plan > tolerance, parameters > tolerance
    reason = {
        (False, False): "settled",
        (True, False): "plan_moves",
        (False, True): "parameters_move",
        (True, True): "both_move",
    }[moves]
    return Convergence(not any(moves), reason, plan, parameters)


def _moved(before: Array, after: Array) -> float:
    """Share of money that goes elsewhere; infinite where only one of the two has any."""
    totals = float(before.sum()), float(after.sum())
    if totals == (0.0, 0.0):
        return 0.0
    if min(totals) <= 0.0:
        return np.inf
    return 0.5 * float(np.abs(after / totals[1] - before / totals[0]).sum())


def _largest_change(before: Array, after: Array) -> float:
    """Largest absolute change over the mean absolute value before; infinite after nothing."""
    change = float(np.abs(after - before).max(initial=0.0))
    if change == 0.0:
        return 0.0
    size = float(np.abs(before).mean())
    return change / size if size > 0 else np.inf
