"""What the solver said, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

from spatialcoord.errors import SolveError
from spatialcoord.model.components import ARRAY_VARIABLES

if TYPE_CHECKING:
    from spatialcoord.model.session import Session

Status: Any = highspy.HighsModelStatus

NAMES = {
    Status.kOptimal: "optimal",
    Status.kModelEmpty: "optimal",
    Status.kInfeasible: "infeasible",
    Status.kUnbounded: "unbounded",
    Status.kUnboundedOrInfeasible: "infeasible_or_unbounded",
    Status.kTimeLimit: "time_limit",
    Status.kIterationLimit: "iteration_limit",
    Status.kSolutionLimit: "solution_limit",
    Status.kInterrupt: "interrupted",
    Status.kHighsInterrupt: "interrupted",
    Status.kObjectiveBound: "objective_bound",
    Status.kObjectiveTarget: "objective_target",
}

SENTENCES = {
    "optimal": "The plan is optimal.",
    "infeasible": "No plan keeps all rules at once; conflict() names a smallest set of rules that contradict each other.",
    "infeasible_or_unbounded": "Either no plan keeps all rules, or the objective has no limit; the solver could not tell which.",
    "time_limit": "The time limit was reached before the plan was proven optimal.",
    "iteration_limit": "The iteration limit was reached before the plan was proven optimal.",
    "solution_limit": "The solver stopped at its limit of solutions.",
    "interrupted": "The solve was interrupted.",
    "refinement_limit": "The limit of refinement rounds was reached; a measure is still only approximated from below.",
    "objective_bound": "The solver stopped at the bound set for the objective.",
    "objective_target": "The solver stopped at the target set for the objective.",
}


@dataclass(frozen=True)
class Solution:
    """Outcome of one solve.

    Attributes
    ----------
    status : str
        "optimal", "infeasible", "unbounded", "time_limit", ...
    sentence : str
        The status in plain words.
    objective : float
        Objective in natural units (the ratio itself for a ratio); NaN when there is no plan.
    bound : float
        Best bound the solver proved on the objective.
    iterations : int
        Simplex iterations over all rounds.
    rounds : int
        Rounds of refinement, at least one.
    seconds : dict
        Time for "handover", "solve" and "read".
    warnings : tuple of str
        What a reader of the plan should know, in sentences.
    """

    status: str
    sentence: str
    objective: float
    bound: float
    iterations: int
    rounds: int
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def optimal(self) -> bool:
        """Whether the plan is proven optimal within the gap asked for."""
        return self.status == "optimal"

    @property
    def gap(self) -> float:
        """Distance of objective and bound relative to max(1e-10, |objective|)."""
        return abs(self.objective - self.bound) / max(1e-10, abs(self.objective))


def name_of(status: Any) -> str:
    """Status name of what HiGHS returned; SolveError for a numerical failure."""
    if status not in NAMES:
        raise SolveError(
            f"HiGHS ended without an answer ({str(status).rsplit('.k', 1)[-1]}). Usually the numbers span too many orders "
            "of magnitude: give large variables a scale, or check the data for extreme values."
        )
    return NAMES[status]


def unbounded_sentence(session: Session, terms: list[Any]) -> str:
    """Why the objective has no limit: the decisions that run away, and a measure among them."""
    _, presolve = session.highs.getOptionValue("presolve")
    session.highs.setOptionValue("presolve", "off")
    session.highs.run()
    _, found, ray = session.highs.getPrimalRay()
    session.highs.setOptionValue("presolve", presolve)
    head = "The objective has no limit: it improves for ever"
    if not found:
        return head + "; bound the decisions it contains."
    ray = session.scaling.values(np.asarray(ray))
    running = np.flatnonzero(np.abs(ray) > 1e-9 * np.abs(ray).max())
    for term in terms:
        columns: Any = getattr(getattr(getattr(term, "value", None), "matrix", None), "indices", ())
        if len(columns) and np.isin(columns, running).any():
            owner = session.arrays.column_owner(int(columns[0]))
            return (
                f"{head} along '{owner.name}'. This measure is held up from below only: it can be minimised or kept under a "
                "ceiling, but maximising it or demanding a floor leaves it free to rise away from the plan."
            )
    largest = running[np.argsort(-np.abs(ray[running]), kind="stable")][:3]
    return f"{head} as {', '.join(column_name(session, int(c)) for c in largest)} grow; bound them."


def column_name(session: Session, column: int) -> str:
    """Full Pyomo name of a column."""
    owner = session.arrays.column_owner(column)
    return owner.at(column).name if isinstance(owner, ARRAY_VARIABLES) else owner.name
