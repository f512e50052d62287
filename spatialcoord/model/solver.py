"""``SolverFactory("spatialcoord")``: Pyomo's door to the refinement loop."""

from __future__ import annotations

from typing import Any, Self

import pyomo.environ as pe
from pyomo.opt import SolverResults, SolverStatus, TerminationCondition

from spatialcoord.errors import Refused
from spatialcoord.model.highs import new_highs

CONDITIONS = {
    "optimal": (SolverStatus.ok, TerminationCondition.optimal),
    "infeasible": (SolverStatus.warning, TerminationCondition.infeasible),
    "unbounded": (SolverStatus.warning, TerminationCondition.unbounded),
    "infeasible_or_unbounded": (SolverStatus.warning, TerminationCondition.infeasibleOrUnbounded),
    "time_limit": (SolverStatus.aborted, TerminationCondition.maxTimeLimit),
    "iteration_limit": (SolverStatus.aborted, TerminationCondition.maxIterations),
}


@pe.SolverFactory.register(
    "spatialcoord", doc="Solves a spatialcoord model from its Pyomo side, refinements included"
)
class SpatialCoordSolver:
    """Pyomo solver that runs a model's own warm session and its refinement loop.

    ``SolverFactory("spatialcoord").solve(model.pyomo)`` is ``model.solve()`` with Pyomo's results object.
    """

    def __init__(self, **keywords: Any) -> None:
        self.options: dict[str, Any] = dict(keywords.pop("options", None) or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing to release: the session belongs to the model."""

    def available(self, exception_flag: bool = True) -> bool:
        """True: HiGHS comes with the package."""
        return True

    def license_is_valid(self) -> bool:
        """True: HiGHS is free software."""
        return True

    def version(self) -> tuple[int, ...]:
        """Version of HiGHS."""
        highs = new_highs()
        return (highs.versionMajor(), highs.versionMinor(), highs.versionPatch(), 0)

    def solve(
        self,
        pyomo: Any,
        tee: bool = False,
        load_solutions: bool = True,
        timelimit: float | None = None,
        options: dict[str, Any] | None = None,
        **ignored: Any,
    ) -> SolverResults:
        """Solve; values go into the model.

        Parameters
        ----------
        pyomo : ConcreteModel
            ``model.pyomo`` of a :class:`~spatialcoord.model.Model`, or a clone of it.
        tee : bool
            Whether HiGHS prints its log.
        load_solutions : bool
            Kept for Pyomo's protocol; values are always loaded, because the model is a view on them.
        timelimit : float, optional
            Seconds.
        options : dict, optional
            Keywords of ``Model.solve`` and options of HiGHS.

        Raises
        ------
        Refused
            When the model was not built by this package.
        """
        model = getattr(pyomo, "_spatialcoord", None)
        if model is None:
            raise Refused(
                f"'{pyomo.name}' was not built by spatialcoord; use another solver, such as SolverFactory('highs')."
            )
        settings = {**self.options, **(options or {})}
        if timelimit is not None:
            settings["time_limit"] = timelimit
        solution = model.solve(output_flag=tee, **settings)
        results = SolverResults()
        default = (SolverStatus.unknown, TerminationCondition.unknown)
        results.solver.status, results.solver.termination_condition = CONDITIONS.get(solution.status, default)
        results.solver.message = solution.sentence
        results.solver.time = sum(solution.seconds.values())
        results.problem.name = pyomo.name
        size = model.size()
        results.problem.number_of_variables = size["variables"]
        results.problem.number_of_constraints = size["rows"]
        results.problem.number_of_nonzeros = size["nonzeros"]
        minimise = model.session.edits.sense > 0
        results.problem.sense = pe.minimize if minimise else pe.maximize
        results.problem.lower_bound = solution.bound if minimise else solution.objective
        results.problem.upper_bound = solution.objective if minimise else solution.bound
        return results
