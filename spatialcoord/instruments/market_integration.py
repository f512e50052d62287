"""Market integration: regions that take down local protection of their goods market are paid for the adjustment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.barriers import Barriers, read_barriers
from spatialcoord.economy.market_access import access_problems
from spatialcoord.economy.production import PublicCapital
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.between import can_agree, nobody_agrees
from spatialcoord.instruments.market_outputs import told
from spatialcoord.registry import did_you_mean, instruments
from spatialcoord.scenario.demand import FILE
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Policy

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model


class Access(PublicCapital):
    """Market access as a stock: it does not wear out, is used at once, and is counted against what it was."""

    rule: ClassVar[str] = "access"
    counted: ClassVar[str] = "rise in market access"
    unit: ClassVar[str | None] = "1"

    @property
    def baseline(self) -> Array:
        """One: the rise is relative already, and access without the programme grows with output everywhere alike."""
        return np.ones((len(self.setting.regions), len(self.setting.periods)))

    def points(self, reach: Array, segments: int) -> Array:
        """Breakpoints in equal ratios: access may double, and most of the curve lies where it begins to rise."""
        return np.expm1(np.log1p(reach)[..., None] * np.linspace(0.0, 1.0, segments + 1))


@instruments.register("market_integration")
class MarketIntegration(Instrument):
    r"""Aid :math:`x_{st}` to region s for opening its goods market to all others, or to those whom it is bound with.

    Opening costs :math:`c_{st}=\kappa Y_{st}` for the whole market; what is open stays open,

    .. math::

        u_{st} &= \textstyle\sum_{t'\le t} x_{st'}/c_{st'} \le 1 & (1)\\
        \Delta Y_{rt} &= Y_{rt}\left[(A_r(u_t)/A_r(0))^{\mu} - 1\right] - \rho V_r u_{rt} & (2)

    with access :math:`A(u)`, linear in u, and the sales V that protection keeps at home of
    :mod:`spatialcoord.economy.barriers`, of which the share :math:`\rho` is output that opening costs. A region gains by what
    others open and loses by what it opens itself: it is paid for that. The gain is concave in u and stands in the model by
    secants, the loss exactly. The aid is income of the region's budget and builds nothing.

    Where the scenario forms institutions, a market opens to fellow members in the affair market only: barriers against others stay,
    and so does the market of who is no member. The aid for the whole of it is the same, however many are let in.

    Reduced form: prices of goods that get cheaper in the market that opens are not counted as its gain, adjustment beyond
    :math:`\rho` and the aid is not modelled, and the tariff-equivalent says nothing of what the protection consists in.
    """

    title = {"en": "Market integration", "zh": "市场一体化"}
    envelope = "integration"
    affair = "market"
    moves_access = True
    source = (
        "Tariff-equivalent of local protection: Poncet 2005, China Economic Review 16(4), from memory; response: Donaldson and "
        "Hornbeck 2016, Quarterly Journal of Economics 131(2)"
    )
    cases = (
        "China: a unified national market (2022), removal of local protection",
        "EU: single market, adjustment aid to regions it hits",
    )
    needs = ("lon", "lat", "area_km2")
    per_head = False  # what opening costs goes with output, and who is closed to nobody cannot open

    class Params(Parameters):
        """What stands between markets, and what it costs to take it down."""

        tariff_equivalent: float = quantity(
            0.45,
            unit="share of the price",
            low=0.1,
            high=0.6,
            bound=(0.0, 5.0),
            source="Poncet 2005, China Economic Review 16(4): between provinces about 40 to 50 % in the 1990s; from memory",
            description="what local protection adds to the price of goods of other groups of regions",
        )
        between: str = Field(
            "region",
            description="Groups between which it stands: 'region' for each by itself, or a level of the regions.",
        )
        table: str | None = Field(
            None,
            description="CSV beside the scenario with the columns a, b, tariff_equivalent (goods of a in the market of b, share "
            "of the price), in the place of the two above.",
            json_schema_extra=FILE,
        )
        cost: float = quantity(
            0.005,
            unit="share of output",
            low=0.001,
            high=0.02,
            bound=(1e-6, 1.0),
            source="design choice",
            description="aid for opening the whole market of a region",
        )
        rents: float = quantity(
            0.1,
            unit="share of protected sales",
            low=0.0,
            high=0.3,
            bound=(0.0, 1.0),
            source="design choice",
            description="output that a region loses of the sales its protection kept for its own firms, for good",
        )

    # --- what can be wrong ------------------------------------------------------------------------------------------
    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Ways can be measured, groups and table are there, and something is closed that could be opened."""
        where = f"instruments.{self.name}"
        problems = access_problems(setting, where)
        if setting.scenario.simulation.market_access == "never":
            problems.append(
                Problem(
                    "market_integration cannot be simulated where output never answers market access",
                    "simulation.market_access",
                    "The simulation would charge what opening costs and leave out what it gains.",
                    "Write market_access: when_changed, or take market_integration out.",
                )
            )
        levels = ["region", *setting.graph.levels]
        if params.table is not None:
            try:
                read_barriers(setting, params.table)
            except InputError as error:
                problems += [replace(problem, where=f"{where}.table") for problem in error.problems]
        elif params.between not in levels:
            remedy = did_you_mean(params.between, levels)
            problems.append(
                Problem(f"the regions have no level '{params.between}'", f"{where}.between", remedy=remedy)
            )
        barriers = None if problems else self.barriers(setting, params)
        if barriers is not None and not barriers.protects.any():
            problems.append(
                nobody_agrees(setting, self.affair, where)
                if (barriers.tariff > 0).any()
                else Problem(
                    "no market is protected against anybody",
                    where,
                    "There is nothing to open.",
                    "Raise `tariff_equivalent`, name groups that differ as `between`, or take the instrument out.",
                )
            )
        return problems

    def remarks(self, setting: Setting, params: Any) -> list[Problem]:
        """Elasticities under which no output answers what opens."""
        response = setting.scenario.economy.market_access
        return [
            Problem(
                f"opening markets gains nothing because output does not answer it: `{key}` is 0",
                f"economy.market_access.{key}",
                "What opening costs is charged, and nothing is gained.",
                f"Raise `{key}`, or take market_integration out.",
            )
            for key in ("elasticity", "trade_elasticity")
            if getattr(response, key) == 0
        ]

    # --- the line ---------------------------------------------------------------------------------------------------
    def most(self, setting: Setting, params: Any) -> Array:
        """What opening the whole market costs; zero where nothing is closed."""
        return np.where(self.barriers(setting, params).protects[:, None], self._cost(setting, params), 0.0)

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        barriers = self.barriers(setting, params)
        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        period = model.dim("period", setting.periods)
        amount = self.amounts(model, setting)
        step = amount * Data((region, year), 1.0 / self._cost(setting, params))
        limit = Data((region,), barriers.protects.astype(float))
        opened = model.variable(
            "opened",
            (region, year),
            upper=limit,
            scale=0.1,
            unit="1",
            doc="share of the market open by the end of the year",
        )
        years = len(setting.years)
        model.constrain(
            "opening", opened - step.apply("year", np.tri(years)) == 0.0, doc="what is open stays open, (1)"
        )
        rise = model.variable(
            "rise",
            (region, year),
            scale=0.01,
            unit="1",
            doc="rise in market access by what opens in the year",
        )
        model.constrain("rise_balance", rise - step.apply("region", barriers.rise) == 0.0)
        stock, segments = self._stock(setting), setting.scenario.economy.segments
        gain = stock.enter(model, rise, self._largest(setting, barriers), segments, [None])
        lost = opened.apply("year", self._after(setting), period)
        model.ledger.credit(
            "output", self.name, gain - lost * Data((region, period), self._rents(setting, params, barriers))
        )
        model.ledger.credit("income_receipts", self.name, amount)
        return amount

    def understatement(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.understatement`."""
        largest = self._largest(setting, self.barriers(setting, params))
        return self._stock(setting).understatement(largest, setting.scenario.economy.segments)

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`; money beyond the whole market opens nothing."""
        output = self._gained(setting, params, self.opened(setting, params, amount))
        return {"income_receipts": amount, "output": output}

    def policy(self, setting: Setting, params: Any, amount: Array) -> Policy:
        """The share of every market that is open, and the aid; the twin finds by itself what that does.

        What the protected lose is no equilibrium of trade: it goes over as output given up, is assumed and told so.
        """
        opened = self.opened(setting, params, amount)
        lost = self._rents(setting, params, self.barriers(setting, params)) * (
            opened @ self._after(setting).T
        )
        return Policy({"income": amount}, opened=opened, shifted=-lost, assumed=(self.name,))

    def opened(self, setting: Setting, params: Any, amount: Array) -> Array:
        """Share of each region's market that given amounts have opened by the end of a year, shape (R, Y)."""
        share = np.minimum(np.cumsum(amount / self._cost(setting, params), axis=1), 1.0)
        return np.where(self.barriers(setting, params).protects[:, None], share, 0.0)

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Shares open, access gained, what each region gains from its own opening and that of the others, and how alike
        industries are where the case has a table of sectors."""
        found = np.maximum(model.arrays.columns.value[model.component(f"{self.name}.opened").positions], 0.0)
        opened = found.reshape(len(setting.regions), len(setting.years))
        every = self._gained(setting, params, opened)
        own = np.zeros_like(every)
        for r in range(len(opened)):
            alone = np.where(np.arange(len(opened))[:, None] == r, opened, 0.0)
            own[r] = self._gained(setting, params, alone)[r]
        access = self.barriers(setting, params).rise @ opened[:, -1]
        return told(setting, opened, access, own @ setting.weight, (every - own) @ setting.weight)

    def barriers(self, setting: Setting, params: Any) -> Barriers:
        """Barriers between the regions, and those that no opening takes down: between regions that cannot agree on it."""
        return Barriers(setting, params, can_agree(setting, self.affair))

    # --- parts ------------------------------------------------------------------------------------------------------
    def _gained(self, setting: Setting, params: Any, opened: Array) -> Array:
        """Gain in output of given shares open by year, exactly, shape (R, T), equation (2)."""
        barriers = self.barriers(setting, params)
        access, size = barriers.access, setting.base_output
        before = access.access(size, access.base_distance, barriers.tariff)
        gained = np.zeros_like(setting.output)
        for t, at in enumerate(self._after(setting).argmax(axis=1)):
            share = opened[:, at]
            kept = access.access((1.0 - share) * size, access.base_distance, barriers.tariff)
            freed = access.access(share * size, access.base_distance, barriers.stays)
            gained[:, t] = access.gain(kept + freed, before) * setting.output[:, t]
        lost = self._rents(setting, params, barriers) * (opened @ self._after(setting).T)
        return gained - lost

    def _cost(self, setting: Setting, params: Any) -> Array:
        """Aid for opening the whole market in a year, million currency, shape (R, Y)."""
        return np.asarray(params.cost * (setting.output @ setting.year_in_period))

    def _rents(self, setting: Setting, params: Any, barriers: Barriers) -> Array:
        """Output lost when the whole market is open, million currency a year, shape (R, T)."""
        return np.asarray(params.rents * barriers.protected[:, None] * setting.output)

    def _after(self, setting: Setting) -> Array:
        """Matrix (T, Y): the programme year whose openings hold in a period, the last one ever after."""
        last = np.minimum(np.arange(len(setting.periods)), len(setting.years) - 1)
        return (last[:, None] == np.arange(len(setting.years))[None, :]).astype(float)

    def _stock(self, setting: Setting) -> Access:
        elasticity = setting.scenario.economy.market_access.elasticity
        return Access(setting, np.ones(len(setting.regions)), elasticity, 0.0, 0)

    def _largest(self, setting: Setting, barriers: Barriers) -> Array:
        """Rise in access with every market open, all in the first year: openings add up to no more, shape (R, Y)."""
        largest = np.zeros((len(setting.regions), len(setting.years)))
        largest[:, 0] = barriers.rise @ barriers.protects
        return largest
