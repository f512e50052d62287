r"""Local protection as a tariff-equivalent, and what opening a market does to the access of all regions.

Goods of region r pay a tariff-equivalent :math:`\varphi_{rs}` in the market of s. Of the goods of that market the share
:math:`u_s` is opened, good by good, so that access is linear in it,

.. math:: A_r(u) = \textstyle\sum_s Y_s D_{rs}^{-\delta}\left[(1-u_s)(1+\varphi_{rs})^{-\theta}
          + u_s(1+\varphi'_{rs})^{-\theta}\right] \qquad (1)

with the symbols of :mod:`spatialcoord.economy.market_access` and the tariff-equivalent :math:`\varphi'` that stays: none where r
and s can agree, all of :math:`\varphi` where they cannot. What protection is worth to a region's own firms is the sales at home
that it keeps for them, the difference of the home share with barriers and with those that stay,

.. math:: V_s = Y_s\left[\frac{a_{ss}}{\sum_r a_{rs}(1+\varphi_{rs})^{-\theta}}
          - \frac{a_{ss}}{\sum_r a_{rs}(1+\varphi'_{rs})^{-\theta}}\right],
          \qquad a_{rs} = Y_r D_{rs}^{-\delta} \qquad (2)

(sales in a market in proportion to the sellers' output and to the trade cost: a gravity equation without price indices).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.economy.market_access import MarketAccess
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import some, suggest_id
from spatialcoord.registry import did_you_mean

COLUMNS = ("a", "b", "tariff_equivalent")


class Barriers:
    """Barriers between the regions of a case.

    Parameters
    ----------
    setting : Setting
        Baseline.
    params : Parameters
        Has `tariff_equivalent`, `between` and `table`.
    able : numpy.ndarray, shape (R, R), bool, optional
        Which regions can agree to open their markets to each other; any two where left out.

    Attributes
    ----------
    tariff, stays : numpy.ndarray, shape (R, R)
        Tariff-equivalent that goods of the row's region pay in the market of the column's, as it is and once that market is open.
    """

    def __init__(self, setting: Setting, params: Any, able: np.ndarray | None = None) -> None:
        self.setting, self.access = setting, MarketAccess(setting)
        self.tariff = tariffs(setting, params)
        self.stays = np.zeros_like(self.tariff) if able is None else np.where(able, 0.0, self.tariff)
        self.closed = self.access.access(np.diag(setting.base_output), self.access.base_distance, self.tariff)
        self.open = self.access.access(np.diag(setting.base_output), self.access.base_distance, self.stays)

    @property
    def base(self) -> Array:
        """Access with every market as protected as it is, shape (R,)."""
        return np.asarray(self.closed.sum(axis=1))

    @property
    def rise(self) -> Array:
        """Rise in access of the row's region, as a share, when the market of the column's opens, shape (R, R)."""
        return np.asarray((self.open - self.closed) / self.base[:, None])

    @property
    def protects(self) -> np.ndarray:
        """Which regions protect their market against anybody whom they can open it to, shape (R,)."""
        return np.asarray((self.tariff > self.stays).any(axis=0))

    @property
    def protected(self) -> Array:
        """Sales that protection keeps for a region's own firms, as a share of its output, shape (R,), equation (2)."""
        output = self.setting.base_output

        def home(access: Array) -> Array:
            # sellers' output in the place of buyers'
            sales = access / output * output[:, None]
            return np.asarray(np.diag(sales) / sales.sum(axis=0))

        return home(self.closed) - home(self.open)


def tariffs(setting: Setting, params: Any) -> Array:
    """Tariff-equivalent that goods of the row's region pay in the market of the column's, shape (R, R), zero at home."""
    if params.table is not None:
        table = read_barriers(setting, params.table)
        position = {region: i for i, region in enumerate(setting.regions)}
        tariff = np.zeros((len(position), len(position)))
        rows, columns = ([position[region] for region in table[side]] for side in "ab")
        tariff[rows, columns] = table["tariff_equivalent"]
        return tariff
    group = (
        np.arange(len(setting.regions))
        if params.between == "region"
        else setting.graph.level(params.between).values.astype(str)
    )
    return np.where(group[:, None] == group[None, :], 0.0, float(params.tariff_equivalent))


def read_barriers(setting: Setting, file: str) -> pd.DataFrame:
    """Table of barriers beside the scenario: goods of `a` pay `tariff_equivalent` in the market of `b`; a pair left out, none.

    Raises
    ------
    InputError
        Every problem of the table at once; `where` is left to who calls.
    """
    path = None if setting.folder is None else setting.folder / file
    if path is None or not path.is_file():
        beside = (
            [p.name for p in path.parent.glob("*.csv")] if path is not None and path.parent.is_dir() else []
        )
        raise InputError(Problem(f"there is no file '{file}'", remedy=did_you_mean(file, beside)))
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        remedy = f"Its columns are {', '.join(COLUMNS)}."
        raise InputError(Problem(f"'{file}' has no column {', '.join(missing)}", remedy=remedy))
    problems = [
        Problem(f"'{file}' names a region '{region}'", remedy=suggest_id(region, setting.regions))
        for region in dict.fromkeys([*table["a"], *table["b"]])
        if region not in setting.regions
    ]
    number = pd.to_numeric(table["tariff_equivalent"], errors="coerce")
    pairs = [f"{a} in {b}" for a, b in zip(table["a"], table["b"], strict=True)]

    def tell(bad: Any, what: str, remedy: str) -> None:
        named = [pair for pair, wrong in zip(pairs, bad, strict=True) if wrong]
        if named:
            problems.append(Problem(f"'{file}': {what} for {some(named)}", remedy=remedy))

    tell(
        ~(np.isfinite(number) & (number >= 0)),
        "no tariff-equivalent of at least 0",
        "Write a share of the price: 0.4 is 40 %.",
    )
    tell(table["a"] == table["b"], "a barrier against its own goods", "Take the row out.")
    tell(table.duplicated(["a", "b"]), "a second row", "Keep one.")
    if problems:
        raise InputError(problems)
    return table.assign(tariff_equivalent=number)
