r"""Rates of a tax on profits that differ by region: higher where people are rich, lower where they are poor.

With base rate :math:`\bar t`, brackets :math:`t_b = \bar t + o_b`, output elasticity of capital :math:`\alpha`, the share
:math:`\sigma_r` of capital income that the tax reaches and one choice for the whole programme,

.. math::

    \textstyle\sum_b z_{rb} &= 1, \qquad z_{rb} \in \{0, 1\}, \qquad |t_r-\bar t| \le \Delta & (1)\\
    \theta_{rb} &= \frac{1-\sigma_r t_b}{1-\sigma_r \bar t} & (2)\\
    \Delta Y_{rt} &= Y_{rt} (k_r^{\alpha}-1) & (3)\\
    \ell_{rt} &= \sigma_r \alpha Y_{rt}\,(t_r k_r^{\alpha} - \bar t) & (4)\\
    \underline\epsilon \le \textstyle\sum_r \ell_{rt} &\big/ \textstyle\sum_r \sigma_r \alpha Y_{rt}\bar t \le \overline\epsilon & (5)

where capital :math:`k_r` moves by :mod:`spatialcoord.economy.mobile_capital`. The levy (4) is what the region pays more (or
less) than at the base rate; its sum enters the programme's budget, which moves it to poor regions.

What it leaves out: the levy is booked as income of the region where the capital works, though its owners may live elsewhere
and firms, workers and landowners share it (about .40, .33 and .27 in Suárez Serrato and Zidar 2016, American Economic Review
106(9)); income of moved capital likewise. The rate is statutory, deductions and tax planning are not modelled. When the
programme ends rates return to the base and capital returns with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.tax_figures import Tax, base_problems, bracket_problems
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Policy, ProfitTax

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model

DESIGN = "design choice"
MOST_CHOICES = 1000  # binaries; see the refusal in `check`

Offset = Annotated[float, quantity(unit="1", description="Rate less the base rate.", bound=(-1.0, 1.0))]


class ExtraRevenue(Parameters):
    """Revenue beyond that at the base rate everywhere, as a share of it, in every year, (5)."""

    least: float = quantity(
        0.0,
        unit="share of revenue at the base rate",
        description="Least revenue that the rates bring beyond that of the base rate; negative lets them cost something.",
        low=-0.05,
        high=0.2,
        source=DESIGN,
        bound=(-1.0, None),
    )
    most: float | None = quantity(
        None,
        unit="share of revenue at the base rate",
        description="Largest such revenue, null for no limit; 0.001 with least 0 is neutral as far as brackets can be.",
        low=0.001,
        high=0.5,
        source=DESIGN,
        bound=(0.0, None),
    )


@instruments.register("differential_tax")
class DifferentialTax(Instrument):
    """Equations (1)-(5) of this module.

    Its lines are the *static* changes of revenue, at the base that the region had without it: `rise` where the rate is
    above the base rate and `cut` where it is below, so that any amounts (means of plans, too) say what the rates are.
    """

    title = {"en": "Differential tax rates", "zh": "差别税率"}
    envelope = "tax"
    source = (
        "The study's account of the United States; location of capital: Giroud and Rauh 2019, Journal of Political Economy "
        "127(3); Suárez Serrato and Zidar 2016, American Economic Review 106(9)"
    )
    cases = ("United States: higher rates in rich states, lower in poor ones, the surplus moved",)
    parts = {
        "rise": {"en": "higher rates", "zh": "提高税率"},
        "cut": {"en": "lower rates", "zh": "降低税率"},
    }
    budgeted = False

    class Params(Parameters):
        """The tax, its brackets, and how capital answers."""

        rate: float = quantity(
            0.06,
            unit="1",
            description="Base rate of the tax on profits.",
            low=0.02,
            high=0.3,
            source="United States: state corporate income taxes mostly 2.5 to 10 %, from memory",
            bound=(0.0, 1.0),
        )
        brackets: tuple[Offset, ...] = Field(
            (-0.02, -0.01, 0.0, 0.01, 0.02),
            description="Rates a region may have, each less the base rate, ascending; the base rate itself is one: 0.",
            json_schema_extra={"unit": "1"},
        )
        largest_difference: float = quantity(
            0.02,
            unit="1",
            description="Largest distance of a rate from the base rate that the law allows.",
            low=0.005,
            high=0.05,
            source=DESIGN,
            bound=(0.0, 1.0),
        )
        differential: bool = Field(
            True,
            description="Whether poor regions (below the mean without the programme) pay at most the base rate and the "
            "others at least that.",
        )
        extra_revenue: ExtraRevenue = ExtraRevenue()
        base: Literal["capital_income", "corporate_income_tax"] = Field(
            "capital_income",
            description="What the tax reaches: a share of capital income, the same everywhere, or in each region what its "
            "figure `corporate_income_tax` is at the base rate.",
        )
        taxed_share: float = quantity(
            0.3,
            unit="share of capital income",
            description="Share of capital income that is taxed profit, where `base` is capital_income.",
            low=0.2,
            high=1.0,
            source="corporate profit before tax is about a tenth of output in the United States, from memory",
            bound=(0.0, 1.0),
        )
        capital_share: float = quantity(
            0.35,
            unit="1",
            description="Output elasticity of private capital, and share of capital income in output.",
            low=0.3,
            high=0.45,
            source="national accounts, from memory",
            bound=(0.01, 0.9),
        )
        mobility: float = quantity(
            1.0,
            unit="1",
            description="Elasticity of the location of capital to its return after tax.",
            low=0.5,
            high=3.0,
            source="design choice; brackets Giroud and Rauh 2019 and Suárez Serrato and Zidar 2016",
            bound=(0.0, None),
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Brackets in order and lawful, a base to tax, an objective that whole-number decisions can serve."""
        where = f"instruments.{self.name}"
        problems = bracket_problems(params, f"{where}.brackets")
        if params.base == "corporate_income_tax":
            problems += base_problems(setting, params, f"{where}.base")
        elif not params.taxed_share > 0:
            problems.append(
                Problem(
                    "the tax reaches no profit: the taxed share is 0",
                    f"{where}.taxed_share",
                    remedy="Raise it, or take the instrument out.",
                )
            )
        extra = params.extra_revenue
        if extra.most is not None and extra.most < extra.least:
            problems.append(
                Problem(
                    f"the least extra revenue {extra.least:g} exceeds the largest {extra.most:g}",
                    f"{where}.extra_revenue",
                    remedy="Exchange them, or correct one.",
                )
            )
        choices = len(setting.regions) * len(params.brackets)
        if choices > MOST_CHOICES:
            problems.append(
                Problem(
                    f"{len(setting.regions)} regions with {len(params.brackets)} brackets are {choices} yes-or-no decisions",
                    f"{where}.brackets",
                    f"Beyond {MOST_CHOICES} of them the search may take hours.",
                    "Take fewer brackets, or larger regions.",
                )
            )
        objective = setting.scenario.objective
        if objective.lead == "leximin" and objective.kind != "maximise_mean":
            problems.append(
                Problem(
                    "'leximin' cannot be planned for together with differential tax rates",
                    "objective.measure",
                    "It settles region after region by prices, which a choice between brackets does not have.",
                    "Write measure: max_min, its first step, or take the instrument out.",
                )
            )
        return problems

    def build(self, model: Model, setting: Setting, params: Any) -> dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        tax = Tax(setting, params)
        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        rate = model.dim("rate", [f"{100 * r:g}" for r in tax.rates])
        chosen = model.variable(
            "chosen", (region, rate), upper=Data((region, rate), tax.admitted), domain="binary", doc="z, (1)"
        )
        model.constrain("one_rate", chosen.sum("rate") == 1.0, doc="one rate a region, (1)")
        level, weight, _ = tax.capital.enter(model, chosen, tax.kept, tax.admitted)
        cells = (region, rate)
        # the base is taken off by binary, not in sum: then the coefficients are what a bracket changes
        moved = model.variable(
            "moved", region, lower=-np.inf, scale=1e-3, doc="change in output, share of it, (3)"
        )
        change = (level * Data(cells, weight) - chosen).sum("rate")
        model.constrain("moved_balance", moved - change == 0.0, doc="(3)")
        levied = model.variable(
            "levied", region, lower=-np.inf, scale=1e-2, doc="tax paid more, share of the unchanged base, (4)"
        )
        paid = (level * Data(cells, weight * tax.rates) - chosen * params.rate).sum("rate")
        model.constrain("levied_balance", levied - paid == 0.0, doc="(4)")
        # the baseline grows alike everywhere: what holds in one year holds in all
        extra = (levied * Data((region,), tax.base[:, 0] / (params.rate * tax.base[:, 0].sum()))).sum()
        bounds = params.extra_revenue
        model.constrain("extra_revenue_least", extra >= bounds.least, doc="(5)")
        if bounds.most is not None:
            model.constrain("extra_revenue_most", extra <= bounds.most, doc="(5)")
        period = model.dim("period", setting.periods)
        in_programme = setting.year_in_period.sum(axis=1)
        model.ledger.credit(
            "output", self.name, moved * Data((region, period), setting.output * in_programme)
        )
        model.ledger.credit("levy", self.name, levied * Data((region, year), tax.base))
        offsets = {"rise": np.maximum(tax.offsets, 0.0), "cut": np.maximum(-tax.offsets, 0.0)}
        return {
            part: (chosen * Data((rate,), offset)).sum("rate") * Data((region, year), tax.base)
            for part, offset in offsets.items()
        }

    def policy(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Policy:
        """See :meth:`Instrument.policy`: the rates, which is all that is set."""
        tax = Tax(setting, params)
        rate = tax.rate_of(amount).mean(axis=1)
        return Policy(taxes=(ProfitTax(rate, params.rate, tax.taxed),))

    def response(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Effects:
        """See :meth:`Instrument.response`: the equilibrium of the rates that the amounts mean, year by year."""
        tax = Tax(setting, params)
        rate = tax.rate_of(amount)
        relative = tax.moved(rate) ** params.capital_share
        in_year = setting.output @ setting.year_in_period
        return {
            "levy": tax.base * (rate * relative - params.rate),
            "output": in_year * (relative - 1.0) @ setting.year_in_period.T,
        }

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """See :meth:`Instrument.equal`: the same for all means the base rate for all."""
        return np.zeros_like(amount)

    def understatement(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.understatement`: what lies between tangent and curve, on the levy (as money spent) too."""
        tax = Tax(setting, params)
        relative = (tax.kept**tax.capital.exponent).max() ** params.capital_share
        gap = tax.capital.gap(tax.kept, tax.admitted) * relative
        taxed = (
            float((tax.base[:, 0] / (setting.output @ setting.year_in_period)[:, 0]).max()) * tax.rates.max()
        )
        return gap * (1.0 + taxed) * setting.output * setting.year_in_period.sum(axis=1)

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Rates, levy and capital moved in the plan."""
        import xarray as xr

        tax = Tax(setting, params)
        chosen = model.pyomo.find_component(f"{self.name}.chosen")
        z = np.round(model.arrays.columns.value[chosen.positions].reshape(tax.kept.shape))
        rate = z @ tax.rates
        levied = model.arrays.columns.value[model.pyomo.find_component(f"{self.name}.levied").positions]
        here = {"region": list(setting.regions)}
        return {
            "rate": xr.DataArray(
                100.0 * rate,
                here,
                ["region"],
                attrs={"units": "%", "long_name": "rate of the tax on profits", "long_name_zh": "利润税率"},
            ),
            "levy": xr.DataArray(
                levied[:, None] * tax.base,
                {**here, "year": list(setting.years)},
                ["region", "year"],
                attrs={
                    "units": f"{setting.scenario.money_unit}/yr",
                    "long_name": "tax paid more (negative: less) than at the base rate",
                    "long_name_zh": "比基准税率多缴（负数为少缴）的税收",
                },
            ),
            "capital_moved": xr.DataArray(
                100.0 * (tax.moved(rate) - 1.0),
                here,
                ["region"],
                attrs={
                    "units": "%",
                    "long_name": "private capital gained (negative: lost) to other regions, share of the stock",
                    "long_name_zh": "从其他地区流入（负数为流出）的私人资本占存量比重",
                },
            ),
        }
