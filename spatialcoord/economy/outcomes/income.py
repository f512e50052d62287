"""Income per head of a region's residents and budget, after the programme has been paid for."""

from __future__ import annotations

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import outcomes


@outcomes.register("income")
class Income:
    r"""Output plus net fiscal flows plus what the programme brings, less what it costs.

    .. math:: y_r = \frac{Y_r + F_r + \Delta Y_r + T_r - n_r - \ell_r - k_r + h_r
                        - \phi_r \textstyle\sum_s (P_s-\ell_s) + V_r}{\pi_r p_r} \qquad (1)

    GDP :math:`Y`, existing net flows :math:`F` (summing to zero), gain in output, transfers received, additional own
    co-finance n, tax paid more under rates of its own :math:`\ell`, own money of firms and debt service k, net payments
    from other regions h, share :math:`\phi` of what the programme's payments P cost beyond such taxes, and capital left at the end V, over persons p
    and the price level :math:`\pi` (one where a case holds none): with it a unit of money buys more where prices are low, and
    the result is in purchasing power standards. This is not household income.
    """

    title = {"en": "Income per head", "zh": "人均收入"}
    unit = "currency per head"
    source = "GDP plus fiscal flows; definition of this package, model equation (1)"
    needs = ("output", "population")
    at_common_prices = True  # where the regions have a price level
    terms = {
        "output": 1.0,
        "income_receipts": 1.0,
        "cofinance_additional": -1.0,
        "financing": -1.0,
        "levy": -1.0,
        "private_cost": -1.0,
        "debt_cost": -1.0,
        "compensation": 1.0,
        "terminal": 1.0,
    }

    @staticmethod
    def baseline(setting: Setting) -> Array:
        """Path without the programme, million currency a year, shape (R, T)."""
        return setting.output + setting.net_flow[:, None] * setting.growth_factor

    @staticmethod
    def factor(setting: Setting, account: str) -> float | Array:
        """How much a unit in the account counts."""
        return Income.terms.get(account, 0.0)

    @staticmethod
    def divisor(setting: Setting) -> Array:
        """Persons times the price level, shape (R,)."""
        return setting.purchasing_persons
