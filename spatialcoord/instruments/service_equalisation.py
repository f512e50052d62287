"""Equalisation of public services: money towards the gap between what they cost and what a region can raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, missing_attributes
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("service_equalisation")
class ServiceEqualisation(Instrument):
    r"""Grant of at most the gap between standard need and fiscal capacity.

    .. math::

        N_r &= \frac{\sum_s E_s}{\sum_s p_s}\, p_r c_r & (1)\\
        K_r &= \frac{\sum_s R_s}{\sum_s Y_s}\, Y_r + F^{+}_r & (2)\\
        g_{rt} &= \max(0,\, N_r - K_r)\,(1+g)^{t-t_0} & (3)\\
        0 \le x_{rt} &\le \kappa\, g_{rt}, \qquad \text{income}_{rt} \mathrel{+}= x_{rt} & (4)

    Standard need N is the mean public spending E per head for everybody, at the region's standard cost c; capacity K is
    what the region's output Y would yield at the average effort of all (or its own revenue R as it is) and the gross transfers
    :math:`F^{+}` it gets already. Average effort keeps a region from gaining by raising less. Only a region with a gap
    gets anything, and never more than the share :math:`\kappa` of it. With ``uniform`` the same share of the gap is
    paid everywhere,

    .. math:: x_{rt} = \sigma_t\, g_{rt}, \qquad 0 \le \sigma_t \le \kappa, \qquad (5)

    as statutes have it that scale all gaps to the pool; otherwise the plan decides how much of each gap it fills.

    A floor or ceiling per head would contradict (4) where gaps are small or nil, and does not hold for it; limits on the
    change of a region's money and the share kept from year 0 do. Money is in million currency a year. A reduced form: the
    gap is that of the baseline and is not reckoned anew for what other lines of the programme bring.

    References
    ----------
    Boadway (2004), The theory and practice of equalization, CESifo Economic Studies 50(1), from memory. 财预〔2022〕58号 for
    the form of (1)-(3) and (5) in China.
    """

    title = {"en": "Equalisation of public services", "zh": "基本公共服务均等化补助"}
    envelope = "equalisation"
    per_head = False
    source = "Boadway 2004, CESifo Economic Studies 50(1), from memory; 财预〔2022〕58号 for China"
    cases = (
        "China: equalisation transfer",
        "Germany: fiscal equalisation",
        "Japan: local allocation tax",
        "Australia: horizontal fiscal equalisation",
        "Canada: equalization",
    )
    needs = ("budget_expenditure", "own_revenue")

    class Params(Parameters):
        """How capacity is measured, how much of the gap is paid, and whether the same share everywhere."""

        capacity: Literal["average_effort", "own_revenue"] = Field(
            "average_effort",
            description="capacity: output at the average share of revenue in it, or the region's own revenue as it is",
            json_schema_extra={
                "unit": "rule",
                "source": "财预〔2022〕58号: tax base at the national average effective rate",
                "verified": True,
            },
        )
        most: float = quantity(
            1.0,
            unit="share of the gap",
            low=0.3,
            high=1.0,
            bound=(0.0, 1.0),
            source="design choice",
            description="largest share of the gap that is paid",
        )
        uniform: bool = quantity(
            False,
            unit="yes or no",
            source="design choice; China and Japan scale all gaps to the pool",
            description="whether the same share of the gap is paid everywhere",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Spending and revenue must be there, and somebody must have a gap."""
        where = f"instruments.{self.name}"
        problems = missing_attributes(setting, self.needs, where)
        if not problems and not self._gap(setting, params).any():
            problems.append(
                Problem(
                    "no region has a gap between standard need and capacity",
                    where=where,
                    why="What regions raise and receive already pays for the standard bundle everywhere.",
                    remedy="Check budget_expenditure, own_revenue and net_transfer_received, or take the instrument out.",
                )
            )
        return problems

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`; zero where there is no gap."""
        return params.most * self._gap(setting, params)

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        amount = self.amounts(model, setting)
        unit = setting.scenario.money_unit
        if params.uniform:
            share = model.variable(
                "share",
                amount.dims[1],
                upper=params.most,
                unit="1",
                doc="share of the gap that is paid everywhere",
            )
            gap = Data(amount.dims, self._gap(setting, params))
            model.constrain(
                "same_share", amount - share * gap == 0.0, unit=unit, doc="the same share of every gap, (5)"
            )
        else:
            # a row and not a bound, so that a contradiction can name it
            most = Data(amount.dims, self.most(setting, params))
            model.constrain("most", amount <= most, unit=unit, doc="never above the gap, (4)")
        model.ledger.credit("income_receipts", self.name, amount)
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return {"income_receipts": amount}

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """The gap of every region by year."""
        coords = {"region": list(setting.regions), "year": list(setting.years)}
        about = {
            "units": f"{setting.scenario.money_unit}/yr",
            "long_name": "gap between the standard cost of services and fiscal capacity",
            "long_name_zh": "公共服务标准支出与财政能力的缺口",
        }
        return {"gap": xr.DataArray(self._gap(setting, params), coords, tuple(coords), attrs=about)}

    @staticmethod
    def _gap(setting: Setting, params: Any) -> Array:
        """Equation (3), million currency a year, shape (R, Y)."""
        spending, revenue = setting.attribute("budget_expenditure"), setting.attribute("own_revenue")
        need = spending.sum() * setting.share * setting.attribute_or("standard_cost_index", 1.0)
        raised = revenue
        if params.capacity == "average_effort":
            raised = setting.base_output * (revenue.sum() / setting.base_output.sum())
        gap = np.maximum(0.0, need - raised - setting.gross_flow)
        return gap[:, None] * (setting.growth_factor @ setting.year_in_period)
