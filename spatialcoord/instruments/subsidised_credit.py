"""Subsidised credit: loans below the market rate to firms in lagging regions, under three laws of the United States."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.credit import (
    FirmsParams,
    additional,
    demand_for_capital,
    effects_of_loans,
    grant_equivalent,
    in_years,
    market_rate,
    post_loans,
    rate_problems,
    repayments,
)
from spatialcoord.economy.lagging import LaggingParams, equal_within, lagging, lagging_problems
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, line_title
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model

AREA_REDEVELOPMENT = "Area Redevelopment Act 1961, 75 Stat. 47, s. 6(b)(9)"
FIXED_SHARE = 0.65  # of the aggregate cost of a project, in all three laws
WORKING_SHARE = {"1961": 0.0, "1965": 0.90, "1974": 1.00}  # 1965: guaranteed only; 1974: lent directly


@dataclass(frozen=True)
class _Loan:
    """What the law makes of one part.

    Attributes
    ----------
    room : numpy.ndarray, shape (R, Y)
        Most that may be lent (or guaranteed), million currency a year.
    rate : float
        Rate that the firm pays, 1/year.
    term : int
        Years.
    grant, more : float
        Grant equivalent and additional investment of a unit lent.
    money : float
        Programme money for a unit lent: one, or of a guarantee the reserve for its losses.
    """

    room: Array
    rate: float
    term: int
    grant: float
    more: float
    money: float


@instruments.register("subsidised_credit")
class SubsidisedCredit(Instrument):
    r"""Loans :math:`L^F_{rt}` for fixed and :math:`L^W_{rt}` for working capital of firms in lagging regions.

    .. math:: L^F_{rt} \le 0.65\,FK_{rt}, \quad FK_{rt} = s_F(\delta+g)K_{rt}, \qquad
              L^W_{rt} \le \theta\,WK_{rt}, \quad WK_{rt} = s_W Y_{rt} \qquad (1)

    with private capital K, output Y, the eligible shares s, and :math:`\theta` by law: none in 1961, 0.90 guaranteed in 1965,
    1.00 lent in 1974. Grant equivalent and additional investment of a unit lent are those of
    :mod:`spatialcoord.economy.credit`, equations (1) and (3): firms pay the investment, the grant in the loan is income of
    theirs, and those who pay for the programme pay the grant (all at the market rate). Cash is another matter: a loan takes its whole
    amount out of the year's budget, and where the fund revolves its repayments come back to later years of the programme and
    are lent again; otherwise they go back to those who paid, which their cost counts already.

    Money of a guarantee is the reserve that stands for its losses: the grant equivalent of the risk premium it saves the
    firm. The reserve is spent, so it costs its full amount.
    """

    title = {"en": "Subsidised credit", "zh": "优惠贷款"}
    envelope = "credit"
    source = (
        f"{AREA_REDEVELOPMENT}; Public Works and Economic Development Act 1965, Public Law 89-136, 79 Stat. 552, s. 202; "
        "Public Law 93-423 (1974), 88 Stat. 1158"
    )
    cases = (
        "United States: area redevelopment loans 1961, economic development loans and guarantees 1965 and 1974",
        "Italy: credit of the Cassa per il Mezzogiorno",
        "China: interest-subsidised loans to the west",
    )
    needs = ("capital_private",)
    parts = {
        "fixed": {"en": "Loans for fixed capital", "zh": "固定资本贷款"},
        "working": {"en": "Loans for working capital", "zh": "流动资金贷款"},
    }

    class Params(Parameters):
        """The law, the terms of the loans, and how firms answer."""

        law: Literal["1961", "1965", "1974"] = Field(
            "1974",
            description="Law whose limits hold: 1961 nothing for working capital, 1965 guarantees of at most 90 % of it, 1974 "
            "loans of up to all of it; 65 % of fixed capital in each.",
        )
        treasury_rate: float = quantity(
            0.03,
            unit="1/yr",
            low=0.0,
            high=0.06,
            bound=(0.0, 0.5),
            source="design choice: yield of ten-year government bonds",
            description="rate at which the treasury borrows",
        )
        spread: float = quantity(
            0.005,
            unit="1/yr",
            low=0.0,
            high=0.02,
            bound=(0.0, 0.5),
            source=AREA_REDEVELOPMENT,
            verified=True,
            description="what loans cost beyond the treasury's rate",
        )
        market_rate: float = market_rate()
        fixed_term: int = quantity(
            10,
            unit="yr",
            low=5,
            high=25,
            bound=(1, 25),
            source=f"at most 25 years by {AREA_REDEVELOPMENT}; 10 is a design choice",
            description="years over which a loan for fixed capital is repaid",
        )
        working_term: int = quantity(
            5,
            unit="yr",
            low=1,
            high=10,
            bound=(1, 25),
            source="design choice",
            description="years over which a loan for working capital is repaid, or guaranteed",
        )
        guarantee_premium: float = quantity(
            0.015,
            unit="1/yr",
            low=0.005,
            high=0.03,
            bound=(0.001, 0.2),
            source="design choice",
            description="risk premium that a guarantee saves; not above the market rate",
        )
        fixed_share: float = quantity(
            0.05,
            unit="1",
            low=0.01,
            high=0.2,
            bound=(0.0, 1.0),
            source="design choice",
            description="eligible share of firms' investment in fixed capital",
        )
        working_share: float = quantity(
            0.01,
            unit="share of output a year",
            low=0.002,
            high=0.05,
            bound=(0.0, 1.0),
            source="design choice",
            description="eligible demand for working capital",
        )
        revolving: bool = Field(
            True,
            description="Whether repayments are lent again in later years of the programme; otherwise they go back to those who "
            "paid.",
        )
        eligible: LaggingParams = LaggingParams()
        firms: FirmsParams = FirmsParams()

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Loans must be cheaper than the market's, and some region eligible."""
        where = f"instruments.{self.name}"
        return [
            *rate_problems(
                params.treasury_rate + params.spread, params.market_rate, f"{where}.treasury_rate"
            ),
            *lagging_problems(setting, params.eligible, f"{where}.eligible"),
        ]

    def builds(self, params: Any) -> dict[str, tuple[str, ...]]:
        """See :meth:`Instrument.builds`."""
        return {"fixed": ("private",), "working": ("private",) if WORKING_SHARE[params.law] else ()}

    def most(self, setting: Setting, params: Any) -> dict[str, Array]:
        """See :meth:`Instrument.most`."""
        return {part: loan.money * loan.room for part, loan in self._loans(setting, params).items()}

    def cost(self, setting: Setting, params: Any) -> dict[str, float]:
        """The grant equivalent."""
        return {part: loan.grant / loan.money for part, loan in self._loans(setting, params).items()}

    def repaid(self, setting: Setting, params: Any) -> dict[str, Array]:
        """What is lent again; nothing of a guarantee's reserve comes back."""
        loans = self._loans(setting, params).items() if params.revolving else ()
        return {
            part: repayments(setting, loan.rate, loan.term)
            for part, loan in loans
            if loan.money == 1.0 and loan.room.any()
        }

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """The same money per head among the eligible, within what may be lent."""
        return equal_within(setting, self.most(setting, params)[part], amount)

    def build(self, model: Model, setting: Setting, params: Any) -> dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        cells = model.dim("region", setting.regions), model.dim("year", setting.years)
        lines = {}
        for part, loan in self._loans(setting, params).items():
            line, most = f"{self.name}.{part}", loan.money * loan.room
            lines[part] = self.amounts(model, setting, Data(cells, most), part, line_title(line))
            if most.any():
                post_loans(model, line, lines[part], loan.grant / loan.money, loan.more / loan.money, most)
        return lines

    def works(self, setting: Setting, params: Any, amount: dict[str, Array]) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        return tuple(
            Works("private", loan.more / loan.money * amount[part])
            for part, loan in self._loans(setting, params).items()
        )

    def response(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Effects:
        """See :meth:`Instrument.response`."""
        loans = self._loans(setting, params)
        done = [
            effects_of_loans(amount[part] / loan.money, loan.grant, loan.more) for part, loan in loans.items()
        ]
        return {account: sum((one[account] for one in done), np.zeros(1)) for account in done[0]}

    def outputs(self, model: Any, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Loans, and what a guarantee stands for."""
        about = {
            "units": f"{setting.scenario.money_unit}/yr",
            "long_name": "loans to firms, direct and guaranteed",
            "long_name_zh": "企业贷款（直接贷款与担保贷款）",
        }
        loans = self._loans(setting, params).items()
        lent = [model.amounts[f"{self.name}.{part}"] * (1.0 / loan.money) for part, loan in loans]
        return {"lent": model.data(sum(lent[1:], lent[0]), **about)}

    def _loans(self, setting: Setting, params: Any) -> dict[str, _Loan]:
        market, firms = params.market_rate, params.firms
        wear = setting.scenario.economy.capital.private.depreciation
        open_to = lagging(setting, params.eligible)[:, None]
        rate = params.treasury_rate + params.spread
        guaranteed = params.law == "1965"
        fixed = FIXED_SHARE * demand_for_capital(setting, params.fixed_share)
        share = WORKING_SHARE[params.law]
        working = share * params.working_share * in_years(setting, setting.base_output)

        def loan(room: Array, share: float, rate: float, term: int, direct: bool) -> _Loan:
            grant = grant_equivalent(rate, market, term)
            more = additional(rate, market, share, wear, firms) if share else 0.0
            return _Loan(room * open_to, rate, term, grant, more, 1.0 if direct else grant)

        cheap = max(market - params.guarantee_premium, 0.0) if guaranteed else rate
        return {
            "fixed": loan(fixed, FIXED_SHARE, rate, params.fixed_term, True),
            "working": loan(working, share, cheap, params.working_term, not guaranteed),
        }
