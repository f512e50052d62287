"""The economy of a case without the programme: paths, weights and shares that every part reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from spatialcoord import registry
from spatialcoord.economy.water_filling import water_fill

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    r"""Baseline of a case: R regions, Y programme years, T evaluation years ("periods").

    The baseline is the path of the same years without the programme: figures of the year before the programme grow at
    one rate everywhere,

    .. math:: Y_{r\tau} = Y_r (1+g)^{\tau-\tau_0}. \qquad (1)

    Parameters
    ----------
    graph : RegionGraph
        Regions with their figures.
    scenario : Scenario
        Validated scenario.
    folder : pathlib.Path or None
        Where files that the scenario names lie, beside those of the regions.

    Notes
    -----
    Money is in millions of the case's currency at its price year, population in persons, value per head in the
    currency itself.
    """

    graph: Any
    scenario: Any
    folder: Path | None = None

    # --- labels -----------------------------------------------------------------------------------------------------
    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Region ids, R."""
        return tuple(self.graph.ids)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Programme years, Y."""
        span = self.scenario.programme.years
        return tuple(range(span.first, span.last + 1))

    @cached_property
    def periods(self) -> tuple[int, ...]:
        """Evaluation years, T: they begin with the programme and end with the horizon."""
        return tuple(range(self.years[0], self.years[0] + self.scenario.economy.horizon))

    @cached_property
    def year_in_period(self) -> Array:
        """0/1 matrix (T, Y): which period a programme year is."""
        return (np.array(self.periods)[:, None] == np.array(self.years)[None, :]).astype(float)

    # --- figures ----------------------------------------------------------------------------------------------------
    def attribute(self, name: str) -> Array:
        """Figure of every region, shape (R,), in the unit of the attribute table."""
        if name not in self._figures:
            self._figures[name] = np.asarray(self.graph[name].values, dtype=float)
        return self._figures[name]

    @cached_property
    def _figures(self) -> dict[str, Array]:
        return {}

    def attribute_or(self, name: str, default: float) -> Array:
        """Figure of every region, or `default` everywhere where the case does not hold it."""
        return self.attribute(name) if self.graph.has(name) else np.full(len(self.regions), default)

    @cached_property
    def population(self) -> Array:
        """Persons, shape (R,), constant over the horizon."""
        return self.attribute("population")

    @cached_property
    def purchasing_persons(self) -> Array:
        r"""Persons times the price level, shape (R,): money divided by it is in purchasing power per head.

        .. math:: p_r \pi_r, \qquad \pi_r = 1 \text{ where the case holds no price level.} \qquad (3)
        """
        return self.population * self.attribute_or("price_level", 1.0)

    @cached_property
    def share(self) -> Array:
        """Population shares, shape (R,)."""
        return self.population / self.population.sum()

    @cached_property
    def growth_factor(self) -> Array:
        """Baseline level of a period against the year of the figures, shape (T,)."""
        rate = self.scenario.economy.growth
        return (1.0 + rate) ** (np.arange(len(self.periods)) + 1.0)

    @cached_property
    def base_output(self) -> Array:
        """Output (GDP) of the year of the figures, million currency, shape (R,)."""
        return self.attribute("output")

    @cached_property
    def output(self) -> Array:
        """Baseline output, million currency a year, shape (R, T), equation (1)."""
        return self.base_output[:, None] * self.growth_factor

    @cached_property
    def gross_flow(self) -> Array:
        """Transfers received under existing rules, million currency a year, shape (R,); zero where not held."""
        return self.attribute_or("net_transfer_received", 0.0)

    @cached_property
    def net_flow(self) -> Array:
        """Existing net fiscal flows, shape (R,): received less the share of their financing; they sum to zero."""
        return self.gross_flow - self.financing_share * self.gross_flow.sum()

    # --- money ------------------------------------------------------------------------------------------------------
    @cached_property
    def financing_share(self) -> Array:
        """Share of every region in paying for the programme, shape (R,), sums to one."""
        key = self.scenario.programme.financing
        base = self.population if key == "equal_per_head" else self.attribute(key)
        return base / base.sum()

    @cached_property
    def budget(self) -> Array:
        """Money available, million currency a year, shape (Y,)."""
        budget = self.scenario.programme.budget
        if budget.share_of_output is not None:
            return budget.share_of_output * self.output.sum(axis=0) @ self.year_in_period
        amount = np.atleast_1d(np.asarray(budget.amount, dtype=float))
        return np.broadcast_to(amount, (len(self.years),)).astype(float)

    @cached_property
    def equal(self) -> Array:
        """The equal amount per head of the whole budget, million currency a year, shape (R, Y)."""
        return self.share[:, None] * self.budget[None, :]

    @cached_property
    def year_zero(self) -> Array:
        r"""Allocation of the year before the programme, million currency, shape (R,).

        The pattern of the scenario (an attribute, or equal per head) at the size of the programme, brought inside the
        floor and the ceiling by the one multiplier that keeps the total (water-filling),

        .. math:: x_{r0} = \min(\max(\lambda a_r, l_r), u_r), \qquad \sum_r x_{r0} = B_0. \qquad (2)
        """
        programme = self.scenario.programme
        total = self.budget[0] / (1.0 + self.scenario.economy.growth)
        equal = self.share * total
        if programme.year_zero == "equal_per_head":
            return equal
        named = programme.year_zero
        pattern = self.attribute(named) if self.graph.has(named) else self.formula(named).amount
        return water_fill(
            pattern,
            total,
            programme.floor * equal,
            programme.ceiling * equal,
            where="programme.year_zero",
            remedy="Lower the floor, raise the ceiling, or use year_zero: equal_per_head.",
        )

    # --- what the law would give ------------------------------------------------------------------------------------
    def formula(self, name: str) -> Any:
        """A statutory formula worked out for these regions, with the scenario's values for it or its defaults.

        Returns
        -------
        spatialcoord.formulas.worksheet.Worksheet

        Raises
        ------
        InputError
            Figures that the formula needs are missing, or it refuses them.
        """
        if name not in self._worked:
            part = registry.formulas.get(name)()
            params = self.scenario.formulas.get(name)
            self._worked[name] = part.worked(self, part.Params() if params is None else params)
        return self._worked[name]

    @cached_property
    def _worked(self) -> dict[str, Any]:
        return {}

    def formula_share(self, name: str) -> Array:
        """Share of every region in what a formula gives, shape (R,), sums to one."""
        amount: Array = self.formula(name).amount
        return amount / amount.sum()

    # --- what is weighed --------------------------------------------------------------------------------------------
    @cached_property
    def weight(self) -> Array:
        """Weights that turn a path into the value made equal, shape (T,), sum one."""
        if self.scenario.objective.at == "horizon":
            return np.eye(len(self.periods))[-1]
        discount = (1.0 + self.scenario.economy.discount_rate) ** -np.arange(float(len(self.periods)))
        return discount / discount.sum()

    @cached_property
    def terminal_weight(self) -> float:
        """Weight of capital left at the end of the horizon (valued at depreciated cost), or zero."""
        economy = self.scenario.economy
        counted = (
            economy.terminal_value == "depreciated_cost" and self.scenario.objective.at == "discounted_mean"
        )
        return float(self.weight[-1] / (1.0 + economy.discount_rate)) if counted else 0.0

    # --- disparity --------------------------------------------------------------------------------------------------
    def measure_options(self, name: str) -> dict[str, Any]:
        """What :attr:`Measure.evaluate` takes beside values and population: the scenario's choices, and groups."""
        part = registry.measures.get(name)
        params = self.scenario.measures.get(name)
        options = params.model_dump() if params is not None else {}
        if part.grouped:
            level = options.pop("level", "") or next(iter(self.graph.levels), "")
            options["groups"] = self.graph.level(level).values.astype(str)
        return options

    def disparity(self, name: str, values: Array) -> float:
        """Index of a registered measure, regions weighted by population.

        Parameters
        ----------
        name : str
            Name of the measure.
        values : numpy.ndarray, shape (R,)
            Value per head.
        """
        part = registry.measures.get(name)
        return float(part.evaluate(values, self.population, **self.measure_options(name)))

    def weighted_disparity(self, values: Array) -> float:
        """Sum of the indices that the objective names, each with its weight; the index itself where it names one."""
        weights = self.scenario.objective.weights
        return sum(weight * self.disparity(name, values) for name, weight in weights.items())

    # --- neighbours -------------------------------------------------------------------------------------------------
    @cached_property
    def spillover(self) -> float:
        """Signed spillover of growth rates, between -1 and 1."""
        return float(self.scenario.economy.spillover.rho)

    @cached_property
    def neighbour_weights(self) -> sp.csr_array:
        """Row-standardised weights with a zero diagonal, shape (R, R)."""
        return self.graph.weights(self.scenario.economy.spillover.weights)

    def varied(self, **changes: Any) -> Setting:
        """Setting of the same graph with other values of the scenario's economy section (for sensitivity)."""
        economy = self.scenario.economy
        rho = changes.pop("rho", None)
        if rho is not None:
            changes["spillover"] = economy.spillover.model_copy(update={"rho": rho})
        return self.under(self.scenario.model_copy(update={"economy": economy.model_copy(update=changes)}))

    def under(self, scenario: Any) -> Setting:
        """Setting of the same graph under another scenario; figures already read are shared."""
        other = Setting(self.graph, scenario, self.folder)
        other._figures.update(self._figures)
        return other
