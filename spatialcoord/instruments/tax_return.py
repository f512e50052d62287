"""Tax return: every region gets back the same share of the tax raised in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xarray as xr

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, missing_attributes
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("tax_return")
class TaxReturn(Instrument):
    r"""Share :math:`\tau_t` of its own tax revenue, the same for every region.

    .. math::

        x_{rt} &= \tau_t R_{rt}, \qquad \underline\tau \le \tau_t \le \overline\tau & (1)\\
        \text{income}_{rt} &\mathrel{+}= x_{rt} & (2)

    with tax revenue R of the region, which grows with output; one decision a year. Revenue is shared by origin, so the
    money follows wealth: per head a rich region gets more than a poor one. If the programme is paid for in proportion to
    the same tax, every region gets back what it pays and nothing is redistributed at all; paid for in any more equal way
    it makes regions less equal. It is here because programmes contain it and reforms begin with it, and a plan that may
    choose sets it to its least share.

    A floor and a ceiling per head would contradict (1) and do not hold for it; limits on the change of a region's money
    and the share kept from year 0 do. Money is in million currency a year, shares are per unit.

    References
    ----------
    国发〔1993〕85号 (State Council decision on the tax-sharing system, from 1994), from memory; Bahl and Wallich (1992),
    Intergovernmental fiscal relations in China, World Bank WPS 863, on revenue sharing by origin, from memory.
    """

    title = {"en": "Tax return by origin", "zh": "税收返还"}
    envelope = "revenue_sharing"
    per_head = False
    source = "国发〔1993〕85号, from memory; accounting identity (1)"
    cases = (
        "China: tax return since 1994",
        "Germany: local share of income tax",
        "Russia: shared taxes",
    )
    needs = ("tax_revenue",)

    class Params(Parameters):
        """Least and largest share of tax that is given back."""

        least: float = quantity(
            0.0,
            unit="share of tax revenue",
            low=0.0,
            high=0.03,
            bound=(0.0, 1.0),
            source="design choice",
            description="least share of its own tax revenue that every region gets back",
        )
        most: float = quantity(
            0.05,
            unit="share of tax revenue",
            low=0.01,
            high=0.15,
            bound=(0.0, 1.0),
            source="design choice; China's tax return was about a seventh of local tax in 2019, from memory",
            description="largest share of its own tax revenue that every region gets back",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """The regions must have tax revenue, and the two shares their order."""
        where = f"instruments.{self.name}"
        problems = missing_attributes(setting, self.needs, where)
        if params.least > params.most:
            problems.append(
                Problem(
                    f"the least share {params.least:g} exceeds the largest share {params.most:g}",
                    where=f"{where}.least",
                    remedy="Lower `least` or raise `most`.",
                )
            )
        return problems

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        return params.most * self._tax(setting)

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        amount = self.amounts(model, setting)
        share = model.variable(
            "share",
            amount.dims[1],
            lower=params.least,
            upper=params.most,
            scale=max(params.most, 1e-6),
            unit="1",
            doc="share of its own tax revenue that every region gets back",
        )
        model.constrain(
            "by_origin",
            amount - share * Data(amount.dims, self._tax(setting)) == 0.0,
            unit=setting.scenario.money_unit,
            doc="the same share everywhere, (1)",
        )
        model.ledger.credit("income_receipts", self.name, amount)
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return {"income_receipts": amount}

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Share of tax that is given back, by year."""
        returned = model.value(model.ledger.by_part("income_receipts")[self.name])
        share = returned.sum(axis=0) / self._tax(setting).sum(axis=0)
        about = {
            "units": "1",
            "long_name": "share of its own tax revenue that every region gets back",
            "long_name_zh": "各地区税收返还占其税收的比重",
        }
        return {"share": xr.DataArray(share, {"year": list(setting.years)}, ("year",), attrs=about)}

    @staticmethod
    def _tax(setting: Setting) -> Array:
        """Tax revenue, million currency a year, shape (R, Y)."""
        return setting.attribute("tax_revenue")[:, None] * (setting.growth_factor @ setting.year_in_period)
