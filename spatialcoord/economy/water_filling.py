"""Water-filling: a key scaled to a total inside bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.errors import InputError, Problem

if TYPE_CHECKING:
    from spatialcoord.economy.setting import Array

HALVINGS = 200


def water_fill(
    pattern: Array,
    total: float,
    lower: Array,
    upper: Array,
    where: str = "",
    remedy: str = "Lower the floors, raise the ceilings, or change the total.",
) -> Array:
    r"""Scale a key to a total inside bounds,

    .. math:: x_i(\lambda) = \min(\max(\lambda a_i, l_i), u_i), \qquad S(\lambda) = \sum_i x_i(\lambda) = T. \qquad (1)

    Parameters
    ----------
    pattern : numpy.ndarray, shape (n,)
        Non-negative key :math:`a`; where it is zero the amount is the lower bound.
    total : float
        Amount to distribute :math:`T`, in the unit of the bounds.
    lower, upper : numpy.ndarray, shape (n,)
        Finite bounds, :math:`0 \le l_i \le u_i`.
    where : str
        Key of the scenario or parameter that a message names.
    remedy : str
        What to do when the total does not fit.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Amounts that sum to `total`.

    Raises
    ------
    InputError
        The bounds leave no room for the total: :math:`\sum_i l_i > T` or :math:`\sum_i \bar u_i < T`, where
        :math:`\bar u_i` is :math:`u_i`, or :math:`l_i` where the key is zero.

    Notes
    -----
    *A solution exists iff* :math:`\sum_i l_i \le T \le \sum_i \bar u_i`. Each :math:`x_i` is continuous and
    non-decreasing in :math:`\lambda` (a clip of a line with slope :math:`a_i \ge 0`), so :math:`S` is too; it is
    :math:`\sum_i l_i` at zero and :math:`\sum_i \bar u_i` from :math:`\Lambda = \max_{a_i>0} u_i/a_i` on. The
    intermediate value theorem gives a root between, and no :math:`\lambda` gives a sum outside that interval.

    *The amounts are unique*, though :math:`\lambda` need not be: if :math:`S(\lambda)=S(\mu)` with
    :math:`\lambda<\mu`, the non-negative differences :math:`x_i(\mu)-x_i(\lambda)` sum to zero, so all are zero.

    *Bisection converges.* It keeps :math:`S(\text{low}) < T \le S(\text{high})` or low = 0, and :math:`S` has Lipschitz
    constant at most :math:`A=\sum_i a_i`, so after :math:`k` halvings

    .. math:: 0 \le S(\text{high}) - T \le A\,\Lambda\,2^{-k}. \qquad (2)

    It ends when no floating-point number lies between low and high (at most `HALVINGS` steps), where the error is
    rounding alone. Capping and rescaling in turn need not end, since each undoes the other.

    *The order of the key is kept* where bounds are in the same order: :math:`a_i \le a_j,\ l_i \le l_j,\ u_i \le u_j`
    give :math:`x_i \le x_j`.
    """
    key = np.maximum(np.asarray(pattern, dtype=float), 0.0)
    positive = key > 0
    reachable = np.where(positive, upper, lower).sum()
    if lower.sum() > total * (1 + 1e-12) or reachable < total * (1 - 1e-12):
        raise InputError(
            Problem(
                f"a total of {total:g} does not fit between floors of {lower.sum():g} and ceilings of {reachable:g}",
                where=where,
                remedy=remedy,
            )
        )
    low, high = 0.0, float((upper[positive] / key[positive]).max(initial=0.0))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if np.clip(middle * key, lower, upper).sum() < total:
            low = middle
        else:
            high = middle
    return np.clip(high * key, lower, upper)
