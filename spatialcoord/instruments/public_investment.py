"""What lines that build one type of public capital have in common (not a line itself)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.investment import Investment
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


class PublicInvestment(Instrument):
    """Base of infrastructure, human capital and the like; a subclass names its capital and its parameters."""

    envelope = "investment"
    capital: ClassVar[str]

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Marginal products must lie in the scenario's band; absorption and the stock must make sense."""
        where = f"instruments.{self.name}"
        problems = []
        absorption = params.absorption
        if absorption.largest < absorption.full:
            problems.append(
                Problem(
                    f"the largest share {absorption.largest:g} is below the fully effective share {absorption.full:g}",
                    where=f"{where}.absorption",
                    remedy="Raise `largest` or lower `full`.",
                )
            )
        missing = [a for a in (self.capital, absorption.base) if not setting.graph.has(a)]
        if params.cofinance.rate > 0 and not setting.graph.has("own_revenue"):
            missing.append("own_revenue")
        if missing:
            return problems + [
                Problem(
                    f"the regions have no attribute '{name}'",
                    where=where,
                    why="The instrument needs it.",
                    remedy=f"Add a column '{name}' to the region tables, or take the instrument out.",
                )
                for name in missing
            ]
        stock = setting.attribute(self.capital)
        if (stock <= 0).any():
            regions = [r for r, s in zip(setting.regions, stock, strict=True) if s <= 0]
            return problems + [
                Problem(
                    f"{self.capital} is not positive in {', '.join(regions[:5])}",
                    where=where,
                    remedy="Mend the table.",
                )
            ]
        product = self.marginal_product(setting, params)
        low, high = setting.scenario.economy.marginal_product_band
        outside = (product < low) | (product > high)
        if outside.any() and not setting.scenario.economy.allow_outside_band:
            shown = [f"{setting.regions[i]} {product[i]:.1%}" for i in np.flatnonzero(outside)[:5]]
            problems.append(
                Problem(
                    f"the marginal product of {self.capital} is outside {low:.0%} to {high:.0%} a year in "
                    f"{int(outside.sum())} regions ({', '.join(shown)})",
                    where=f"{where}.elasticity",
                    why="Elasticity times output over stock; such returns are not observed over whole regions.",
                    remedy="Check the stock and the elasticity, or set economy.allow_outside_band: true.",
                )
            )
        return problems

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        return self._investment(setting, params).most

    def marginal_product(self, setting: Setting, params: Any) -> Array:
        """Elasticity times output over stock, 1/year, shape (R,)."""
        return self._investment(setting, params).capital.marginal_product

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        amount = self.amounts(model, setting)
        self._investment(setting, params).enter(model, amount, self.name)
        return amount

    def understatement(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.understatement`."""
        return self._investment(setting, params).understatement()

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return self._investment(setting, params).response(amount)

    def _investment(self, setting: Setting, params: Any) -> Investment:
        return Investment(setting, params, setting.attribute(self.capital))
