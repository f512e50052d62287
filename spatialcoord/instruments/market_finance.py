"""Market finance: a region borrows for infrastructure by bonds, bank loans or partnerships, beside the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.credit import ages, annuity, in_years, market_rate, outstanding
from spatialcoord.economy.investment import AbsorptionParams, Borrowed, Investment
from spatialcoord.economy.ordering import OrderedFill
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.public_investment import absorption_problems
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("market_finance")
class MarketFinance(Instrument):
    r"""Borrowing :math:`m_{rt}=\sum_j m_{rtj}` of a region's governments, all of it invested in infrastructure.

    Segments of borrowing have the same width w as a share of output and a spread that rises from one to the next,

    .. math:: 0\le m_{rtj} \le w\,Y_{rt}, \qquad
              k_{rt} = \sum_j \frac{a(\rho_m+\sigma_j,\,n)}{a(\rho_m,\,n)}\, m_{rtj}, \quad \sigma_1<\sigma_2<\dots \qquad (1)

    with the annuity a of :mod:`spatialcoord.economy.credit`: k is the service in present value at the market rate, convex in m,
    so whoever minds the cost fills the cheap segment first. By the rule chosen either service or stock is bounded in every
    programme year t,

    .. math:: \sum_{s\le t<s+n}\sum_j a(\rho_m+\sigma_j,n)\, m_{rsj} \le \phi R_{rt} \quad\text{or}\quad
              \sum_{s\le t}\sum_j b_j(t-s)\, m_{rsj} \le \psi Y_{rt} \qquad (2)

    where what is borrowed in t is served for the first time a year later; own revenue R and output Y of t are the measure of
    both, b is the share still owed. Debt that stands already is not counted: the limits are room for new debt. Nothing is
    granted: the region pays k, nobody else does.
    """

    title = {"en": "Market finance", "zh": "市场化融资"}
    envelope = "market"
    source = "Debt rule and rising spread are design choices; compare Bayoumi, Goldstein and Woglom 1995, JMCB 27(4), from memory"
    cases = (
        "China: special bonds of local governments, public-private partnerships",
        "United States: municipal bonds",
        "Japan: local bonds",
    )
    needs = ("capital_infrastructure",)
    budgeted = False

    class Params(Parameters):
        """Cost of borrowing and the rule on debt."""

        market_rate: float = market_rate()
        first_spread: float = quantity(
            0.0025,
            unit="1/yr",
            low=0.0,
            high=0.02,
            bound=(0.0, 0.2),
            source="design choice",
            description="spread over the market rate on the first segment of a year's borrowing",
        )
        rising_by: float = quantity(
            0.0075,
            unit="1/yr",
            low=0.001,
            high=0.02,
            bound=(0.0001, 0.2),
            source="design choice: yields rise with debt, and faster the more there is",
            description="by how much the spread rises from one segment to the next",
        )
        width: float = quantity(
            0.0025,
            unit="share of output a year",
            low=0.001,
            high=0.01,
            bound=(0.0001, 0.1),
            source="design choice",
            description="width of a segment of borrowing",
        )
        steps: int = quantity(
            4,
            unit="1",
            low=2,
            high=8,
            bound=(1, 20),
            source="design choice",
            description="number of segments; no more can be borrowed in a year",
        )
        term: int = quantity(
            15,
            unit="yr",
            low=5,
            high=30,
            bound=(1, 50),
            source="design choice",
            description="years over which debt is repaid",
        )
        rule: Literal["service", "stock"] = Field(
            "service",
            description="What is limited: service of new debt over own revenue, or its stock over output.",
        )
        service_share: float = quantity(
            0.02,
            unit="share of own revenue a year",
            low=0.005,
            high=0.1,
            bound=(0.0, 1.0),
            source="design choice",
            description="most service of new debt",
        )
        stock_share: float = quantity(
            0.02,
            unit="share of output",
            low=0.005,
            high=0.1,
            bound=(0.0, 5.0),
            source="design choice",
            description="most new debt",
        )
        absorption: AbsorptionParams = AbsorptionParams()

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Absorption must make sense, and own revenue be held where it is the measure."""
        where = f"instruments.{self.name}"
        problems = absorption_problems(setting, Borrowed(absorption=params.absorption), where)
        if params.rule == "service" and not setting.graph.has("own_revenue"):
            problems.append(
                Problem(
                    "the regions have no attribute 'own_revenue'",
                    where=f"{where}.rule",
                    why="Service of debt is limited to a share of it.",
                    remedy="Add a column 'own_revenue' to the region tables, or write rule: stock.",
                )
            )
        return problems

    def builds(self, params: Any) -> tuple[str, ...]:
        """See :meth:`Instrument.builds`."""
        return ("infrastructure",)

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        by_rule = self._limit(setting, params) / self._burden(setting, params)[0][0, 0]
        by_width = self._length(setting, params) * params.steps
        return np.minimum.reduce([by_width, by_rule, self._investment(setting, params).most])

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """Regions borrow for themselves: what they do is no money of the programme that could be spread."""
        return amount

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data, Dim
        from spatialcoord.model.affine import add

        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        amount = self.amounts(model, setting, Data((region, year), self.most(setting, params)))
        step = Dim("step", list(range(1, params.steps + 1)))
        unit, typical = setting.scenario.money_unit, float(setting.equal.mean())
        length = np.repeat(self._length(setting, params)[:, :, None], params.steps, axis=2)
        borrowed = model.variable(
            "borrowed",
            (region, year, step),
            upper=Data((region, year, step), length),
            scale=typical,
            unit=unit,
            doc="borrowing by segment of the spread",
        )
        total = model.constrain("borrowing", borrowed.sum("step") - amount == 0.0, doc="segments add up, (1)")
        cost = self._cost(params)
        # who is to become poorer would take the dear segment first; the order then needs to be held, dear ones last
        gain = np.broadcast_to(1.0 + cost[-1] - cost, length.shape)
        OrderedFill(borrowed, length, gain, scale=typical, name="borrowed").attach(model).fills(
            total, amount, 1.0
        )
        owed = [
            borrowed.select("step", s).apply("year", matrix)
            for s, matrix in zip(step.labels, self._burden(setting, params), strict=True)
        ]
        model.constrain(
            f"debt_{params.rule}",
            add(owed) <= Data((region, year), self._limit(setting, params)),
            unit=unit,
            doc="rule on new debt, (2)",
        )
        model.ledger.credit("debt_cost", self.name, (borrowed * Data((step,), cost)).sum("step"))
        self._investment(setting, params).enter(model, amount, self.name)
        return amount

    def works(self, setting: Setting, params: Any, amount: Array) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        return (self._investment(setting, params).works(amount),)

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`."""
        length, left = self._length(setting, params), amount
        cost = np.zeros_like(amount)
        for step, price in enumerate(self._cost(params), start=1):
            # beyond the last segment at its price
            here = left if step == params.steps else np.minimum(left, length)
            cost, left = cost + price * here, left - here
        return {**self._investment(setting, params).response(amount), "debt_cost": cost}

    def _rates(self, params: Any) -> Array:
        """Rate of each segment, 1/year."""
        steps = np.arange(params.steps, dtype=float)
        return np.asarray(params.market_rate + params.first_spread + params.rising_by * steps)

    def _cost(self, params: Any) -> Array:
        """Service of a unit borrowed in each segment, in present value."""
        market = annuity(params.market_rate, params.term)
        return np.array([annuity(rate, params.term) / market for rate in self._rates(params)])

    def _burden(self, setting: Setting, params: Any) -> list[Array]:
        """What the rule counts of a unit borrowed in each segment, (Y, Y), [counted, borrowed]."""
        if params.rule == "stock":
            return [outstanding(setting, rate, params.term) for rate in self._rates(params)]
        age = ages(setting)
        served = (age >= 0) & (age < params.term)
        return [annuity(rate, params.term) * served for rate in self._rates(params)]

    def _limit(self, setting: Setting, params: Any) -> Array:
        if params.rule == "stock":
            return np.asarray(params.stock_share * in_years(setting, setting.base_output))
        return np.asarray(params.service_share * in_years(setting, setting.attribute("own_revenue")))

    def _length(self, setting: Setting, params: Any) -> Array:
        return np.asarray(params.width * in_years(setting, setting.base_output))

    def _investment(self, setting: Setting, params: Any) -> Investment:
        return Investment(setting, Borrowed(absorption=params.absorption), "infrastructure")
