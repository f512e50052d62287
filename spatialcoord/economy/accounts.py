"""The accounts that parts post to, and how a year-by-year account becomes the value that is made equal.

Parts know only these names; outcomes say what each account counts for; nobody knows the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as spla

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.scenario.capital import KINDS

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@dataclass(frozen=True)
class Account:
    """One account by region.

    Parameters
    ----------
    dims : tuple of str
        ``("region", "year")``, ``("region", "period")`` or ``("region",)``.
    description : str
        What is posted, million currency (a year where the account has years).
    """

    dims: tuple[str, ...]
    description: str


ACCOUNTS: dict[str, Account] = {
    "receipts": Account(
        ("region", "year"), "programme money received; of a loan its grant equivalent, the rest is paid back"
    ),
    "income_receipts": Account(
        ("region", "year"), "programme money that is income when it arrives (transfers)"
    ),
    "private_receipts": Account(
        ("region", "year"),
        "programme money that goes to firms or residents, not to the region's budget",
    ),
    "granted": Account(
        ("region", "year"),
        "what the programme's payers give beyond the cost of its money (grant equivalent of what a bank of theirs lends)",
    ),
    "cofinance": Account(("region", "year"), "own co-finance paid from the region's budget"),
    "cofinance_additional": Account(
        ("region", "year"), "own co-finance beyond what the region would have invested"
    ),
    "financing": Account(("region", "year"), "the region's share in paying for the programme"),
    "levy": Account(("region", "year"), "tax the region pays more (negative: less) under rates of its own"),
    "private_cost": Account(
        ("region", "year"), "own money of firms beside the programme's, in present value"
    ),
    "debt_cost": Account(
        ("region", "year"), "service of debt the region's governments take up, in present value at the loan"
    ),
    "compensation": Account(
        ("region", "year"), "net payments received from other regions (negative: paid); over all regions zero"
    ),
    **{
        f"invested_{kind}": Account(("region", "year"), f"effective investment in {kind} capital")
        for kind in KINDS
    },
    "output": Account(("region", "period"), "gain in output before spillovers"),
    "terminal": Account(("region",), "capital left at the end of the horizon, at depreciated cost"),
}

Effects = dict[str, Array]


def empty_effects(setting: Setting) -> Effects:
    """Every account at zero, with its shape."""
    size = {"region": len(setting.regions), "year": len(setting.years), "period": len(setting.periods)}
    return {name: np.zeros([size[d] for d in account.dims]) for name, account in ACCOUNTS.items()}


def add_effects(total: Effects, part: Effects) -> None:
    """Add one part's effects to the total, in place."""
    for name, values in part.items():
        total[name] = total[name] + values


def account_weights(setting: Setting, account: str) -> Array:
    """Weights over the time dimension of an account (one number for `terminal`)."""
    dims = ACCOUNTS[account].dims
    if dims == ("region",):
        return np.array(setting.terminal_weight)
    return setting.weight if dims[1] == "period" else setting.weight @ setting.year_in_period


def spread_output(setting: Setting, gain: Array) -> Array:
    r"""Gain in output with spillovers on growth rates.

    .. math:: \hat y = \hat g + \rho W \hat y, \qquad \hat y_r=\Delta Y_r/Y_r \qquad (1)

    Parameters
    ----------
    setting : Setting
        Holds :math:`\rho` and the row-standardised W.
    gain : numpy.ndarray, shape (R, T) or (R,)
        Direct gain, million currency.

    Returns
    -------
    numpy.ndarray
        Total gain, same shape.

    References
    ----------
    LeSage and Pace (2009), Introduction to Spatial Econometrics, chapter 2, for the spatial multiplier.
    """
    if setting.spillover == 0.0:
        return gain
    matrix = spillover_matrix(setting).tocsc()
    base = setting.base_output.reshape((-1,) + (1,) * (gain.ndim - 1))
    return np.asarray(spla.spsolve(matrix, gain / base)).reshape(gain.shape) * base


def spillover_matrix(setting: Setting) -> sp.csr_array:
    """I - rho W, shape (R, R)."""
    return sp.csr_array(sp.eye_array(len(setting.regions)) - setting.spillover * setting.neighbour_weights)


def collapse(setting: Setting, effects: Effects) -> dict[str, Array]:
    """Numbers: each account as a weighted mean over time, shape (R,), output with spillovers."""
    result = {}
    for name, values in effects.items():
        weights = account_weights(setting, name)
        result[name] = values * weights if weights.ndim == 0 else values @ weights
    result["output"] = spread_output(setting, result["output"])
    return result


def collapse_model(model: Model, setting: Setting) -> dict[str, Affine]:
    """Affine maps over (region,): the same weighted means of what parts posted to the ledger.

    With spillovers the total growth is a named variable `spillover.growth` with rows `spillover.balance`, equation (1)
    of :func:`spread_output`; since baseline output grows at one rate everywhere the equation holds for weighted means.
    """
    from spatialcoord.model import Data

    size = {"region": setting.regions, "year": setting.years, "period": setting.periods}
    result = {}
    for name, account in ACCOUNTS.items():
        dims = tuple(model.dim(d, size[d]) for d in account.dims)
        total = model.ledger.total(name, dims)
        weights = account_weights(setting, name)
        result[name] = (
            total * float(weights)
            if weights.ndim == 0
            else (total * Data(dims[1:], weights)).sum(dims[1].name)
        )
    if setting.spillover != 0.0:
        region = model.dim("region", setting.regions)
        direct = result["output"] / Data((region,), setting.base_output)
        with model.part("spillover"):
            growth = model.variable(
                "growth",
                (region,),
                lower=-np.inf,
                scale=1e-3,
                unit="1",
                doc="gain in output, share of baseline",
            )
            model.constrain("balance", growth.apply("region", spillover_matrix(setting)) - direct == 0.0)
        result["output"] = growth * Data((region,), setting.base_output)
    return result


def error_of_output(setting: Setting, error: Array) -> Array:
    """Bound on the understatement of collapsed output, shape (R,), from the pieces' errors, shape (R, T)."""
    direct = error @ setting.weight
    if setting.spillover == 0.0:
        return direct
    # the multiplier matrix may have negative entries when rho < 0; absolute values keep the bound valid
    base = setting.base_output
    inverse = spla.inv(spillover_matrix(setting).tocsc())
    return np.asarray(abs(inverse) @ (direct / base)) * base
