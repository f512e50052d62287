"""Fiscal capacity per head at standard cost."""

from __future__ import annotations

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import outcomes


@outcomes.register("fiscal_capacity")
class FiscalCapacity:
    r"""Own revenue plus transfers per head, divided by what a standard service costs in the region.

    .. math:: k_r = \frac{R_r + F^{+}_r + P_r - q_r - n_r - d_r + h_r + (R_r/Y_r)\,\Delta Y_r}{c_r\, p_r} \qquad (1)

    Own revenue R, gross transfers under existing rules, programme receipts P less what of them goes to firms or
    residents q, all own co-finance n and debt service d, net payments from other regions h, own revenue on the gain in
    output at the region's average rate, standard-cost index c. Without c a remote region of high cost would look richest.
    """

    title = {"en": "Fiscal capacity per head at standard cost", "zh": "标准成本人均财力"}
    unit = "currency per head at standard cost"
    source = "Representative revenue at average rate; definition of this package, equation (1)"
    needs = ("output", "population", "own_revenue", "standard_cost_index")
    terms = {
        "receipts": 1.0,
        "private_receipts": -1.0,
        "cofinance": -1.0,
        "debt_cost": -1.0,
        "compensation": 1.0,
    }

    @staticmethod
    def baseline(setting: Setting) -> Array:
        """Path without the programme, million currency a year, shape (R, T)."""
        return (setting.attribute("own_revenue") + setting.gross_flow)[:, None] * setting.growth_factor

    @staticmethod
    def factor(setting: Setting, account: str) -> float | Array:
        """How much a unit in the account counts; a number, or one for each region, shape (R,)."""
        if account == "output":
            return setting.attribute("own_revenue") / setting.base_output
        return FiscalCapacity.terms.get(account, 0.0)

    @staticmethod
    def divisor(setting: Setting) -> Array:
        """Persons at standard cost, shape (R,)."""
        return setting.population * setting.attribute("standard_cost_index")
