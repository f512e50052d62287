"""Development bank: capital from the budget carries several times as much lending in lagging regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.credit import (
    FirmsParams,
    additional,
    demand_for_capital,
    effects_of_loans,
    grant_equivalent,
    market_rate,
    outstanding,
    post_loans,
    rate_problems,
)
from spatialcoord.economy.investment import AbsorptionParams, Borrowed, Investment
from spatialcoord.economy.lagging import LaggingParams, equal_within, lagging, lagging_problems
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, line_title
from spatialcoord.instruments.public_investment import absorption_problems
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model


@instruments.register("development_bank")
class DevelopmentBank(Instrument):
    r"""Capital :math:`x_{rt}` paid into the bank's branch of a region carries loans :math:`l_{rt}` there.

    What is owed never exceeds :math:`\Lambda` times the capital paid in; the bank lends all it may, so repaid principal is lent
    again:

    .. math:: \sum_{s\le t} b_{t-s}\, l_{rs} = \Lambda \sum_{s\le t} x_{rs}
              \;\Longleftrightarrow\;
              l_{rt} = \Lambda x_{rt} + \sum_{s<t} (b_{t-s-1}-b_{t-s})\, l_{rs} \qquad (1)

    with :math:`b_k` the share of a loan still owed after k payments. Two windows: `firms` lends for private capital (grant and
    additional investment as in :mod:`spatialcoord.economy.credit`), `infrastructure` to governments, which build it with all of
    the loan and owe the service, :math:`(1-g)l` in present value. Loans are limited by what firms demand, and by absorption.

    Capital stays the state's own: it is cash out of the budget but costs those who pay nothing by itself. They pay the grant
    equivalent g of every loan: with its capital and with bonds that they stand behind, the bank forgoes the market rate on all it
    lends. What it lends after the programme is left out.
    """

    title = {"en": "Development bank", "zh": "开发银行"}
    envelope = "credit"
    source = (
        "Japan Development Bank, and Hokkaido-Tohoku Development Finance Public Corporation (1956-99): capital from the budget, "
        "funds of the Fiscal Investment and Loan Programme, from memory; identity (1)"
    )
    cases = (
        "Japan: Hokkaido-Tohoku Development Finance Public Corporation",
        "Germany: KfW regional programmes",
        "China: China Development Bank",
    )
    needs = ("capital_private", "capital_infrastructure")
    parts = {
        "firms": {"en": "Capital for loans to firms", "zh": "企业贷款资本金"},
        "infrastructure": {"en": "Capital for loans for infrastructure", "zh": "基础设施贷款资本金"},
    }

    class Params(Parameters):
        """Terms of the bank's loans, who may borrow, and how much."""

        leverage: float = quantity(
            5.0,
            unit="1",
            low=1.0,
            high=12.0,
            bound=(1.0, 30.0),
            source="design choice",
            description="loans owed to the bank over the capital paid in",
        )
        rate: float = quantity(
            0.045,
            unit="1/yr",
            low=0.02,
            high=0.07,
            bound=(0.0, 0.5),
            source="design choice: between the treasury's and the market's rate",
            description="rate of the bank's loans",
        )
        market_rate: float = market_rate()
        term: int = quantity(
            15,
            unit="yr",
            low=5,
            high=25,
            bound=(1, 40),
            source="design choice",
            description="years over which a loan is repaid",
        )
        loan_share: float = quantity(
            0.4,
            unit="1",
            low=0.2,
            high=0.7,
            bound=(0.05, 1.0),
            source="design choice: the bank lends beside private banks",
            description="share of a firm's project that the bank lends",
        )
        demand_share: float = quantity(
            0.05,
            unit="1",
            low=0.01,
            high=0.2,
            bound=(0.0, 1.0),
            source="design choice",
            description="share of firms' investment in fixed capital that the bank serves",
        )
        eligible: LaggingParams = LaggingParams()
        firms: FirmsParams = FirmsParams()
        absorption: AbsorptionParams = AbsorptionParams()

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Loans must be cheaper than the market's, some region eligible, absorption in order."""
        where = f"instruments.{self.name}"
        return [
            *rate_problems(params.rate, params.market_rate, f"{where}.rate"),
            *lagging_problems(setting, params.eligible, f"{where}.eligible"),
            *absorption_problems(setting, Borrowed(absorption=params.absorption), where),
        ]

    def builds(self, params: Any) -> dict[str, tuple[str, ...]]:
        """See :meth:`Instrument.builds`."""
        return {"firms": ("private",), "infrastructure": ("infrastructure",)}

    def most(self, setting: Setting, params: Any) -> dict[str, Array]:
        """Capital of a year carries at least the leverage times itself in the same year."""
        return {part: room / params.leverage for part, room in self._rooms(setting, params).items()}

    def cost(self, setting: Setting, params: Any) -> float:
        """Capital stays the state's own; what it gives away is posted as granted."""
        return 0.0

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """The same money per head among the eligible, within what may be lent."""
        return equal_within(setting, self.most(setting, params)[part], amount)

    def build(self, model: Model, setting: Setting, params: Any) -> dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        cells = model.dim("region", setting.regions), model.dim("year", setting.years)
        unit, scale = setting.scenario.money_unit, float(setting.equal.mean()) * params.leverage
        grant, more = self._worth(setting, params)
        owed = outstanding(setting, params.rate, params.term)
        soon = np.tri(len(setting.years)) * params.leverage
        limits, lines = self.most(setting, params), {}
        for part, room in self._rooms(setting, params).items():
            line = f"{self.name}.{part}"
            lines[part] = self.amounts(model, setting, Data(cells, limits[part]), part, line_title(line))
            lent = model.variable(
                f"lending_{part}",
                cells,
                upper=Data(cells, room),
                scale=scale,
                unit=unit,
                doc="loans of a year",
            )
            model.constrain(
                f"owed_{part}",
                lent.apply("year", owed) - lines[part].apply("year", soon) == 0.0,
                unit=unit,
                doc="what is owed is the leverage times the capital paid in, (1)",
            )
            model.ledger.credit("granted", line, lent * grant)
            if part == "firms":
                post_loans(model, line, lent, grant, more, room)
            else:
                self._works(setting, params).enter(model, lent, line)
                model.ledger.credit("debt_cost", line, lent * (1.0 - grant))
        return lines

    def works(self, setting: Setting, params: Any, amount: dict[str, Array]) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        _, more = self._worth(setting, params)
        firms, works = (self.lending(setting, params, amount[part]) for part in self.parts)
        return Works("private", more * firms), self._works(setting, params).works(works)

    def response(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Effects:
        """See :meth:`Instrument.response`."""
        grant, more = self._worth(setting, params)
        firms, works = (self.lending(setting, params, amount[part]) for part in self.parts)
        return {
            **effects_of_loans(firms, grant, more),
            **self._works(setting, params).response(works),
            "granted": grant * (firms + works),
            "debt_cost": (1.0 - grant) * works,
        }

    def outputs(self, model: Any, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Loans of each year and what is owed, by window."""
        from spatialcoord.model.dims import to_xarray

        unit = setting.scenario.money_unit
        owed, told = outstanding(setting, params.rate, params.term), {}
        for part, zh in (("firms", "企业"), ("infrastructure", "基础设施")):
            line = model.amounts[f"{self.name}.{part}"]
            lent = self.lending(setting, params, model.value(line))
            told[f"lending_{part}"] = to_xarray(
                line.dims,
                lent,
                units=f"{unit}/yr",
                long_name=f"loans of the bank for {part}",
                long_name_zh=f"开发银行当年{zh}贷款",
            )
            told[f"outstanding_{part}"] = to_xarray(
                line.dims,
                lent @ owed.T,
                units=unit,
                long_name=f"owed to the bank for {part}, end of the year",
                long_name_zh=f"开发银行年末{zh}贷款余额",
            )
        return told

    def lending(self, setting: Setting, params: Any, capital: Array) -> Array:
        """Loans that capital paid in carries, shape (R, Y), by the recursion in (1)."""
        left = [outstanding(setting, params.rate, params.term)[k, 0] for k in range(len(setting.years))]
        lent = np.zeros_like(capital, dtype=float)
        for t in range(capital.shape[1]):
            lent[:, t] = params.leverage * capital[:, t]
            for s in range(t):
                lent[:, t] += (left[t - s - 1] - left[t - s]) * lent[:, s]
        return lent

    def _worth(self, setting: Setting, params: Any) -> tuple[float, float]:
        wear = setting.scenario.economy.capital.private.depreciation
        return (
            grant_equivalent(params.rate, params.market_rate, params.term),
            additional(params.rate, params.market_rate, params.loan_share, wear, params.firms),
        )

    def _works(self, setting: Setting, params: Any) -> Investment:
        open_to = lagging(setting, params.eligible).astype(float)[:, None]
        return Investment(setting, Borrowed(absorption=params.absorption), "infrastructure", share=open_to)

    def _rooms(self, setting: Setting, params: Any) -> dict[str, Array]:
        """Most that may be lent in a year, million currency, shape (R, Y)."""
        open_to = lagging(setting, params.eligible)[:, None]
        firms = params.loan_share * demand_for_capital(setting, params.demand_share)
        return {"firms": firms * open_to, "infrastructure": self._works(setting, params).most}
