"""One case at many budgets: the money alone is scaled, rules that are multiples of it move with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.explore.envelope import derivative, has_duals, objective_of, same_shape, take_bounds
from spatialcoord.explore.trials import by_region
from spatialcoord.explore.uncertain import checked
from spatialcoord.model import Data
from spatialcoord.model.affine import add
from spatialcoord.planner.building import PlanningModel, assemble
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import better, objective_value
from spatialcoord.planner.solving import Outcome, optimise

NUDGE = 1e-3  # of the budget, for what moves with it; the bounds are linear in it


@dataclass(frozen=True)
class Funded:
    """The plan at one budget.

    Attributes
    ----------
    factor : float
        Budget as a multiple of the scenario's.
    case : Case
        The case with that budget.
    budget : float
        Million currency over the programme.
    outcome : Outcome
        The plan.
    objective : float
        Objective of the model, in its unit; the exact one is evaluated from the plan.
    marginal : float
        Gain in the objective per million currency of programme money, from the duals; not a number where these do not tell.
    """

    factor: float
    case: Case
    budget: float
    outcome: Outcome
    objective: float
    marginal: float

    @property
    def value(self) -> float:
        """Objective evaluated exactly from the plan."""
        return objective_value(self.case.setting, self.outcome.after)

    @property
    def money(self) -> Array:
        """Money of each region over the programme, million currency, shape (R,)."""
        return by_region(self.outcome.amounts)


class Purse:
    """A case whose budget is changed and which is solved again, from the last basis where only bounds move.

    Parameters
    ----------
    case : Case
        The case with the scenario's budget.

    Attributes
    ----------
    rebuilt : int
        How often bounds were not enough and the model was assembled anew.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.model: PlanningModel | None = None
        self.rebuilt = 0

    def scaled(self, factor: float) -> Case:
        """The case with `factor` times the budget.

        Raises
        ------
        InputError
            The scenario or the regions do not allow that budget.
        """
        budget = self.case.scenario.programme.budget
        if budget.share_of_output is not None:
            return checked(self.case, {"programme.budget.share_of_output": factor * budget.share_of_output})
        amounts = [factor * amount for amount in budget.amount or ()]
        return checked(self.case, {"programme.budget.amount": amounts})

    def solve(self, factor: float) -> Funded:
        """The plan with `factor` times the budget.

        Raises
        ------
        InputError, Infeasible, SolveError
            There is no such budget, or no plan with it.
        """
        case = self.scaled(factor)
        draft, more = assemble(case), assemble(self.scaled(factor * (1.0 + NUDGE)))
        model = self._warm(case, draft)
        outcome = optimise(model, attainable=False)
        budget = float(case.setting.budget.sum())
        marginal = np.nan
        if has_duals(model) and same_shape(draft, more):
            marginal = derivative(model, draft, more, NUDGE * budget)
        return Funded(factor, case, budget, outcome, objective_of(model, outcome), marginal)

    def cost_of_keeping(self, funded: Funded, least: Array) -> float:
        """What the objective loses if no region gets less than before, in its unit; infinite where the rules forbid it.

        Parameters
        ----------
        funded : Funded
            The plan last solved.
        least : numpy.ndarray, shape (R,)
            Money each region had, million currency over the programme.
        """
        model = self.model
        assert model is not None
        region = model.target.dims[0]
        model.limit("keep.money", lower=Data((region,), least))
        try:
            if not np.isfinite(model.solve().objective):
                return np.inf
            kept = objective_of(model, optimise(model, attainable=False))
        finally:
            model.limit("keep.money", lower=-np.inf)
        return max(0.0, better(model.setting, funded.objective, kept))

    def _warm(self, case: Case, draft: PlanningModel) -> PlanningModel:
        if self.model is not None and take_bounds(self.model, draft):
            self.model.case = case  # the same regions and rules with another budget
            return self.model
        self.rebuilt += self.model is not None
        self.model = model = assemble(case)
        # free until regions are to keep what they had
        total = add(model.amounts.values()).sum("year")
        with model.part("keep"):
            model.constrain("money", total >= -np.inf, doc="money that regions keep when the budget grows")
        return model
