r"""Morris screening: which parameters matter at all, and which act through others or in curves.

A trajectory is a walk through the unit cube of k parameters that moves one parameter at a time by :math:`\Delta` on a grid of p
levels. The elementary effect of parameter i is

.. math:: d_i = \frac{f(u + \Delta e_i) - f(u)}{\Delta}, \qquad \Delta = \frac{p}{2(p-1)}, \qquad (1)

and over all trajectories :math:`\mu_i` is its mean, :math:`\mu^*_i` the mean of its size and :math:`\sigma_i` its standard
deviation: a large :math:`\mu^*` is a parameter that matters, a large :math:`\sigma` one whose effect depends on the others or
bends.

Sources: Morris 1991, Technometrics 33(2), 161-174 (design and effects); Campolongo, Cariboni and Saltelli 2007, Environmental
Modelling & Software 22(10), 1509-1518 (:math:`\mu^*`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Array

LEVELS = 4


def trajectories(parameters: int, count: int, seed: int, levels: int = LEVELS) -> Array:
    """Random walks through the unit cube.

    Parameters
    ----------
    parameters : int
        Number of parameters, k.
    count : int
        Number of walks, N.
    seed : int
        Of the random numbers.
    levels : int
        Levels of the grid, p; even, so that every level is met equally often.

    Returns
    -------
    numpy.ndarray, shape (N, k + 1, k)
        Points on the grid 0, 1/(p-1), ..., 1; neighbours differ in one parameter by p / (2 (p-1)).
    """
    rng = np.random.default_rng(seed)
    step = levels / (2.0 * (levels - 1))
    lower = np.arange(levels // 2) / (levels - 1)  # from here a step up stays inside
    walks = np.empty((count, parameters + 1, parameters))
    for walk in walks:
        start = rng.choice(lower, parameters)
        up = rng.random(parameters) < 0.5
        walk[0] = np.where(up, start, start + step)
        for n, i in enumerate(rng.permutation(parameters)):
            walk[n + 1] = walk[n]
            walk[n + 1, i] += step if up[i] else -step
    return walks


def elementary_effects(walks: Array, values: Array) -> Array:
    """Elementary effects (1) of every parameter in every walk.

    Parameters
    ----------
    walks : numpy.ndarray, shape (N, k + 1, k)
        From :func:`trajectories`.
    values : numpy.ndarray, shape (N, k + 1)
        What was found at each point; not a number where nothing could be found.

    Returns
    -------
    numpy.ndarray, shape (N, k)
        In the unit of the values per whole range of the parameter; not a number beside a point without a value.
    """
    steps = np.diff(walks, axis=1)
    which = np.abs(steps).argmax(axis=2)
    found = np.full((walks.shape[0], walks.shape[2]), np.nan)
    along = np.take_along_axis(steps, which[:, :, None], axis=2)[:, :, 0]
    np.put_along_axis(found, which, np.diff(values, axis=1) / along, axis=1)
    return found


@dataclass(frozen=True)
class Screening:
    r"""Summary of elementary effects.

    Attributes
    ----------
    mu, mu_star, sigma : numpy.ndarray, shape (k,)
        Mean, mean size and standard deviation; not a number where there are too few effects.
    counted : numpy.ndarray of int, shape (k,)
        Effects that went in.
    """

    mu: Array
    mu_star: Array
    sigma: Array
    counted: np.ndarray


def screen(effects: Array) -> Screening:
    """Summarise elementary effects, shape (N, k), over the walks; those that are not numbers are left out."""
    there = np.isfinite(effects)
    counted = there.sum(axis=0)
    kept = np.where(there, effects, 0.0)
    divisor = np.where(counted > 0, counted, np.nan)
    mu = kept.sum(axis=0) / divisor
    spread = np.where(there, effects - mu, 0.0)
    sigma = np.sqrt((spread**2).sum(axis=0) / np.where(counted > 1, counted - 1, np.nan))
    return Screening(mu, np.abs(kept).sum(axis=0) / divisor, sigma, counted)
