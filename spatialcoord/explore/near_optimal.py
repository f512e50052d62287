r"""Plans nearly as good as the best one: the rules of a case and one more, in a warm session that can be probed.

With the objective :math:`W` to be made large (the mean, the equity-adjusted mean), its value :math:`W^*` in the plan and a
tolerance :math:`\varepsilon`, or an index :math:`f(N/D)` with :math:`I^*` to be made small, the rule is

.. math:: W(x) \ge W^* - \varepsilon |W^*| \qquad\text{or}\qquad N(x) - f^{-1}\big((1+\varepsilon) I^*\big)\, D(x) \le 0. \qquad (1)

Both sets are convex: the near-optimal space of Brill, Chang and Hopkins (1982), Management Science 28(3), 221-235; DeCarolis
(2011), Energy Economics 33(1), 145-152; Neumann and Brown (2021), Electric Power Systems Research 190, 106690.

The model may leave output unproduced (worse segments of a response filled first), which the evaluation does not: where more
output is welcome that changes nothing, and under a pure index a plan found so may miss (1) by a little when evaluated. Such a
plan is drawn back towards the best one until it keeps (1); the rules of the programme are convex, so it keeps them on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem, Refused, SolveError
from spatialcoord.model import Affine, Data
from spatialcoord.model.arrays import REAL
from spatialcoord.planner.building import PlanningModel, assemble
from spatialcoord.planner.evaluate import Evaluation, better, evaluate, objective_value

if TYPE_CHECKING:
    from spatialcoord.planner import Case
    from spatialcoord.results import Plan

PRIMAL = 4  # HiGHS: after a change of costs alone the old optimum stays feasible, and the primal simplex starts from it
EXACT = 1e-9  # relative, by which a plan may miss the tolerance
HALVINGS = 40


@dataclass(frozen=True)
class NearPlan:
    """A plan within the rules whose objective is within the tolerance.

    Attributes
    ----------
    amounts : numpy.ndarray, shape (I, R, Y)
        Programme money by instrument, region and year, million currency a year.
    evaluation : Evaluation
        What it does, exactly.
    objective : float
        Value of the objective, exact.
    drawn_back : float
        Share of the way back to the best plan that it had to go to keep the tolerance; 0 but for rounding unless an index
        is the objective.
    """

    amounts: Array
    evaluation: Evaluation
    objective: float
    drawn_back: float


class NearOptimal:
    """The near-optimal plans of a case.

    Parameters
    ----------
    case : Case
        Regions and scenario.
    plan : Plan
        The best plan of that case.
    tolerance : float
        Most by which the objective may be worse than in the plan, relative to its value there.

    Attributes
    ----------
    model : PlanningModel
        The rules and (1).
    beside : dict of numpy.ndarray, shape (R, Y)
        Money beside the budget (debt, taxes), by line: it stays as planned.
    best : NearPlan
        The plan.
    limit : float
        Worst value of the objective that is allowed.
    probes : int
        Optimisations so far.

    Raises
    ------
    InputError
        The tolerance is finer than the model.
    Refused
        The objective is a sum of indices that (1) cannot hold.
    """

    def __init__(self, case: Case, plan: Plan, tolerance: float) -> None:
        self.case, self.setting, self.tolerance = case, case.setting, tolerance
        self.names = tuple(map(str, plan.dataset["instrument"].values))
        self.beside = plan.beside
        self.index = case.scenario.objective.kind == "minimise_index"
        self.probes = 0
        amounts = plan.dataset["amount"].sel(instrument=list(self.names)).values
        self.best = self._near(amounts, 0.0)
        room = tolerance * abs(self.best.objective)
        self.limit = self.best.objective + (room if self.index else -room)
        self.model = self._model()
        self._enter_rule()

    def money(self, lines: Any = None) -> Affine:
        """Money over the programme by region, of one instrument or (None) of all; million currency, dims (region,)."""
        names = self.names if lines is None else (lines,)
        total = None
        for name in names:
            amount = self.model.amounts[name].sum("year")
            total = amount if total is None else total + amount
        assert total is not None
        return total

    def probe(self, expression: Affine, maximise: bool) -> NearPlan:
        """The near-optimal plan that makes an expression smallest or largest.

        Raises
        ------
        SolveError
            The solver failed.
        """
        self.probes += 1
        try:
            solution = self.model.probe(expression, maximise)
        except SolveError:  # lost its way from a warm basis
            self.model.session.highs.clearSolver()
            solution = self.model.probe(expression, maximise)
        if solution.status != "optimal":
            raise SolveError(solution.sentence)
        amounts = np.stack([np.maximum(self.model.value(self.model.amounts[n]), 0.0) for n in self.names])
        return self.within(amounts)

    def within(self, amounts: Array) -> NearPlan:
        """A plan that keeps the rules, drawn back towards the best one as far as the tolerance calls for."""
        near = self._near(amounts, 0.0)
        if self.excess(near.objective) <= EXACT:
            return near
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            if self.excess(self._near(self._between(amounts, middle), middle).objective) <= 0.0:
                high = middle
            else:
                low = middle
        return self._near(self._between(amounts, high), high)

    def excess(self, objective: float) -> float:
        """By how much a value of the objective misses the tolerance, relative to the plan's value; negative inside."""
        return -better(self.setting, objective, self.limit) / max(abs(self.best.objective), 1e-12)

    def loss(self, objective: float) -> float:
        """By how much a value of the objective is worse than the plan's, in its unit."""
        return better(self.setting, self.best.objective, objective)

    def _between(self, amounts: Array, share: float) -> Array:
        return (1.0 - share) * amounts + share * self.best.amounts

    def _near(self, amounts: Array, drawn_back: float) -> NearPlan:
        result = evaluate(self.setting, {**dict(zip(self.names, amounts, strict=True)), **self.beside})
        return NearPlan(amounts, result, objective_value(self.setting, result), drawn_back)

    def _model(self) -> PlanningModel:
        """The rules of the case, solved once for a basis; output may be left unproduced (see the module)."""
        model = assemble(self.case)
        with model.part("as_planned"):
            for line, amount in model.beside.items():
                model.constrain(line.replace(".", "_"), amount == Data(amount.dims, self.beside[line]))
        model.terms[:] = [term for term in model.terms if not hasattr(term, "thrown_away")]
        if model.beside:
            _hold_decisions(model)
        model.session.highs.setOptionValue("simplex_strategy", PRIMAL)
        objective = self.case.scenario.objective
        if self.index:
            if model.ratio is None:
                raise Refused(
                    "The objective is a sum of indices over different denominators; the plans within a tolerance of it do not "
                    "form a convex set, and ranges over them cannot be found. Use one measure, or measures over the mean."
                )
            best = model.probe(model.output_gain, maximise=True).objective
            model.limit("growth.output_floor", lower=objective.output_floor * best - EXACT * abs(best))
        return model

    def _enter_rule(self) -> None:
        """Enter (1); what the model understates is on the safe side where more output is welcome."""
        model = self.model
        limit = self.limit
        if self.index:
            assert model.ratio is not None
            numerator, denominator, _ = model.ratio
            if len(model.measures) == 1:
                limit = model.measure.ratio_of(limit)
            solution = model.solve()
            short = solution.objective - limit
            body = numerator - denominator * limit
        else:
            body = _cost(model)
            solution = model.solve()
            short = limit - solution.objective
        if not np.isfinite(solution.objective):
            raise SolveError(solution.sentence)
        if short > 0.0:
            least = self.tolerance + short / max(abs(self.best.objective), 1e-12)
            raise InputError(
                Problem(
                    f"a tolerance of {self.tolerance:g} is finer than the model, which understates what investment yields",
                    where="--tolerance",
                    remedy=f"Allow {least:.1e} or more.",
                )
            )
        with model.part("near_optimal"):
            model.constrain(
                "objective",
                body <= 0.0 if self.index else body >= limit,
                doc="the objective is within the tolerance, (1)",
            )


def _hold_decisions(model: PlanningModel) -> None:
    """Hold the yes-or-no decisions behind money beside the budget, which is held itself: the rest is a linear programme."""
    solution = model.solve()
    if not np.isfinite(solution.objective):
        raise SolveError(solution.sentence)
    columns = model.arrays.columns
    whole = columns.kind != REAL
    columns.lower[whole] = columns.upper[whole] = np.round(columns.value[whole])
    columns.kind[whole] = REAL


def _cost(model: PlanningModel) -> Affine:
    """The objective of a model as a map."""
    from scipy.sparse import csr_array

    return Affine(csr_array(model.arrays.columns.cost[None, :]), np.array([model.arrays.offset]), ())
