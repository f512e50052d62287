"""Horizontal compensation: who gains from protection upstream pays for it, and region pays region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.credit import in_years
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.bargain import AFFAIR, Bargain, agreement_problems
from spatialcoord.instruments.base import Instrument, no_effect
from spatialcoord.instruments.between import by_pair, by_region, figure_problems, nobody_agrees, planned
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Policy

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model

DESIGN = "design choice"


class Agreement(Parameters):
    """Who pays whom, for what, and how much at most."""

    payer: str = Field(description="Id of the region that pays and gains from the service.")
    receiver: str = Field(description="Id of the region that provides the service.")
    at_most: float | None = quantity(
        None,
        unit="million CUR/yr",
        description="Largest payment of this pair, null for none.",
        bound=(0.0, None),
    )
    purpose: str = Field("", description="What is paid for, in words.")


@instruments.register("horizontal_compensation")
class HorizontalCompensation(Instrument):
    r"""Protection :math:`e_{ut} \in [0, 1]` by a region u, paid for by the regions D(u) that gain from it.

    With output Y, the share c of it that u forgoes at full protection, the share b that d gains from full protection by all
    :math:`n_d` regions that serve it, and the part :math:`\sigma` of the surplus that goes to whoever serves,

    .. math::

        C_u &= c\,Y_u, \qquad B_{ud} = b\,Y_d / n_d, \qquad B_u = \textstyle\sum_{d \in D(u)} B_{ud} & (1)\\
        P_u &= C_u + \sigma\,(B_u - C_u) \quad \text{where } B_u \ge C_u, \text{ else no agreement} & (2)\\
        H_{ut} &= P_u\,e_{ut}, \qquad H_{udt} = H_{ut}\,B_{ud} / B_u & (3)\\
        \textstyle\sum_u H_{udt} &\le \kappa\,R_{dt}, \qquad H_{udt} \le \overline H_{ud} & (4)

    Either side comes out at least even whatever :math:`\sigma` and e, :math:`C_u e \le H_u` and :math:`H_{ud} \le B_{ud} e`:
    no service no payment, and nobody is asked to lose. R is the figure that payments are capped by. Output forgone and gained
    counts while the agreement runs, in the programme's years; all figures grow with output. There is one decision for each
    region that serves, since water protected for one neighbour is protected for all, and so what it receives says what it does.

    Where the scenario forms institutions, D(u) are those with which u is bound in the affair environment. Others who gain from u
    gain as before, for water protected for one is protected for all, but pay nothing and are not in :math:`B_u` and
    :math:`P_u`; :math:`n_d` counts all regions that serve d.

    It holds for small shares: linear in e, no cost of quality that rises, no chain beyond the next region downstream. Whether
    quality was delivered (the index rule of the Xin'an river) and a share of the centre are not in it.

    References
    ----------
    Bargaining range between opportunity cost and willingness to pay: the study; Engel, Pagiola and Wunder (2008), Designing
    payments for environmental services, Ecological Economics 65(4), from memory. The split :math:`\sigma` = 1/2 is the Nash
    bargaining solution with equal weights.
    """

    title = {"en": "Horizontal compensation", "zh": "横向补偿"}
    envelope = "compensation"
    source = "Engel, Pagiola and Wunder 2008, Ecological Economics 65(4), from memory; equations (1)-(4)"
    cases = (
        "China: Xin'an river, Zhejiang pays Anhui (and the reverse) from 2012",
        "China: Dong river, Guangdong pays Jiangxi from 2016, from memory",
        "United States: New York City and the Catskill watershed 1997, from memory",
        "Germany: fiscal equalisation among the Länder until 2019, without a service",
    )
    parts = {
        "received": {"en": "received for a service", "zh": "因提供服务而获得"},
        "paid": {"en": "paid for a service", "zh": "为享受服务而支付"},
    }
    budgeted = False
    affair = AFFAIR

    class Params(Parameters):
        """Who pays whom, what the service is worth, and the cap."""

        pairs: Literal["river", "neighbours", "agreements"] = Field(
            "river",
            description="Which regions pay which: downstream pays upstream along the rivers, the richer of two neighbours pays "
            "the poorer, or the agreements listed.",
        )
        agreements: tuple[Agreement, ...] = Field(
            (), description="Payer and receiver of each agreement, where `pairs` is agreements."
        )
        opportunity_cost: float = quantity(
            0.001,
            unit="share of output",
            low=0.0002,
            high=0.01,
            bound=(0.0, 0.5),
            source=DESIGN,
            description="output that a region forgoes at full protection",
        )
        cost_figure: str | None = Field(
            None,
            description="Region attribute with the opportunity cost of full protection, million a year, in place of the share.",
        )
        benefit: float = quantity(
            0.002,
            unit="share of output",
            low=0.0002,
            high=0.02,
            bound=(0.0, 0.5),
            source=DESIGN,
            description="output that a region gains where all regions that serve it protect fully",
        )
        split: float = quantity(
            0.5,
            unit="1",
            low=0.0,
            high=1.0,
            bound=(0.0, 1.0),
            source="Nash bargaining solution with equal weights",
            description="part of the surplus that goes to the region that protects",
        )
        payment_cap: float = quantity(
            0.002,
            unit="share of the figure a year",
            low=0.0003,
            high=0.01,
            bound=(0.0, None),
            source="design choice; Zhejiang's 100 million yuan a year for the Xin'an river were .0003 of its revenue of 2012, "
            "from memory",
            description="most that a region pays in a year",
        )
        cap_of: str = Field("own_revenue", description="Region attribute that the cap is a share of.")

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Pairs must exist, be given once, and have something to agree on."""
        where = f"instruments.{self.name}"
        problems = agreement_problems(setting, params, where)
        problems += figure_problems(setting, params.cap_of, f"{where}.cap_of")
        if params.cost_figure:
            problems += figure_problems(setting, params.cost_figure, f"{where}.cost_figure")
        if problems:
            return problems
        bargain = Bargain(setting, params)
        if not len(bargain.payer):
            missing = (
                "links of kind river" if params.pairs == "river" else "neighbours of which one is richer"
            )
            other = "neighbours" if params.pairs == "river" else "agreements"
            return [
                Problem(
                    f"the regions have no {missing}",
                    f"{where}.pairs",
                    "They say who pays whom.",
                    f"Add them to the link table, or write pairs: {other}.",
                )
            ]
        if not bargain.bound.any():
            return [nobody_agrees(setting, self.affair, f"{where}.pairs")]
        if not bargain.open.any():
            if bargain.worthwhile.any():
                return [
                    Problem(
                        "whoever protects would be paid nothing",
                        f"{where}.split",
                        "Protection costs nothing, and no part of the surplus goes to whoever protects.",
                        "Raise `split` above 0, or give protection a cost (`opportunity_cost`, `cost_figure`).",
                    )
                ]
            return [
                Problem(
                    "no region's protection is worth what it costs",
                    f"{where}.benefit",
                    "Who gains would pay less than who protects forgoes, so nobody agrees."
                    + (
                        ""
                        if bargain.bound.all()
                        else " Who gains and is not bound by an institution pays nothing."
                    ),
                    "Raise `benefit`, lower `opportunity_cost`, or take the instrument out.",
                )
            ]
        return []

    def remarks(self, setting: Setting, params: Any) -> list[Problem]:
        """Caps that let nobody pay, and regions that pay each other."""
        where = f"instruments.{self.name}"
        found = [
            Problem(
                f"the agreement of '{agreement.payer}' with '{agreement.receiver}' has no effect",
                f"{where}.agreements.{i}.at_most",
                "It may pay at most 0.",
                "Raise `at_most`, or take the agreement out.",
            )
            for i, agreement in enumerate(params.agreements)
            if agreement.at_most == 0
        ]
        pairs = [(agreement.payer, agreement.receiver) for agreement in params.agreements]
        found += [
            Problem(
                f"'{payer}' and '{receiver}' pay each other for protection",
                f"{where}.agreements.{i}",
                "Two agreements are about the same affair of the same two regions.",
                "Keep one, unless either serves the other with something of its own.",
            )
            for i, (payer, receiver) in enumerate(pairs)
            if (receiver, payer) in pairs[:i]
        ]
        if params.payment_cap == 0:
            found.append(no_effect(where, "payment_cap", "nobody may pay anything", "Raise `payment_cap`"))
        return found

    def most(self, setting: Setting, params: Any) -> dict[str, Array]:
        """See :meth:`Instrument.most`."""
        bargain = Bargain(setting, params)
        return {"received": bargain.most, "paid": bargain.room}

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """See :meth:`Instrument.equal`: where all get and pay the same, nobody pays anybody."""
        return np.zeros_like(amount)

    def build(self, model: Model, setting: Setting, params: Any) -> dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        bargain = Bargain(setting, params)
        region = model.dim("region", setting.regions)
        cells = (region, model.dim("year", setting.years))
        title = self.parts
        received = self.amounts(
            model, setting, Data(cells, bargain.most), "received", title["received"]["en"]
        )
        paid = self.amounts(model, setting, Data(cells, bargain.room), "paid", title["paid"]["en"])
        share = bargain.matrix(bargain.share, bargain.bound)
        model.constrain(
            "payers", paid - received.apply("region", share, region) == 0.0, doc="by what each gains, (3)"
        )
        # per unit received: what protection brings the payers, less what it takes from whoever protects
        worth = bargain.matrix(bargain.benefit * bargain.per_unit[bargain.provider])
        forgone = sp.diags_array(bargain.cost * bargain.per_unit)
        moved = received.apply("region", sp.csr_array(worth - forgone), region)
        period = model.dim("period", setting.periods)
        line = f"{self.name}.received"
        model.ledger.credit("output", line, moved.apply("year", setting.year_in_period, period))
        model.ledger.credit("compensation", line, received)
        model.ledger.credit("compensation", f"{self.name}.paid", -paid)
        return {"received": received, "paid": paid}

    def response(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Effects:
        """See :meth:`Instrument.response`: what is received says how much was protected, and that who pays how much."""
        bargain = Bargain(setting, params)
        protection = bargain.protection(amount["received"])
        output = -protection * in_years(setting, bargain.cost)
        net = protection * in_years(setting, bargain.price)
        growth = setting.growth_factor @ setting.year_in_period
        pairs = zip(bargain.payer, bargain.provider, bargain.benefit, bargain.bound, strict=True)
        for payer, provider, benefit, bound in pairs:
            here = growth * protection[provider]
            output[payer] += benefit * here
            if bound:
                net[payer] -= bargain.price[provider] * benefit / bargain.worth[provider] * here
        return {"output": output @ setting.year_in_period.T, "compensation": net}

    def policy(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Policy:
        """Payments, which agreements state, and output given up and gained, which is assumed and not simulated."""
        effects = self.response(setting, params, amount)
        return Policy(
            {"compensation": effects["compensation"]}, shifted=effects["output"], assumed=(self.name,)
        )

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Protection, what each region gains on balance, and who pays whom."""
        bargain = Bargain(setting, params)
        received = planned(model, f"{self.name}.received")
        effects = self.response(setting, params, {"received": received})
        unit = f"{setting.scenario.money_unit}/yr"
        return {
            "protection": by_region(
                setting,
                100.0 * bargain.protection(received),
                units="%",
                long_name="protection provided, of full protection",
                long_name_zh="提供的保护（占完全保护的比例）",
            ),
            "gain": by_region(
                setting,
                effects["output"] @ setting.year_in_period + effects["compensation"],
                units=unit,
                long_name="gain from the agreements: output and payments",
                long_name_zh="协议带来的收益：产出与补偿合计",
            ),
            "payment": by_pair(
                setting,
                self.name,
                bargain.payer[bargain.bound],
                bargain.provider[bargain.bound],
                (bargain.share[:, None] * received[bargain.provider])[bargain.bound],
                units=unit,
                long_name="payments for protection",
                long_name_zh="保护补偿支付",
            ),
        }
