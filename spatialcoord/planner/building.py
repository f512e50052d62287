r"""Put the parts together: regions and scenario in, one Pyomo model out.

With target per head y (income by default, a weighted mean over the horizon), population shares :math:`\pi` and Gini
numerator N the objective is one of

.. math::

    \max\; & \textstyle\sum_r \pi_r y_r - \lambda N(y) & \text{equity-adjusted mean } \mu(1-\lambda G) \quad (1)\\
    \min\; & N(y) / \textstyle\sum_r \pi_r y_r \ \text{ s.t. gain in output} \ge \phi \text{ of the best} & \text{index} \quad (2)\\
    \max\; & \textstyle\sum_r \pi_r y_r & \text{mean} \quad (3)
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord import registry
from spatialcoord.economy.accounts import collapse_model
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.model import Affine, Data, Model, Solution
from spatialcoord.model.components import ArrayObjective
from spatialcoord.planner.case import Case
from spatialcoord.planner.checks import check_case
from spatialcoord.planner.evaluate import MILLION
from spatialcoord.planner.programme import enter_programme


class PlanningModel(Model):
    """Model of a case; :func:`build` fills it.

    Attributes
    ----------
    case : Case
        What it was built from.
    amounts : dict of Affine, dims (region, year)
        Programme money by instrument, million currency a year.
    spent : Affine, dims (year,)
        Money of all lines.
    target : Affine, dims (region,)
        What is made equal, currency per head: the named variable `target.per_head`.
    mean, output_gain : Affine, scalar
        Population-weighted mean of the target; weighted mean over time of the national gain in output.
    measure : Gini
        The measure in the model.
    approximations : dict of numpy.ndarray, shape (R, T)
        Most by which each line understates the gain in output, million currency a year.
    """

    case: Case
    amounts: dict[str, Affine]
    spent: Affine
    target: Affine
    mean: Affine
    output_gain: Affine
    measure: Any
    approximations: dict[str, Array]

    build_seconds: float

    @property
    def setting(self) -> Setting:
        """Baseline of the case."""
        return self.case.setting

    @property
    def user_objective(self) -> bool:
        """Whether the objective last solved was one the user wrote in Pyomo."""
        return self.session.edits.objective is not None

    def probe(self, expression: Affine, maximise: bool) -> Solution:
        """Optimum of another objective under the same rules, in the same warm session; the objective stays as it was.

        Parameters
        ----------
        expression : Affine, scalar
            What to optimise instead.
        maximise : bool
            Direction.
        """
        columns, offset, ratio = self.arrays.columns, self.arrays.offset, self.ratio
        cost = columns.cost.copy()
        objectives = list(self.pyomo.component_data_objects(pe.Objective, active=True))
        own = self.pyomo.component("objective")
        kept = (own, own.own, own.sense) if isinstance(own, ArrayObjective) else None
        for objective in objectives:
            objective.deactivate()
        (self.maximise if maximise else self.minimise)(expression)
        try:
            return self.solve()
        finally:
            if kept is None:
                self.pyomo.del_component("objective")
                if own is not None:
                    self.pyomo.add_component("objective", own)
            else:
                own.deactivate()
                own.set_value(kept[1])
                own.sense = kept[2]
            for objective in objectives:
                objective.activate()
            columns.cost[:] = 0.0
            columns.cost[: len(cost)] = cost
            self.arrays.offset, self.ratio = offset, ratio
            self.objective_version += 1


def build(case: Case) -> PlanningModel:
    """Build the model of a case; pure, nothing is solved.

    Parameters
    ----------
    case : Case
        From :func:`spatialcoord.load_case`.

    Returns
    -------
    PlanningModel
        ``model.pyomo`` is a Pyomo ConcreteModel that may be inspected, fixed and extended.

    Raises
    ------
    InputError
        Every problem that regions and scenario have together.
    """
    check_case(case)
    return assemble(case)


def assemble(case: Case) -> PlanningModel:
    """The model of a case whose like was checked before; what :func:`build` does after its checks."""
    started = perf_counter()
    setting = case.setting
    model = PlanningModel(case.scenario.case)
    model.case, model.approximations, model.amounts = case, {}, {}
    envelopes = {}
    for name, params in case.scenario.instruments.items():
        part = registry.instruments.get(name)()
        with model.part(name):
            model.amounts[name] = part.build(model, setting, params)
        envelopes[name] = part.envelope
        understated = part.understatement(setting, params)
        if understated is not None:
            model.approximations[name] = understated
    model.spent = enter_programme(model, setting, model.amounts, envelopes)
    _enter_target(model, setting)
    _enter_objective(model, setting)
    model.build_seconds = perf_counter() - started
    return model


def _enter_target(model: PlanningModel, setting: Setting) -> None:
    outcome = registry.outcomes.get(setting.scenario.objective.of)
    region = model.dim("region", setting.regions)
    collapsed = collapse_model(model, setting)
    model.output_gain = collapsed["output"].sum()
    divisor = outcome.divisor(setting) / MILLION
    baseline = outcome.baseline(setting) @ setting.weight / divisor
    change = None
    for name, account in collapsed.items():
        factor = outcome.factor(setting, name)
        if not np.any(factor):
            continue
        posted = account * Data((region,), np.broadcast_to(factor, divisor.shape) / divisor)
        change = posted if change is None else change + posted
    # an ordinary programme moves a thousandth of income: that is the size the solver should see as one
    scale = 1e-3 * float(setting.share @ baseline)
    with model.part("target"):
        model.target = model.variable(
            "per_head",
            (region,),
            lower=-np.inf,
            scale=scale,
            unit=f"{setting.scenario.currency} per head",
            doc=f"{outcome.title['en']}, as a weighted mean over the horizon",
        )
        body = model.target if change is None else model.target - change
        model.constrain(
            "definition", body == Data((region,), baseline), doc="baseline plus what the programme changes"
        )
    model.mean = (model.target * Data((region,), setting.share)).sum()
    model.measure = registry.measures.get("gini")(model.target, setting.population, baseline)
    model.measure.attach(model, scale=scale)


def _enter_objective(model: PlanningModel, setting: Setting) -> None:
    objective = setting.scenario.objective
    with model.part("growth"):
        # free until the best attainable gain is known; only the pure index needs it
        model.constrain(
            "output_floor",
            model.output_gain >= -np.inf,
            unit=setting.scenario.money_unit,
            doc="least gain in output",
        )
    if objective.kind == "minimise_index":
        start = objective_start(setting)
        model.minimise_ratio(model.measure.value, model.mean, start)
    elif objective.kind == "maximise_mean":
        model.maximise(model.mean)
    else:
        model.maximise(model.mean - model.measure.value * objective.inequality_weight)


def objective_start(setting: Setting) -> float:
    """Index without the programme, where Dinkelbach's iteration begins."""
    from spatialcoord.planner.evaluate import evaluate

    return evaluate(setting, {}).disparity("gini", setting.population)


def expected_seconds(size: dict[str, int]) -> float:
    """Rough time to solve a model of this size and its variants, seconds.

    Fitted to programmes of 31 to 1,000 regions over 15 years on one core of a two-core machine (2026): about one second
    at 80,000 non-zeros, growing with the power 1.9. Whole-number decisions can take far longer.
    """
    return 2.5 * (size["nonzeros"] / 80_000) ** 1.9
