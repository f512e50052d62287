"""Concentration of an absolute quantity (output, sales, people) in few regions."""

from __future__ import annotations

from typing import Any

from spatialcoord.disparity.common import weighted
from spatialcoord.errors import InputError, Problem


def herfindahl(totals: Any) -> float:
    r"""Herfindahl–Hirschman index of concentration.

    .. math:: H = \sum_r s_r^2, \qquad s_r = \frac{Y_r}{\sum_q Y_q} \qquad (1)

    It takes totals, not values per head, and depends on how the land is divided: splitting a region lowers
    it. 1/H is the number of equal regions that would be as concentrated.

    Parameters
    ----------
    totals : array_like, shape (n,)
        Absolute quantity of each region, not negative; any unit.

    Returns
    -------
    float
        1/n when all regions have the same, 1 when one has all.

    Raises
    ------
    InputError
        Negative totals, nothing at all, or as in :func:`spatialcoord.disparity.common.weighted`.

    References
    ----------
    Hirschman, A. O. (1964), The paternity of an index, American Economic Review 54(5).
    """
    y, _ = weighted(totals)
    if (y < 0).any() or y.sum() == 0:
        raise InputError(
            Problem(
                "the totals are negative somewhere, or zero everywhere",
                where="totals",
                remedy="Give quantities that are not negative, at least one of them positive.",
            )
        )
    share = y / y.sum()
    return float(share @ share)
