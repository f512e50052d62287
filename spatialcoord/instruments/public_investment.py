"""What lines that build one kind of capital have in common (not a line itself)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.investment import Investment
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, missing_attributes
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


def absorption_problems(setting: Setting, params: Any, where: str) -> list[Problem]:
    """What is wrong with absorption and co-finance of a line: their order, and figures that the regions lack."""
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
    missing = [absorption.base]
    if params.cofinance.rate > 0:
        missing.append("own_revenue")
    return problems + missing_attributes(setting, missing, where)


class PublicInvestment(Instrument):
    """Base of infrastructure, human capital and the like; a subclass names its kind of capital and its parameters."""

    envelope = "investment"
    kind: ClassVar[str]

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Absorption must make sense."""
        return absorption_problems(setting, params, f"instruments.{self.name}")

    def builds(self, params: Any) -> tuple[str, ...]:
        """See :meth:`Instrument.builds`."""
        return (self.kind,)

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        return self._investment(setting, params).most

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        amount = self.amounts(model, setting)
        self._investment(setting, params).enter(model, amount, self.name)
        return amount

    def works(self, setting: Setting, params: Any, amount: Array) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        return (self._investment(setting, params).works(amount),)

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        return self._investment(setting, params).response(amount)

    def _investment(self, setting: Setting, params: Any) -> Investment:
        return Investment(setting, params, self.kind)
