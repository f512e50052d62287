r"""What the structural and cohesion funds of the European Union have in common (not a line itself).

A fund pays :math:`x_{\theta rt}` for themes :math:`\theta`, each of which builds one kind of capital. Regions that its law
does not admit get nothing. With the Union's largest share :math:`\bar c_r` of the cost, the own money beside it, share
:math:`\phi_{c\theta}` of a theme by category, and last period's money :math:`P_r`:

.. math::

    n_{rt} &= \tfrac{1-\bar c_r}{\bar c_r} \textstyle\sum_\theta x_{\theta rt} \le k R_{rt} & (1)\\
    \textstyle\sum_{r\in g,t} x_{\theta rt} &\ge \phi_{c\theta} \textstyle\sum_{r\in g,t,\theta'} x_{\theta' rt}
        \qquad g: \text{category } c \text{ in a member state} & (2)\\
    \textstyle\sum_{\theta t} x_{\theta rt} &\ge s P_r & (3)\\
    \textstyle\sum_{t} x_{\theta rt} &= \textstyle\sum_{j\in(r,\theta)} C_j b_j, \qquad b_j\in\{0,1\} & (4)

with own revenue R (a share of output where the case holds no own revenue), safety net s, and projects j of cost C, of which
those below the minimum score are never approved. Where commitments are told apart from payments, commitments
:math:`c_{rt}` of a programming year t are paid with a lag of at most n years,

.. math::

    \textstyle\sum_{\theta} x_{\theta r\tau} = \textstyle\sum_{\lambda=0}^{n} p_{r,\tau-\lambda,\lambda}, \qquad
    c_{rt} = \textstyle\sum_{\lambda} p_{rt\lambda} + l_{rt}, \qquad c_{rt} \ge s P_r/T, \qquad 0\le l_{rt} \le L_{rt} & (5)

where lost money l is allowed only as far as the region cannot absorb: L is what is left of promised commitments when the
oldest is always paid first, up to capacity. Payments after the programme's last year are outside and count as lost.

**Additionality.** The law asks a member state to *maintain* its public investment, co-finance included. So what a region
pays beside the fund is by default taken from investment that the baseline holds already: it builds nothing new and costs
residents nothing new (additionality 0), while all money of the fund is new. A lower share of the Union then attracts no
money by itself. With an additionality above 0 own money builds and is debited.

Sources: Regulations (EC) 1164/94, 1260/1999, 1083/2006, (EU) 1303/2013, 2021/1060; every number with its article and
whether it was checked in ``eu_periods.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.investment import Investment, OwnMoney
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.structural_checks import fund_problems
from spatialcoord.instruments.structural_params import FundParams
from spatialcoord.instruments.structural_rules import national, rules, union_share
from spatialcoord.simulate.policy import Works

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model


class StructuralFund(Instrument):
    """Base of the funds; a subclass names its themes, what capital each builds, and whom it admits."""

    envelope = "investment"
    themes: ClassVar[
        dict[str, str]
    ]  # kind of capital by part of the fund; one part "" where there is one line
    Params: ClassVar[type[FundParams]] = FundParams

    # --- what the law says ------------------------------------------------------------------------------------------
    def admits(self, setting: Setting, params: Any) -> np.ndarray:
        """Whether the fund admits a region, shape (R,)."""
        return np.ones(len(setting.regions), dtype=bool)

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """See :meth:`Instrument.check`."""
        return fund_problems(self, setting, params)

    def builds(self, params: Any) -> tuple[str, ...] | dict[str, tuple[str, ...]]:
        """See :meth:`Instrument.builds`."""
        kinds: dict[str, tuple[str, ...]] = {theme: (kind,) for theme, kind in self.themes.items()}
        return kinds.get("", kinds)

    # --- limits -----------------------------------------------------------------------------------------------------
    def most(self, setting: Setting, params: Any) -> Array | dict[str, Array]:
        """See :meth:`Instrument.most`."""
        investments = self._investments(setting, params)
        gate = self.admits(setting, params)[:, None] & self._open(setting, params)
        affordable = self._affordable(setting, params)
        found = {
            theme: np.where(gate, np.minimum(investments[kind].most, affordable), 0.0)
            for theme, kind in self.themes.items()
        }
        return found.get("", found)

    def capacity(self, setting: Setting, params: Any) -> Array:
        """Most that all themes together can pay in a year, million currency, shape (R, Y)."""
        total = np.minimum(self._absorbable(setting, params), self._affordable(setting, params))
        share = params.commitments.payment_capacity if params.commitments.enabled else 1.0
        return share * total

    def promised(self, setting: Setting, params: Any) -> Array:
        """Least money of the whole programme by (3), million currency, shape (R,)."""
        if params.safety_net == 0.0:
            return np.zeros(len(setting.regions))
        years = len(self.programming(setting, params))
        past = setting.attribute(params.past) / params.past_years
        return np.where(self.admits(setting, params), params.safety_net * years * past, 0.0)

    # --- commitments ------------------------------------------------------------------------------------------------
    def programming(self, setting: Setting, params: Any) -> list[int]:
        """Years in which money is committed: all programme years where commitments are not told apart."""
        block = params.commitments
        if not block.enabled:
            return list(setting.years)
        first = setting.years[0] if block.first is None else block.first
        last = setting.years[-1] if block.last is None else block.last
        return list(range(first, last + 1))

    def years_to_pay(self, params: Any) -> int:
        """Years n in which a commitment must be paid."""
        n = params.commitments.n
        return int(rules(params.period)["years_to_pay"]) if n is None else int(n)

    def unpayable(self, setting: Setting, params: Any) -> Array:
        """What of promised commitments no region can absorb in time, million currency, shape (R, programming years).

        The oldest commitment is paid first; its deadline is the earliest, so no other order pays more.
        """
        programming, n = self.programming(setting, params), self.years_to_pay(params)
        left = np.repeat(self.promised(setting, params)[:, None] / len(programming), len(programming), axis=1)
        room = self.capacity(setting, params)
        for i, year in enumerate(setting.years):
            free = room[:, i].copy()
            for j, committed in enumerate(programming):
                if committed <= year <= committed + n:
                    paid = np.minimum(left[:, j], free)
                    left[:, j] -= paid
                    free -= paid
        return left

    # --- the model --------------------------------------------------------------------------------------------------
    def build(self, model: Model, setting: Setting, params: Any) -> Affine | dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data
        from spatialcoord.model.affine import add

        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        most = self.most(setting, params)
        limits = most if isinstance(most, dict) else {"": most}
        amounts = {
            theme: self.amounts(
                model,
                setting,
                upper=Data((region, year), limit),
                name=f"amount_{theme}" if theme else "amount",
                title=f"{self.title['en']}: {self.parts[theme]['en']}" if theme else "",
            )
            for theme, limit in limits.items()
        }
        # what cannot be reached would only stretch the pieces of the response
        for kind, investment in self._investments(setting, params, self.admits(setting, params)).items():
            money = add(amounts[theme] for theme, built in self.themes.items() if built == kind)
            with model.part(f"{kind}_capital"):
                investment.enter(model, money, self.name)
        total, unit = add(amounts.values()), setting.scenario.money_unit
        own = self._own(setting, params)
        # a limit beyond what can be absorbed would be a row a region and year for nothing
        if (self._affordable(setting, params) < self._absorbable(setting, params)).any():
            model.constrain(
                "cofinance_cap",
                total * Data((region, year), own.per_unit)
                <= Data((region, year), self._own_limit(setting, params)),
                unit=unit,
                doc="own co-finance within its limit, (1)",
            )
        self._concentrate(model, setting, params, amounts, total)
        if params.commitments.enabled:
            self._commit(model, setting, params, total)
        elif params.safety_net > 0.0:
            least = Data((region,), self.promised(setting, params))
            model.constrain("safety_net", total.sum("year") >= least, unit=unit, doc="safety net, (3)")
        self._approve(model, setting, params, amounts)
        return amounts.get("", amounts)

    def works(self, setting: Setting, params: Any, amount: Any) -> tuple[Works, ...]:
        """See :meth:`Instrument.works`."""
        by_theme = amount if isinstance(amount, dict) else {"": amount}
        return tuple(
            investment.works(sum(by_theme[theme] for theme, built in self.themes.items() if built == kind))
            for kind, investment in self._investments(setting, params).items()
        )

    def response(self, setting: Setting, params: Any, amount: Any) -> Effects:
        """See :meth:`Instrument.response`."""
        by_theme = amount if isinstance(amount, dict) else {"": amount}
        effects: Effects = {}
        for kind, investment in self._investments(setting, params).items():
            money = sum(by_theme[theme] for theme, built in self.themes.items() if built == kind)
            for account, values in investment.response(money).items():
                effects[account] = effects.get(account, 0.0) + values
        return effects

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Commitments and what of them is lost by region and year; which projects are approved."""
        import xarray as xr

        found: dict[str, xr.DataArray] = {}
        if params.commitments.enabled:
            years = self.programming(setting, params)
            about = {
                "committed": ("commitments of the fund", "基金承诺额"),
                "lost": ("commitments lost after the years to pay", "逾期未支付而失效的承诺额"),
            }
            for what, (name, name_zh) in about.items():
                solved = self._solved(model, what).reshape(len(setting.regions), len(years))
                values = np.zeros((len(setting.regions), len(setting.years)))
                values[:, [setting.years.index(y) for y in years]] = solved
                found[what] = xr.DataArray(
                    values,
                    {"region": list(setting.regions), "year": list(setting.years)},
                    ("region", "year"),
                    attrs={
                        "units": f"{setting.scenario.money_unit}/yr",
                        "long_name": name,
                        "long_name_zh": name_zh,
                    },
                )
        if params.projects:
            chosen = np.round(self._solved(model, "approved"))
            dim = f"{self.name}_project"
            found["approved"] = xr.DataArray(
                chosen,
                {dim: [p.id for p in params.projects]},
                (dim,),
                attrs={"units": "1", "long_name": "projects approved", "long_name_zh": "获批项目"},
            )
        return found

    def _solved(self, model: Model, name: str) -> Array:
        """Values of a variable of the fund in the plan last found, flat."""
        component = model.component(f"{self.name}.{name}")
        return np.asarray(model.arrays.columns.value[component.positions])

    # --- parts of it ------------------------------------------------------------------------------------------------
    def _own(self, setting: Setting, params: Any) -> OwnMoney:
        share = union_share(setting, params, self.name)
        per_unit = np.repeat(((1.0 - share) / share)[:, None], len(setting.years), axis=1)
        return OwnMoney(per_unit, params.cofinance.additionality)

    def _own_limit(self, setting: Setting, params: Any) -> Array:
        """Most own money a year, million currency, shape (R, Y)."""
        own = params.cofinance
        growth = setting.growth_factor @ setting.year_in_period
        if setting.graph.has("own_revenue"):
            return own.cap * setting.attribute("own_revenue")[:, None] * growth
        return own.cap_of_output * setting.base_output[:, None] * growth

    def _absorbable(self, setting: Setting, params: Any) -> Array:
        """Money of the fund that can be absorbed, million currency a year, shape (R, Y); zero where nobody is admitted."""
        gate = self.admits(setting, params)[:, None] & self._open(setting, params)
        limits = [investment.most for investment in self._investments(setting, params).values()]
        return np.where(gate, np.sum(limits, axis=0), 0.0)

    def _affordable(self, setting: Setting, params: Any) -> Array:
        """Money of the fund that own money is enough for, million currency a year, shape (R, Y)."""
        per_unit = self._own(setting, params).per_unit
        with np.errstate(divide="ignore"):
            return np.where(per_unit > 0, self._own_limit(setting, params) / per_unit, np.inf)

    def _open(self, setting: Setting, params: Any) -> np.ndarray:
        """Years in which some commitment can be paid, shape (Y,)."""
        years = np.array(setting.years)
        if not params.commitments.enabled:
            return np.ones(len(years), dtype=bool)
        programming = self.programming(setting, params)
        return (years >= programming[0]) & (years <= programming[-1] + self.years_to_pay(params))

    def _investments(
        self, setting: Setting, params: Any, among: np.ndarray | None = None
    ) -> dict[str, Investment]:
        """Absorption by kind of capital; nothing outside the regions `among`, shape (R,), where given."""
        kinds = list(dict.fromkeys(self.themes.values()))
        own = self._own(setting, params)
        share = (1.0 if among is None else among[:, None]) / np.array(float(len(kinds)))
        return {kind: Investment(setting, params, kind, own, share) for kind in kinds}

    def _concentrate(
        self, model: Model, setting: Setting, params: Any, amounts: dict[str, Affine], total: Affine
    ) -> None:
        """Rows (2) over the whole programme, one a member state and category where the period has a floor."""
        from spatialcoord.model import Data, Dim

        known = rules(params.period)
        names, category, matrix = national(setting, params)
        for theme in self.themes:
            floor = np.array([known.get(f"floor.{self.name}.{c}.{theme}", 0.0) for c in category])
            held = np.flatnonzero(floor > 0)
            if not len(held):
                continue
            group = Dim(f"{self.name}_{theme}_group", [names[i] for i in held])
            mine, all_money = (
                money.sum("year").apply("region", matrix[held], group) for money in (amounts[theme], total)
            )
            model.constrain(
                f"least_{theme}",
                mine - all_money * Data((group,), floor[held]) >= 0.0,
                unit=setting.scenario.money_unit,
                doc="least share of a theme in the money of a category, (2)",
            )

    def _commit(self, model: Model, setting: Setting, params: Any, total: Affine) -> None:
        """Rows (5)."""
        from spatialcoord.model import Data, Dim

        region, year = total.dims
        unit, scale = setting.scenario.money_unit, float(setting.equal.mean())
        programming, n = self.programming(setting, params), self.years_to_pay(params)
        pairs = [(t, lag) for t in programming for lag in range(n + 1) if t + lag in setting.years]
        vintage = Dim(f"{self.name}_vintage", [f"{t}+{lag}" for t, lag in pairs])
        programmed = Dim(f"{self.name}_programmed", programming)
        paid = model.variable(
            "paid", (region, vintage), scale=scale, unit=unit, doc="payments by year committed and lag"
        )
        committed = model.variable(
            "committed",
            (region, programmed),
            lower=Data(
                (region, programmed),
                np.repeat(
                    self.promised(setting, params)[:, None] / len(programming), len(programming), axis=1
                ),
            ),
            scale=scale,
            unit=unit,
            doc="commitments",
        )
        lost = model.variable(
            "lost",
            (region, programmed),
            upper=Data((region, programmed), self.unpayable(setting, params)),
            scale=scale,
            unit=unit,
            doc="commitments not paid in time",
        )
        when = np.array([[t + lag == y for t, lag in pairs] for y in setting.years], dtype=float)
        of = np.array([[t == c for t, _ in pairs] for c in programming], dtype=float)
        model.constrain(
            "payments",
            total - paid.apply(vintage.name, when, year) == 0.0,
            unit=unit,
            doc="payments of a year, (5)",
        )
        model.constrain(
            "fate",
            paid.apply(vintage.name, of, programmed) + lost - committed == 0.0,
            unit=unit,
            doc="every commitment is paid or lost, (5)",
        )
        if params.commitments.payment_capacity < 1.0:
            room = Data((region, year), self.capacity(setting, params))
            model.constrain(
                "payment_capacity", total <= room, unit=unit, doc="what can be paid out in a year"
            )

    def _approve(self, model: Model, setting: Setting, params: Any, amounts: dict[str, Affine]) -> None:
        """Rows (4)."""
        from spatialcoord.model import Data, Dim

        if not params.projects:
            return
        project = Dim(f"{self.name}_project", [p.id for p in params.projects])
        good = [float(p.score >= params.minimum_score) for p in params.projects]
        approved = model.variable(
            "approved", (project,), upper=Data((project,), good), domain="binary", doc="project approved"
        )
        places = list(dict.fromkeys((p.theme, p.region) for p in params.projects))
        for theme in dict.fromkeys(theme for theme, _ in places):
            regions = [region for t, region in places if t == theme]
            place = Dim(f"{self.name}_{theme}_place", regions)
            cost = np.array(
                [[p.cost * ((p.theme, p.region) == (theme, r)) for p in params.projects] for r in regions]
            )
            money = amounts[theme].sum("year").select("region", regions, place)
            model.constrain(
                f"projects_{theme}" if theme else "projects",
                money - approved.apply(project.name, cost, place) == 0.0,
                unit=setting.scenario.money_unit,
                doc="money of a region is the cost of what is approved, (4)",
            )
