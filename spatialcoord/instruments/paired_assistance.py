"""Paired assistance: each rich region is assigned partners among the poor and gives them a share of its revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.credit import in_years
from spatialcoord.economy.investment import AbsorptionParams, Borrowed, Investment
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.between import by_pair, figure_problems, planned, region_problems
from spatialcoord.instruments.partnership import AFFAIR, Partnership, side_problems
from spatialcoord.instruments.public_investment import absorption_problems
from spatialcoord.registry import instruments
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.simulate.policy import Policy, Works

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model

DESIGN = "design choice"
MOST_CHOICES = 400  # binaries; see the refusal in `check`


@instruments.register("paired_assistance")
class PairedAssistance(Instrument):
    r"""Donors d, each with partners r: :math:`z_{dr} \in \{0, 1\}`, one assignment for the whole programme.

    A donor gives the share :math:`\epsilon` of its revenue R every year, divided among its partners as the plan finds best but
    not below a least part of an even division,

    .. math::

        \textstyle\sum_r m_{dr} &= E_d = \epsilon R_d, \qquad
            \lambda \tfrac{E_d}{k} z_{dr} \le m_{dr} \le E_d z_{dr} & (1)\\
        1 \le \textstyle\sum_d z_{dr} &\le h, \qquad 1 \le \textstyle\sum_r z_{dr} \le k & (2)\\
        \text{given}_{dt} &= (1+g)^t \textstyle\sum_r m_{dr}, \qquad \text{received}_{rt} = (1+g)^t \textstyle\sum_d m_{dr} & (3)

    with :math:`z_{dr} = 0` where an institution would have to bind d and r in the affair assistance and none does; who can agree
    with nobody on the other side stays out. There are at most h donors for a recipient and k partners of a donor. The share :math:`\iota` of what arrives is spent on projects
    that build infrastructure, within what can be absorbed (:class:`spatialcoord.economy.investment.Investment`); the rest is
    income. For a plan only the sums (3) count, so several assignments may be equally good; the plan tells one of them.
    """

    title = {"en": "Paired assistance", "zh": "对口支援"}
    envelope = "assistance"
    source = "China's practice of paired assistance since 1979, from memory; equations (1)-(3)"
    cases = (
        "China: paired assistance to Tibet, Xinjiang and Qinghai",
        "China: reconstruction after the Wenchuan earthquake 2008-10, one province for one county, 1 % of revenue",
        "China: east-west cooperation against poverty from 1996",
    )
    parts = {
        "given": {"en": "given to partners", "zh": "支援方支出"},
        "received": {"en": "received from partners", "zh": "受援方收到"},
    }
    budgeted = False
    affair = AFFAIR

    class Params(Parameters):
        """Who gives, who receives, how partners are found, and what the money does."""

        donors: tuple[str, ...] = Field(
            (), description="Ids of the donors; none for all above `donor_threshold`."
        )
        recipients: tuple[str, ...] = Field(
            (), description="Ids of the recipients; none for all below `recipient_threshold`."
        )
        donor_threshold: float = quantity(
            1.1,
            unit="times the mean",
            low=1.0,
            high=1.5,
            bound=(0.0, None),
            source=DESIGN,
            description="regions whose output per head is at or above this multiple of the mean give",
        )
        recipient_threshold: float = quantity(
            0.85,
            unit="times the mean",
            low=0.6,
            high=1.0,
            bound=(0.0, None),
            source=DESIGN,
            description="regions whose output per head is at or below this multiple receive",
        )
        effort: float = quantity(
            0.003,
            unit="share of the figure a year",
            low=0.001,
            high=0.01,
            bound=(0.0, 0.2),
            source="1 % of the previous year's general budget revenue for Wenchuan (State Council 2008), less otherwise; from "
            "memory",
            description="what a donor gives",
        )
        effort_of: str = Field("own_revenue", description="Region attribute that the effort is a share of.")
        helpers: int | None = quantity(
            None,
            unit="1",
            low=1,
            high=3,
            bound=(1, None),
            source=DESIGN,
            description="most donors of a recipient; null for as few as give every donor a partner",
        )
        partners: int | None = quantity(
            None,
            unit="1",
            low=1,
            high=4,
            bound=(1, None),
            source=DESIGN,
            description="most recipients of a donor; null for as few as give every recipient a donor",
        )
        least_part: float = quantity(
            1.0,
            unit="1",
            low=0.0,
            high=1.0,
            bound=(0.0, 1.0),
            source=DESIGN,
            description="least money of a partner, of an even division of what its donor gives",
        )
        investing: float = quantity(
            0.5,
            unit="1",
            low=0.0,
            high=1.0,
            bound=(0.0, 1.0),
            source=DESIGN,
            description="share of the money that builds infrastructure",
        )
        match: Literal["optimise", "nearest", "prosperity"] = Field(
            "optimise",
            description="How partners are found: by the plan's objective, by least distance, or the richest with the poorest.",
        )
        absorption: AbsorptionParams = AbsorptionParams()

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Regions must exist, both sides be there and fit together, and the objective admit a choice of partners."""
        where = f"instruments.{self.name}"
        sides = ("donors", "recipients")
        named = [(f"{where}.{s}.{i}", r) for s in sides for i, r in enumerate(getattr(params, s))]
        problems = region_problems(setting, named)
        problems += figure_problems(setting, params.effort_of, f"{where}.effort_of")
        if params.investing > 0:
            problems += absorption_problems(setting, Borrowed(absorption=params.absorption), where)
        if problems:
            return problems
        partnership = Partnership(setting, params)
        problems += side_problems(setting, partnership, where)
        choices = int(partnership.able.sum())
        if params.match == "optimise" and choices > MOST_CHOICES:
            problems.append(
                Problem(
                    f"{len(partnership.donor)} donors and {len(partnership.recipient)} recipients are {choices} "
                    "yes-or-no decisions",
                    f"{where}.match",
                    f"Beyond {MOST_CHOICES} of them the search may take hours.",
                    "Write match: nearest, or move the thresholds apart.",
                )
            )
        objective = setting.scenario.objective
        if params.match == "optimise" and objective.lead == "leximin" and objective.kind != "maximise_mean":
            problems.append(
                Problem(
                    "'leximin' cannot be planned for together with a choice of partners",
                    "objective.measure",
                    "It settles region after region by prices, which a choice between partners does not have.",
                    f"Write measure: max_min, its first step, or {where}.match: nearest.",
                )
            )
        return problems

    def builds(self, params: Any) -> tuple[str, ...]:
        """See :meth:`Instrument.builds`."""
        return ("infrastructure",) if params.investing > 0 else ()

    def most(self, setting: Setting, params: Any) -> dict[str, Array]:
        """See :meth:`Instrument.most`."""
        partnership = Partnership(setting, params)
        given = np.zeros(len(setting.regions))
        given[partnership.donor] = partnership.effort
        received = np.zeros(len(setting.regions))
        helping = np.sort(partnership.effort[:, None] * partnership.able, axis=0)[::-1]
        received[partnership.recipient] = helping[: partnership.helpers].sum(axis=0)
        return {"given": in_years(setting, given), "received": in_years(setting, received)}

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """See :meth:`Instrument.equal`: where all get the same, nobody gives."""
        return np.zeros_like(amount)

    def build(self, model: Model, setting: Setting, params: Any) -> dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        partnership = Partnership(setting, params)
        ids = np.array(setting.regions, dtype=object)
        donor = model.dim("donor", list(ids[partnership.donor]))
        recipient = model.dim("recipient", list(ids[partnership.recipient]))
        pair = (donor, recipient)
        free = params.match == "optimise"
        partner = partnership.able.astype(float) if free else partnership.matched
        effort = Data((donor,), partnership.effort)
        least = Data((donor,), params.least_part * partnership.effort / partnership.partners)
        money = model.variable(
            "money",
            pair,
            lower=Data(pair, least.values[:, None] * partner * (not free)),
            upper=Data(pair, partnership.effort[:, None] * partner),
            scale=float(partnership.effort.mean()) or 1.0,
            unit=setting.scenario.money_unit,
            doc="what a donor gives a partner a year, in the year of the figures, m",
        )
        model.constrain("effort", money.sum("recipient") == effort, doc="what a donor gives, (1)")
        if free:
            chosen = model.variable(
                "chosen", pair, upper=Data(pair, partner), domain="binary", doc="partners, z"
            )
            model.constrain("partners_only", money - chosen * effort <= 0.0, doc="(1)")
            model.constrain("least", money - chosen * least >= 0.0, doc="(1)")
            for name, over, limit in (
                ("donors_of", "donor", partnership.helpers),
                ("partners_of", "recipient", partnership.partners),
            ):
                model.constrain(f"{name}_least", chosen.sum(over) >= 1.0, doc="(2)")
                model.constrain(f"{name}_most", chosen.sum(over) <= float(limit), doc="(2)")
        growth = setting.growth_factor @ setting.year_in_period
        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        lines = {}
        for part, over, kept, at in (
            ("given", "recipient", "donor", partnership.donor),
            ("received", "donor", "recipient", partnership.recipient),
        ):
            place = np.zeros((len(region), len(at)))
            place[at, np.arange(len(at))] = 1.0
            total = money.sum(over).apply(kept, place, region) * Data((year,), growth)
            room = Data((region, year), self.most(setting, params)[part])
            line = self.amounts(model, setting, room, part, self.parts[part]["en"])
            model.constrain(f"{part}_by_pair", line - total == 0.0, doc="(3)")
            model.ledger.credit("compensation", f"{self.name}.{part}", line if part == "received" else -line)
            lines[part] = line
        if params.investing > 0:
            name = f"{self.name}.received"
            _Projects(setting, params).enter(model, lines["received"], name)
            spent = lines["received"] * params.investing
            for account in ("cofinance", "cofinance_additional"):
                model.ledger.credit(account, name, spent)
        return lines

    def response(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Effects:
        """See :meth:`Instrument.response`."""
        given, received = amount["given"], amount["received"]
        # what a solver rounds must not make money: donors give what is received, in the proportions of what they gave
        total = given.sum(axis=0)
        given = given * np.divide(received.sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
        effects = {"compensation": received - given}
        if params.investing > 0:
            # projects are spending of the recipient that it would not have made
            spent = params.investing * received
            effects |= _Projects(setting, params).response(received)
            effects |= {"cofinance": spent, "cofinance_additional": spent}
        return effects

    def policy(self, setting: Setting, params: Any, amount: dict[str, Array]) -> Policy:
        """What the agreements state: who gives and gets how much, and what is built with it."""
        net = self.response(setting, params, amount)["compensation"]
        if params.investing == 0:
            return Policy(money={"compensation": net})
        projects, spent = _Projects(setting, params), params.investing * amount["received"]
        works = Works("infrastructure", spent, projects.full, projects.room, projects.efficiency)
        return Policy(money={"compensation": net, "own": spent, "own_additional": spent}, works=(works,))

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """Who helps whom, with how much."""
        partnership = Partnership(setting, params)
        money = planned(model, f"{self.name}.money")
        if params.match == "optimise":
            partner = planned(model, f"{self.name}.chosen") > 0.5
        else:
            partner = partnership.matched > 0.5
        donor, recipient = np.nonzero(partner)
        growth = setting.growth_factor @ setting.year_in_period
        return {
            "money": by_pair(
                setting,
                self.name,
                partnership.donor[donor],
                partnership.recipient[recipient],
                money[donor, recipient][:, None] * growth,
                units=f"{setting.scenario.money_unit}/yr",
                long_name="who helps whom",
                long_name_zh="支援方与受援方",
            )
        }


class _Projects(Investment):
    """Infrastructure built with the share of what arrives that is spent on it."""

    def __init__(self, setting: Setting, params: Any) -> None:
        admitted = np.zeros((len(setting.regions), 1))
        admitted[Partnership(setting, params).recipient] = 1.0
        super().__init__(setting, Borrowed(absorption=params.absorption), "infrastructure", share=admitted)
        self.leverage = self.leverage * params.investing
