r"""Put the parts together: regions and scenario in, one Pyomo model out.

With target per head y (income by default, a weighted mean over the horizon), population shares :math:`\pi`, mean
:math:`\mu=\sum_r\pi_r y_r` and measures :math:`I_k = f_k(N_k/D_k)` with weights :math:`w_k` the objective is one of

.. math::

    \max\; & \mu - \lambda \textstyle\sum_k w_k N_k(y) & \text{equity-adjusted mean } \mu(1-\lambda \sum_k w_k I_k) \quad (1)\\
    \min\; & \textstyle\sum_k w_k I_k(y) \ \text{ s.t. gain in output} \ge \phi \text{ of the best} & \text{index} \quad (2)\\
    \max\; & \mu & \text{mean} \quad (3)\\
    \max\; & \textstyle\sum_p U_p & \text{payoffs of an actor's parties} \quad (4)

and rules on disparity :math:`I_j \le b_j` are :math:`N_j - f_j^{-1}(b_j)\,D_j \le 0`; (4) and red lines
that bind are those of :mod:`spatialcoord.planner.payoffs`.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord import registry
from spatialcoord.actors.modelled import Payoff
from spatialcoord.economy.accounts import collapse_model
from spatialcoord.economy.capital import enter_capital
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Refused
from spatialcoord.instruments.base import by_line
from spatialcoord.model import Affine, Data, Model, Solution
from spatialcoord.model.components import ArrayObjective
from spatialcoord.planner.case import Case
from spatialcoord.planner.checks import check_case
from spatialcoord.planner.combined import levels, tangent
from spatialcoord.planner.demand import enter_demand
from spatialcoord.planner.evaluate import MILLION, evaluate
from spatialcoord.planner.payoffs import enter_payoffs, sought_payoff, tie_weight
from spatialcoord.planner.programme import enter_programme, line_costs


class PlanningModel(Model):
    """Model of a case; :func:`build` fills it.

    Attributes
    ----------
    case : Case
        What it was built from.
    amounts : dict of Affine, dims (region, year)
        Programme money by line, million currency a year.
    beside : dict of Affine, dims (region, year)
        Money that is not of the programme's budget, by line, million currency a year.
    spent : Affine, dims (year,)
        Money of all lines.
    target : Affine, dims (region,)
        What is made equal, currency per head: the named variable `target.per_head`.
    baseline : numpy.ndarray, shape (R,)
        The same without the programme.
    change_scale : float
        Typical change of it by a programme, currency per head, for the solver.
    mean, output_gain : Affine, scalar
        Population-weighted mean of the target; weighted mean over time of the national gain in output.
    measures : dict of Measure
        Measures in the model by name; :meth:`measured` enters one.
    payoffs : dict of Payoff
        Payoffs of the actors that the objective or a binding red line names.
    poorest_level : Affine, scalar
        What :mod:`spatialcoord.planner.leximin` raises; only there where leximin is the objective.
    near_rows : ListedRows
        Rows that :mod:`spatialcoord.planner.combined` seeks its bound with; only there where it was needed.
    approximations : dict of numpy.ndarray, shape (R, T)
        Most by which the pieces of each kind of capital (and of an instrument that posts output itself) understate the
        gain in output, million currency a year.
    """

    case: Case
    baseline: Array
    change_scale: float
    amounts: dict[str, Affine]
    beside: dict[str, Affine]
    spent: Affine
    target: Affine
    mean: Affine
    output_gain: Affine
    measures: dict[str, Any]
    payoffs: dict[str, Payoff]
    poorest_level: Affine
    near_rows: Any
    approximations: dict[str, Array]

    build_seconds: float

    @property
    def setting(self) -> Setting:
        """Baseline of the case."""
        return self.case.setting

    @property
    def lines(self) -> dict[str, Affine]:
        """All lines, of the budget and beside it."""
        return {**self.amounts, **self.beside}

    def planned(self) -> dict[str, Array]:
        """Money of every line in the plan last found, shape (R, Y), million currency a year."""
        return {line: np.maximum(self.value(amount), 0.0) for line, amount in self.lines.items()}

    @property
    def sought(self) -> list[tuple[float, Any]]:
        """Weights and measures that the objective names; measures without weight are left out."""
        weights = self.setting.scenario.objective.weights
        return [(weight, self.measures[name]) for name, weight in weights.items() if weight > 0]

    @property
    def several_denominators(self) -> bool:
        """Whether a sum of indices is minimised that is no single ratio."""
        several = len(self.sought) > 1 and not all(measure.over_mean for _, measure in self.sought)
        return several and self.setting.scenario.objective.kind == "minimise_index"

    @property
    def index_factor(self) -> float:
        """What a unit of the solver's objective is in the scenario's, where an index is minimised."""
        single = self.setting.scenario.objective.kind == "minimise_index" and len(self.sought) == 1
        return float(self.sought[0][1].index_of(1.0)) if single else 1.0

    @property
    def user_objective(self) -> bool:
        """Whether the objective last solved was one the user wrote in Pyomo."""
        return self.session.edits.objective is not None

    @property
    def measure(self) -> Any:
        """The leading measure of the objective, in the model."""
        return self.measures[self.setting.scenario.objective.lead]

    def measured(self, name: str) -> Any:
        """A measure in the model; one that does not stand there yet enters it.

        Raises
        ------
        Refused
            The measure, with what the scenario chooses about it, cannot stand in a model.
        """
        if name not in self.measures:
            setting, part = self.setting, registry.measures.get(name)
            options = setting.measure_options(name)
            why = part.refusal(**options)
            if why:
                raise Refused(f"'{name}' can be evaluated but not planned for: {why}.")
            measure = part(self.target, setting.population, self.baseline, **options)
            measure.attach(self, scale=self.change_scale)
            self.measures[name] = measure
        return self.measures[name]

    def probe(
        self, expression: Affine, maximise: bool, over: Affine | None = None, start: float = 0.0, **how: Any
    ) -> Solution:
        """Optimum of another objective under the same rules, in the same warm session; the objective stays as it was.

        Parameters
        ----------
        expression : Affine, scalar
            What to optimise instead.
        maximise : bool
            Direction.
        over : Affine, scalar, optional
            Denominator: then the ratio is minimised, from `start` on.
        start : float
            Ratio of a known plan.
        **how
            Passed to :meth:`Model.solve`.
        """
        columns, offset, ratio = self.arrays.columns, self.arrays.offset, self.ratio
        cost = columns.cost.copy()
        objectives = list(self.pyomo.component_data_objects(pe.Objective, active=True))
        own = self.pyomo.component("objective")
        kept = (own, own.own, own.sense) if isinstance(own, ArrayObjective) else None
        for objective in objectives:
            objective.deactivate()
        if over is not None:
            self.minimise_ratio(expression, over, start)
        else:
            (self.maximise if maximise else self.minimise)(expression)
        try:
            return self.solve(**how)
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
    model.case, model.approximations, model.measures = case, {}, {}
    model.amounts, model.beside = {}, {}
    for name, params in case.scenario.instruments.items():
        part = registry.instruments.get(name)()
        with model.part(name):
            lines = by_line(name, part.build(model, setting, params))
        (model.amounts if part.budgeted else model.beside).update(lines)
        understated = part.understatement(setting, params)
        if understated is not None:
            model.approximations[name] = understated
    model.approximations |= enter_capital(model, setting)
    model.spent = enter_programme(model, setting, model.amounts)
    enter_demand(model, setting, line_costs(setting))
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
    model.baseline, model.change_scale = baseline, scale
    for name in setting.scenario.objective.weights:
        model.measured(name)
    rules = setting.scenario.objective.at_most
    held = {name: model.measured(name) for name in rules}
    with model.part("disparity"):
        for name, measure in held.items():
            enter_rule(model, f"{name}_at_most", measure, rules[name])
    model.payoffs = enter_payoffs(model, setting, collapsed)


def enter_rule(model: Model, name: str, measure: Any, at_most: float) -> None:
    """Enter the rule that an index is at most a value."""
    ratio = measure.ratio_of(at_most)
    model.constrain(name, measure.numerator - measure.denominator * ratio <= 0.0)


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
    if objective.kind == "maximise_mean":
        model.maximise(model.mean)
        return
    if objective.kind == "actor":
        model.maximise(sought_payoff(model) + model.output_gain * tie_weight(model))
        return
    if objective.kind == "minimise_index":
        enter_index(model)
        return
    disparity = sum((measure.numerator * weight for weight, measure in model.sought), Affine.zero())
    model.maximise(model.mean - disparity * objective.inequality_weight)


def enter_index(model: PlanningModel) -> None:
    """Minimise a weighted sum of indices: one ratio, or the first step of :mod:`spatialcoord.planner.combined`."""
    start, parts = evaluate(model.setting, {}), model.sought
    if model.several_denominators:
        model.minimise(tangent(parts, levels(parts, start.target)))
    elif len(parts) == 1:
        measure = parts[0][1]
        ratio = measure.ratio_of(start.disparity(measure.name))
        model.minimise_ratio(measure.numerator, measure.denominator, ratio)
    else:
        total = sum((measure.numerator * weight for weight, measure in parts), Affine.zero())
        model.minimise_ratio(total, model.mean, start.index)


def expected_seconds(size: dict[str, int]) -> float:
    """Rough time to solve a model of this size and its variants, seconds.

    Fitted to programmes of 31 to 1,000 regions over 15 years on one core of a two-core machine (2026): about one second
    at 80,000 non-zeros, growing with the power 1.9. Whole-number decisions can take far longer.
    """
    return 2.5 * (size["nonzeros"] / 80_000) ** 1.9
