"""Benefit sharing: industry moves from a rich region to a poor one, and both share the tax that it then pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.credit import in_years
from spatialcoord.economy.lagging import equal_within
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument, missing_attributes, no_effect
from spatialcoord.instruments.between import by_pair, by_region, nobody_agrees, planned, relative
from spatialcoord.instruments.parks import AFFAIR, Parks, park_problems
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Policy

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model

DESIGN = "design choice"


class Park(Parameters):
    """Where industry comes from and where it goes."""

    origin: str = Field(description="Id of the region that industry leaves.")
    host: str = Field(
        description="Id of the region that hosts it; a region hosts the industry of one origin."
    )


@instruments.register("benefit_sharing")
class BenefitSharing(Instrument):
    r"""Output :math:`r_{ht}` that moves in year t from its origin o(h) to a park in the host h.

    The programme builds the park, k for a unit of output a year. From :math:`\ell` years later on the output is made in the
    host, grows as all output does, and its origin has replaced the share f of it on the land it left,

    .. math::

        x_{ht} &= k\,r_{ht}, \qquad S_{h\tau} = \textstyle\sum_{t \le \tau-\ell} (1+g)^{\tau-t}\, r_{ht} & (1)\\
        \Delta Y_{h\tau} &= \pi\,S_{h\tau}, \qquad
            \Delta Y_{o\tau} = -(1-f) \textstyle\sum_{h: o(h)=o} S_{h\tau} & (2)\\
        H_{ht} &= \sigma\,\theta_h\,\pi\,S_{ht} \quad \text{from host to origin while the programme lasts} & (3)\\
        r_{ht} &\le m_h Y_{ht}, \qquad \textstyle\sum_{h: o(h)=o} r_{ht} \le m_o Y_{ot} & (4)

    with productivity :math:`\pi` in the host against the origin and the host's tax :math:`\theta_h` on a unit of output.
    Tax is part of output, so only what crosses the border is booked, as compensation. The origin's treasury does not lose where

    .. math:: \sigma\,\theta_h\,\pi \ge (1-f)\,\theta_o, & (5)

    and its income as a whole does not where :math:`\sigma\,\theta_h\,\pi \ge 1-f`: without new industry in the old place only a
    treasury that is promised nearly all of the tax agrees. `consent` keeps pairs to which this matters.

    A reduced form: demand, suppliers and workers that would follow are left out, and so is what the firms pay for the move. Once
    the programme is over the host keeps the tax, for payments between regions are told for its years only. What is left of the
    park at the end of the horizon is not counted.
    """

    title = {"en": "Benefit sharing", "zh": "产业转移利益共享"}
    envelope = "investment"
    source = "Practice of Guangdong and Jiangsu, from memory; equations (1)-(5) are design choices"
    cases = (
        "China: Shenzhen-Shanwei special cooperation zone from 2011",
        "China: industrial transfer parks of Guangdong from 2005, Suzhou-Suqian park in Jiangsu from 2006, from memory",
        "United States: Minneapolis-St. Paul shares growth of its tax base 1971, without relocation",
    )
    needs = ("tax_revenue",)
    affair = AFFAIR

    class Params(Parameters):
        """Who hosts whom, what moves, what it costs and how the tax is shared."""

        pairs: tuple[Park, ...] = Field(
            (),
            description="Origin and host of each park; none for every region of output per head below the mean with the nearest one "
            "above it that it can agree with.",
        )
        origin_share: float = quantity(
            0.5,
            unit="share of the tax",
            low=0.0,
            high=1.0,
            bound=(0.0, 1.0),
            source="half each in Guangdong and Jiangsu, of the part of the tax that stays local, from memory",
            description="share of the tax on the moved output that the host pays to the origin",
        )
        tax_rate: float | None = quantity(
            None,
            unit="share of output",
            low=0.03,
            high=0.15,
            bound=(0.0, 1.0),
            source="null: tax revenue over output of the region itself",
            description="local tax on a unit of output",
        )
        productivity: float = quantity(
            1.0,
            unit="1",
            low=0.9,
            high=1.1,
            bound=(0.0, 2.0),
            source=DESIGN,
            description="output in the host for a unit given up in the origin; below one national output falls",
        )
        replaced: float = quantity(
            0.0,
            unit="1",
            low=0.0,
            high=1.0,
            bound=(0.0, 1.0),
            source="design choice; 0 claims no new industry in the old place",
            description="share of the output that left which the origin replaces",
        )
        park_cost: float = quantity(
            0.5,
            unit="million CUR per million CUR/yr",
            low=0.2,
            high=1.5,
            bound=(0.01, 20.0),
            source=DESIGN,
            description="cost of the park for a unit of output a year",
        )
        years_to_open: int = quantity(
            1,
            unit="yr",
            low=1,
            high=4,
            bound=(0, 20),
            source=DESIGN,
            description="years from payment to production",
        )
        leaving: float = quantity(
            0.002,
            unit="share of output a year",
            low=0.0005,
            high=0.01,
            bound=(0.0, 0.2),
            source=DESIGN,
            description="most output that leaves an origin in a year",
        )
        arriving: float = quantity(
            0.01,
            unit="share of output a year",
            low=0.002,
            high=0.03,
            bound=(0.0, 1.0),
            source=DESIGN,
            description="most output that arrives in a host in a year",
        )
        consent: Literal["none", "treasury", "income"] = Field(
            "none",
            description="Whose loss in the origin keeps industry where it is: nobody's, its treasury's, or that of all its "
            "income.",
        )

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Regions must exist, a host have one origin that hosts nothing itself, and somebody agree."""
        where = f"instruments.{self.name}"
        problems = park_problems(setting, params.pairs, f"{where}.pairs")
        if params.tax_rate is None:
            for problem in missing_attributes(setting, self.needs, where):
                remedy = "Add a column 'tax_revenue' to the region tables, or write a `tax_rate`."
                problems.append(Problem(problem.what, f"{where}.tax_rate", problem.why, remedy))
        if problems:
            return problems
        parks = Parks(setting, params)
        if not len(parks.host):
            level = relative(setting)
            if (level < 1.0).any() and (level > 1.0).any():
                return [nobody_agrees(setting, self.affair, f"{where}.pairs")]
            return [
                Problem(
                    "no region is below the mean, or none above it",
                    f"{where}.pairs",
                    "Industry moves from the rich to the poor.",
                    "List pairs of origin and host, or take the instrument out.",
                )
            ]
        if not parks.open.any():
            needed = float(parks.needed_share.min())
            return [
                Problem(
                    f"no origin consents: with {params.origin_share:g} of the tax it loses",
                    f"{where}.consent",
                    "What it is paid is less than what it gives up.",
                    f"Raise `origin_share` to {needed + 5e-5:.4f} or more, raise `replaced`, or write consent: none."
                    if needed < 1
                    else "Raise `replaced`, or write consent: none.",
                )
            ]
        return []

    def remarks(self, setting: Setting, params: Any) -> list[Problem]:
        """Values under which nothing moves, or nothing is made where it moves to."""
        where, found = f"instruments.{self.name}", []
        for key in ("leaving", "arriving"):
            if getattr(params, key) == 0:
                found.append(no_effect(where, key, "no output may move", f"Raise `{key}`"))
        if params.productivity == 0:
            why = "nothing is made of what moves: every park loses output"
            found.append(
                Problem(
                    why, f"{where}.productivity", remedy="Raise `productivity`, or take the instrument out."
                )
            )
        if not Parks(setting, params).standing.any():
            first, last = setting.years[0], setting.periods[-1]
            why = f"a park paid in {first} opens in {first + params.years_to_open}, after the evaluation ends in {last}"
            found.append(
                no_effect(where, "years_to_open", why, "Lower `years_to_open` or raise economy.horizon")
            )
        return found

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`."""
        return Parks(setting, params).most

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """The same money per head among the hosts, within what each can take."""
        return equal_within(setting, self.most(setting, params), amount)

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        parks = Parks(setting, params)
        region, year = cells = model.dim("region", setting.regions), model.dim("year", setting.years)
        period = model.dim("period", setting.periods)
        amount = self.amounts(model, setting, Data(cells, parks.most))
        sources = sorted(set(parks.origin.tolist()))
        origin = model.dim("origin", [setting.regions[i] for i in sources])
        leaves, stays = np.zeros((2, len(setting.regions), len(setting.regions)))
        leaves[parks.origin, parks.host] = stays[parks.host, parks.host] = 1.0
        model.constrain(
            "leaving",
            amount.apply("region", leaves[sources] / params.park_cost, origin)
            <= Data((origin, year), in_years(setting, params.leaving * setting.base_output)[sources]),
            unit=setting.scenario.money_unit,
            doc="most that leaves an origin in a year, (4)",
        )
        stock = amount.apply("year", parks.standing / params.park_cost, period)
        made = params.productivity * stays - (1.0 - params.replaced) * leaves
        model.ledger.credit("output", self.name, stock.apply("region", made, region))
        # the tax is told in the programme's years only
        taxed = stock.apply("period", setting.year_in_period.T, year)
        tax = params.origin_share * params.productivity * parks.tax
        model.ledger.credit("compensation", self.name, taxed.apply("region", (leaves - stays) * tax, region))
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`: pair by pair."""
        parks = Parks(setting, params)
        output = np.zeros((len(setting.regions), len(setting.periods)))
        net = np.zeros_like(amount)
        for host, origin in zip(parks.host, parks.origin, strict=True):
            stock = parks.standing @ (amount[host] / params.park_cost)
            output[host] += params.productivity * stock
            output[origin] -= (1.0 - params.replaced) * stock
            paid = (
                params.origin_share * parks.tax[host] * params.productivity * (stock @ setting.year_in_period)
            )
            net[host] -= paid
            net[origin] += paid
        return {"output": output, "compensation": net}

    def policy(self, setting: Setting, params: Any, amount: Array) -> Policy:
        """Output that moves, which is assumed and not simulated, and the tax that is shared."""
        effects = self.response(setting, params, amount)
        return Policy(
            {"compensation": effects["compensation"]}, shifted=effects["output"], assumed=(self.name,)
        )

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Output moved, who gains on balance, whether treasuries do, and the share that an origin needs."""
        parks = Parks(setting, params)
        amount = planned(model, f"{self.name}.amount")
        effects = self.response(setting, params, amount)
        moved, net = effects["output"] @ setting.year_in_period, effects["compensation"]
        paid = np.maximum(-net[parks.host], 0.0)
        unit = f"{setting.scenario.money_unit}/yr"
        return {
            "output": by_pair(
                setting,
                f"{self.name}_output",
                parks.origin,
                parks.host,
                amount[parks.host] / params.park_cost,
                units=unit,
                long_name="output that moves, by year of payment",
                long_name_zh="转移的产出（按付款年份）",
            ),
            "standing": by_pair(
                setting,
                f"{self.name}_standing",
                parks.origin,
                parks.host,
                parks.made_at_end(amount),
                units=unit,
                long_name=f"output standing in the park in {setting.years[-1]}, the programme's last year",
                long_name_zh=f"计划最后一年（{setting.years[-1]}年）园区内的产出规模",
            ),
            "moved": by_region(
                setting,
                moved,
                units=unit,
                long_name="output that arrived (negative: left and was not replaced), in the programme's years",
                long_name_zh="计划期内转入的产出（负数为转出且未被替代）",
            ),
            "gain": by_region(
                setting,
                moved + net,
                units=unit,
                long_name="income gained by moving industry and sharing its tax, in the programme's years",
                long_name_zh="计划期内产业转移及税收分享带来的收入变化",
            ),
            "treasury": by_region(
                setting,
                parks.tax[:, None] * moved + net,
                units=unit,
                long_name="tax gained by moving industry, after sharing, in the programme's years",
                long_name_zh="计划期内产业转移并分享后的税收变化",
            ),
            "tax_shared": by_pair(
                setting,
                self.name,
                parks.host,
                parks.origin,
                paid,
                units=unit,
                long_name="tax that hosts pay to origins in the programme's years; sharing ends with them",
                long_name_zh="计划期内承接地支付给转出地的税收（分享随计划结束）",
            ),
            "needed_share": by_pair(
                setting,
                self.name,
                parks.host,
                parks.origin,
                100.0 * parks.needed_share,
                units="%",
                long_name="share of the tax with which the origin does not lose while sharing lasts",
                long_name_zh="分享期内转出地不受损所需的税收分享比例",
            ),
            "needed_share_horizon": by_pair(
                setting,
                self.name,
                parks.host,
                parks.origin,
                100.0 * parks.needed_over_horizon(amount),
                units="%",
                long_name="share of the tax in the programme's years with which the origin does not lose over the horizon; above 100 the tax does not suffice",
                long_name_zh="使转出地在整个评估期内不受损的计划期税收分享比例（超过100表示税收不足以补偿）",
            ),
        }
