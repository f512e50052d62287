r"""Transport projects on the graph of regions: built whole or not at all, corridors across several regions together.

Projects p of cost :math:`C_p` form bundles b (a corridor; a project that stands alone is one by itself). With payments
:math:`\pi_{pt}` by year, spending :math:`\omega_{pr}` by region and share s of the programme,

.. math::

    \textstyle\sum_k \lambda_k &= 1, \quad \lambda_k \ge 0, \qquad
        y_b = \textstyle\sum_{k \ni b} \lambda_k \in \{0, 1\} & (1)\\
    x_{rt} &= s \textstyle\sum_b y_b \sum_{p \in b} C_p \pi_{pt} \omega_{pr} & (2)\\
    \Delta Y_{rt} &= Y_{rt} \textstyle\sum_k \lambda_k \left[(A_{krt}/A_{r0})^{\mu} - 1\right] & (3)\\
    n_{rt} &= (1-s) \textstyle\sum_b y_b \sigma_{br} \sum_{p\in b} C_p \pi_{pt} \le \kappa R_{rt} & (4)

over combinations k of bundles, each with its market access :math:`A_{krt}` by :mod:`spatialcoord.economy.market_access` over
the ways that are open in year t. The members of a bundle pay its rest (4) in shares :math:`\sigma_{br}` within a share of their
own revenue R. **Exact by enumeration**: no approximation of how links work together. Given the bundles one combination is left, so
only :math:`y` are whole numbers; (1) is the convex hull of all choices, which keeps the search short. Combinations that
the budget or own money cannot pay do not stand in it; more than 1,024 are refused, with the advice to gather projects into bundles.

What a project yields comes from access alone: its money does not enter the stock of infrastructure, whose lines plan what is
not told link by link. Own money is debited whole, since the gain is counted whole. A link opens the year after the last
payment, or later where the scenario says so (delays): until then money is spent and nothing gained.

What it leaves out: the product of access with the yield of new capital, which is of second order; upkeep (a cost that is to
hold it must include it); demand while building; worth of the works beyond the horizon. Congestion is not modelled: a shorter
way never harms, and regions between gain, though studies find places that traffic passes by (Faber 2014, Review of Economic
Studies 81(3), from memory). Where two projects shorten one link the shorter length counts, and places shorten links that are
there before the programme.

The same money per head is no project, so the counterfactual builds the same projects: what differs is all other money.

Sources: Donaldson and Hornbeck 2016, Quarterly Journal of Economics 131(2); corridors: Tennessee Valley Authority Act 1933;
40 U.S.C. 14501 (Appalachian Development Highway System), from memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import Instrument
from spatialcoord.instruments.transport_checks import access_remarks, project_problems
from spatialcoord.instruments.transport_figures import Projects
from spatialcoord.instruments.transport_outputs import told
from spatialcoord.instruments.transport_params import TransportParams
from spatialcoord.registry import instruments
from spatialcoord.simulate.policy import Policy

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model


@instruments.register("transport_project")
class TransportProjects(Instrument):
    """Equations (1)-(4) of this module."""

    title = {"en": "Transport projects", "zh": "交通项目"}
    envelope = "investment"
    source = "Donaldson and Hornbeck 2016, Quarterly Journal of Economics 131(2)"
    cases = (
        "United States: Tennessee Valley, Appalachian Development Highway System",
        "EU: trans-European networks",
        "China: national trunk highways and high-speed railways",
    )
    needs = ("lon", "lat", "area_km2")
    per_head = False
    whole = True
    moves_access = True
    Params = TransportParams

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Projects that can be built, paid for and told apart."""
        return project_problems(setting, params, f"instruments.{self.name}")

    def remarks(self, setting: Setting, params: Any) -> list[Problem]:
        """Elasticities under which shorter ways are worth nothing."""
        return access_remarks(setting, f"instruments.{self.name}")

    def most(self, setting: Setting, params: Any) -> Array:
        """See :meth:`Instrument.most`: everything built."""
        return np.asarray(Projects(setting, params).money.sum(axis=0))

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """See :meth:`Instrument.build`."""
        from spatialcoord.model import Data

        projects = Projects(setting, params)
        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        bundle = model.dim("transport_bundle", projects.bundles)
        built = projects.combinations
        combination = model.dim("transport_combination", [_label(row) for row in built])
        amount = self.amounts(model, setting, upper=Data((region, year), self.most(setting, params)))
        chosen = model.variable("chosen", (bundle,), upper=1.0, domain="binary", doc="bundle built, y of (1)")
        weight = model.variable("combination", (combination,), upper=1.0, doc="combination built, (1)")
        model.constrain("one_combination", weight.sum() == 1.0, doc="(1)")
        model.constrain("bundles", weight.apply(combination.name, built.T, bundle) - chosen == 0.0, doc="(1)")
        model.constrain(
            "spending",
            amount - (chosen * Data((bundle, region, year), projects.money)).sum(bundle.name) == 0.0,
            unit=setting.scenario.money_unit,
            doc="money of what is built, (2)",
        )
        period = model.dim("period", setting.periods)
        gain = Data((combination, region, period), projects.gains * setting.output)
        model.ledger.credit("output", self.name, (weight * gain).sum(combination.name))
        if projects.own.any():
            own = (chosen * Data((bundle, region, year), projects.own)).sum(bundle.name)
            model.ledger.credit("cofinance", self.name, own)
            model.ledger.credit("cofinance_additional", self.name, own)
        return amount

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """See :meth:`Instrument.response`: the projects that the amounts mean, and access over their ways year by year."""
        projects = Projects(setting, params)
        built = projects.decode(amount)
        access = projects.access
        upgrades = [u for p in np.flatnonzero(built[projects.bundle_of]) for u in projects.upgrades[p]]
        output = np.zeros((len(setting.regions), len(setting.periods)))
        for first in sorted({u.first for u in upgrades}):
            distance = access.distances(u for u in upgrades if u.first <= first)
            after = access.access(setting.base_output, distance)
            # what opens later writes over it
            use = np.array(setting.periods) >= first
            output[:, use] = access.gain(after, access.base_access)[:, None] * setting.output[:, use]
        own = np.tensordot(built.astype(float), projects.own, axes=1)
        return {"output": output, "cofinance": own, "cofinance_additional": own}

    def policy(self, setting: Setting, params: Any, amount: Array) -> Policy:
        """See :meth:`Instrument.policy`: lengths of links and the members' money."""
        projects = Projects(setting, params)
        built = projects.decode(amount)
        own = np.tensordot(built.astype(float), projects.own, axes=1)
        chosen = np.flatnonzero(built[projects.bundle_of])
        upgrades = tuple(u for p in chosen for u in projects.upgrades[p])
        return Policy({"own": own, "own_additional": own}, upgrades=upgrades)

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """See :meth:`Instrument.equal`: the same projects, because a project cannot be spread per head."""
        return amount

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """See :meth:`Instrument.outputs`: projects approved, access before and after, links changed, who pays."""
        chosen = model.component(f"{self.name}.chosen")
        built = np.round(model.arrays.columns.value[chosen.positions]).astype(int)
        return told(Projects(setting, params), built)


def _label(built: np.ndarray) -> str:
    """Positions of the bundles that are built, from one on; "none" for nothing."""
    return "+".join(str(b + 1) for b in np.flatnonzero(built)) or "none"
