"""Directed investment: the centre places productive capital in regions that it designates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.capital import Flow, post_investment
from spatialcoord.economy.credit import in_years
from spatialcoord.economy.lagging import LaggingParams, equal_within, lagging, lagging_problems
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.registry import did_you_mean, instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("directed_investment")
class DirectedInvestment(Instrument):
    r"""Investment :math:`x_{rt}` of the centre in plants of its own, in designated regions only.

    .. math:: e^K_{rt} = \eta\,(1-\sigma)\,x_{rt}, \qquad e^R_{rt} = \eta\,\sigma\,x_{rt}, \qquad x_{rt} \le m\,Y_{rt} \qquad (1)

    It builds private (productive) capital :math:`e^K` and, by the share :math:`\sigma` that is design, testing and skills,
    research capital :math:`e^R`. The efficiency :math:`\eta` stands for sites chosen for other reasons than cost. The money goes to
    plants, not to the region's budget.
    """

    title = {"en": "Directed investment", "zh": "定向投资"}
    envelope = "investment"
    source = "Naughton 1988, The China Quarterly 115, on the Third Front; equation (1) is a design choice"
    cases = (
        "China: Third Front 1964-80",
        "United States: defence plants in the south and west",
        "Soviet Union: eastern plants",
    )
    needs = ("capital_private", "capital_research")

    class Params(Parameters):
        """Where, how well, and how much."""

        regions: tuple[str, ...] = Field(
            (), description="Ids of the designated regions; none for all that lag behind."
        )
        lagging: LaggingParams = LaggingParams()
        efficiency: float = quantity(
            0.6,
            unit="1",
            low=0.3,
            high=1.0,
            bound=(0.0, 1.0),
            source="design choice: below one, since sites are chosen for other reasons than cost",
            description="productive capital for a unit of money",
        )
        research_share: float = quantity(
            0.1,
            unit="1",
            low=0.0,
            high=0.3,
            bound=(0.0, 1.0),
            source="design choice",
            description="share that builds research capital",
        )
        largest: float = quantity(
            0.02,
            unit="share of output a year",
            low=0.002,
            high=0.1,
            bound=(0.0, 1.0),
            source="design choice",
            description="most that is placed in a region a year",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Designated regions must exist; without any some region must lag behind."""
        where = f"instruments.{self.name}"
        if not params.regions:
            return lagging_problems(setting, params.lagging, f"{where}.lagging")
        return [
            Problem(
                f"there is no region '{region}'",
                where=f"{where}.regions.{i}",
                remedy=did_you_mean(region, list(setting.regions)),
            )
            for i, region in enumerate(params.regions)
            if region not in setting.regions
        ]

    def builds(self, params: Any) -> tuple[str, ...]:
        """See :meth:`Instrument.builds`."""
        return tuple(kind for kind, share in self._shares(params).items() if share > 0)

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        chosen = (
            np.isin(setting.regions, params.regions) if params.regions else lagging(setting, params.lagging)
        )
        return np.asarray(params.largest * in_years(setting, setting.base_output) * chosen[:, None])

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """The same money per head among the designated, within what may be placed there."""
        return equal_within(setting, self.most(setting, params), amount)

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        cells = model.dim("region", setting.regions), model.dim("year", setting.years)
        most = self.most(setting, params)
        amount = self.amounts(model, setting, Data(cells, most))
        model.ledger.credit("private_receipts", self.name, amount)
        for kind, share in self._shares(params).items():
            if share > 0:
                post_investment(model, kind, self.name, amount * share, Flow(share * most))
        return amount

    def works(self, setting: Setting, params: Any, amount: Array) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        return tuple(Works(kind, share * amount) for kind, share in self._shares(params).items())

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        research = params.efficiency * params.research_share * amount
        return {
            "private_receipts": amount,
            "invested_private": params.efficiency * amount - research,
            "invested_research": research,
        }

    def _shares(self, params: Any) -> dict[str, float]:
        """Capital built by a unit of money, by kind."""
        return {
            "private": params.efficiency * (1.0 - params.research_share),
            "research": params.efficiency * params.research_share,
        }
