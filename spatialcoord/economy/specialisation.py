r"""How alike the industries of regions are: specialisation, and what is duplicated.

With the share :math:`s_{ir}` of sector i in the output of region r,

.. math:: K_{rq} = \textstyle\sum_i |s_{ir}-s_{iq}| \in [0,2], \qquad
          K_r = \textstyle\sum_i |s_{ir}-\bar s_{i,-r}|, \qquad D = 1 - \tfrac12 K & (1)

between two regions, and of a region against all others together. D is the share of output that both have in the same sectors:
one where structures are duplicated, zero where nothing is made in both. Depends on how finely sectors are told apart.

References
----------
Krugman (1991), Geography and Trade, for K.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.errors import InputError, Problem


def specialisation(table: pd.DataFrame) -> xr.Dataset:
    """Krugman's index and the share duplicated, between pairs of regions and of each against the rest.

    Parameters
    ----------
    table : pandas.DataFrame
        Output (or people at work) by region (rows) and sector (columns), any unit, not negative.

    Returns
    -------
    xarray.Dataset
        `krugman` and `duplication` (region, other), `krugman_rest` and `duplication_rest` (region); each with ``units`` and
        ``long_name`` in English and Chinese. The index against the rest is missing where there is one region.

    Raises
    ------
    InputError
        Every problem of the table at once.
    """
    values = table.to_numpy(dtype=float)
    problems = []
    for bad, what in (
        (~np.isfinite(values).all(axis=1), "figures are missing"),
        ((values < 0).any(axis=1), "figures are negative"),
        (np.isfinite(values).all(axis=1) & (values.sum(axis=1) == 0), "there is no output"),
    ):
        regions = [str(r) for r, wrong in zip(table.index, bad, strict=True) if wrong]
        if regions:
            problems.append(Problem(f"{what} in {', '.join(regions[:5])}", "table", remedy="Mend the table."))
    if problems:
        raise InputError(problems)
    share = values / values.sum(axis=1, keepdims=True)
    pairs = np.abs(share[:, None, :] - share[None, :, :]).sum(axis=2)
    rest = values.sum(axis=0) - values
    with np.errstate(invalid="ignore", divide="ignore"):
        against = np.abs(share - rest / rest.sum(axis=1, keepdims=True)).sum(axis=1)
    regions = [str(region) for region in table.index]

    def array(numbers: Any, dims: tuple[str, ...], name: str, name_zh: str) -> xr.DataArray:
        about = {"units": "1", "long_name": name, "long_name_zh": name_zh}
        return xr.DataArray(numbers, dict.fromkeys(dims, regions), dims, attrs=about)

    two, one = ("region", "other"), ("region",)
    return xr.Dataset(
        {
            "krugman": array(
                pairs,
                two,
                "specialisation against another region (Krugman)",
                "与另一地区的专业化指数（克鲁格曼）",
            ),
            "duplication": array(
                1.0 - 0.5 * pairs,
                two,
                "share of output in the same sectors as another region",
                "与另一地区产业同构度",
            ),
            "krugman_rest": array(
                against,
                one,
                "specialisation against all other regions (Krugman)",
                "与其他地区整体的专业化指数（克鲁格曼）",
            ),
            "duplication_rest": array(
                1.0 - 0.5 * against,
                one,
                "share of output in the same sectors as all other regions",
                "与其他地区整体的产业同构度",
            ),
        }
    )
