r"""Multi-regional input-output algebra: who has to produce what when somebody spends, and where that leaks to.

With deliveries :math:`Z` between the cells (region, sector), output :math:`x` and final demand :math:`f`,

.. math::

    A &= Z \hat x^{-1}, \qquad L = (I-A)^{-1}, \qquad x = L f & (1)\\
    x^{L} &= (I-A^{LL})^{-1} f^{L} & \text{one region by itself} \quad (2)\\
    K &= (I - V L C\,\hat m)^{-1}, \qquad w = K V L f & \text{income spent again} \quad (3)

with value added by region per unit of output :math:`V` (R x N), the cells that consumption in a region is bought from
:math:`C` (N x R, columns sum to one), the share :math:`m_r` of value added that residents consume, and value added w by region.
K is the interrelational income multiplier. Prices, technology and trade patterns are fixed, and capacity is not a limit: an
upper bound on what demand can do, and only while it lasts.

References
----------
Miller and Blair (2009), Input-Output Analysis, chapters 2, 3 and 6; Miyazawa (1976), Input-Output Analysis and the Structure of
Income Distribution. The first two equations are those of pymrio (Stadler 2021, Journal of Open Research Software 9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem


def technical_coefficients(flows: Array, output: Array) -> Array:
    """Inputs by unit of output, equation (1).

    Parameters
    ----------
    flows : numpy.ndarray, shape (N, N)
        Deliveries from row to column, money a year.
    output : numpy.ndarray, shape (N,)
        Output of each cell, same unit; a cell without output has no inputs.

    Returns
    -------
    numpy.ndarray, shape (N, N)
    """
    return np.divide(flows, output, out=np.zeros_like(flows, dtype=float), where=output > 0)


def leontief_inverse(coefficients: Array) -> Array:
    """Output by unit of final demand, L of equation (1), shape (N, N).

    Raises
    ------
    InputError
        The cells need more than they produce: there is no inverse, or one with negative entries (Hawkins and Simon).
    """
    size = len(coefficients)
    try:
        inverse = np.linalg.inv(np.eye(size) - coefficients)
    except np.linalg.LinAlgError:
        inverse = np.full((size, size), np.nan)
    # for coefficients that are not negative: all outputs attainable exactly when no entry of the inverse is negative
    if not (inverse >= -1e-9).all():
        raise InputError(
            Problem(
                "the sectors need more inputs than they produce",
                why="The Leontief inverse does not exist or has negative entries.",
                remedy="Check the flows and the outputs: both in the same unit, inputs of every sector below its output.",
            )
        )
    return np.asarray(inverse)


def single_region_inverse(coefficients: Array, inside: np.ndarray) -> Array:
    """Inverse of one region by itself, equation (2); `inside` (N,) says which cells are its own."""
    own = np.flatnonzero(inside)
    return leontief_inverse(coefficients[np.ix_(own, own)])


@dataclass(frozen=True)
class Feedback:
    """What final demand in one region does there and elsewhere.

    Attributes
    ----------
    output : numpy.ndarray, shape (N,)
        Output of every cell with all regions together.
    alone : numpy.ndarray, shape (n,)
        Output of the region's own cells without the way through other regions.
    feedback : float
        Share of the region's own output that comes back through the others.
    leakage : float
        Share of all output that arises elsewhere.
    """

    output: Array
    alone: Array
    feedback: float
    leakage: float


def interregional_feedback(coefficients: Array, inside: np.ndarray, demand: Array) -> Feedback:
    """Feedback and leakage of final demand for the products of one region.

    Parameters
    ----------
    coefficients : numpy.ndarray, shape (N, N)
        A of equation (1).
    inside : numpy.ndarray of bool, shape (N,)
        Which cells are of the region.
    demand : numpy.ndarray, shape (N,)
        Final demand, zero outside the region, with some inside.
    """
    output = leontief_inverse(coefficients) @ demand
    alone = single_region_inverse(coefficients, inside) @ demand[inside]
    own = output[inside].sum()
    return Feedback(
        output, alone, float((own - alone.sum()) / own), float(output[~inside].sum() / output.sum())
    )


def income_multipliers(inverse: Array, earned: Array, consumed: Array, propensity: Array) -> Array:
    """Value added by region for a unit of final demand in every cell, income spent again included, equation (3).

    Parameters
    ----------
    inverse : numpy.ndarray, shape (N, N)
        L of equation (1).
    earned : numpy.ndarray, shape (R, N)
        V: value added that a region earns by unit of output of a cell.
    consumed : numpy.ndarray, shape (N, R)
        C: cells that a unit of consumption in a region is bought from.
    propensity : numpy.ndarray, shape (R,)
        Share of value added that residents consume; zero everywhere leaves income unspent (type I).

    Returns
    -------
    numpy.ndarray, shape (R, N)
    """
    direct = earned @ inverse
    again = (direct @ consumed) * propensity
    return leontief_inverse(again) @ direct
