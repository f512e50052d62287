"""Building a model: dimensions, parts, variables, rows and objective, each by name.

What is built lives in the arrays; the Pyomo components made here are views on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.affine import INF, Affine
from spatialcoord.model.arrays import KINDS, Arrays
from spatialcoord.model.components import (
    ARRAY_ROWS,
    ArrayConstraint,
    ArrayObjective,
    ArrayScalarConstraint,
    ArrayScalarVar,
    ArrayVar,
)
from spatialcoord.model.dims import Dim, Dims, describe, flat, shape_of
from spatialcoord.model.growing import ListedRows, ListedVariables
from spatialcoord.model.ledger import Ledger
from spatialcoord.model.names import Names
from spatialcoord.model.relation import Relation
from spatialcoord.model.sparse import csr, merged, widen
from spatialcoord.registry import did_you_mean


class Builder(Names):
    """The building half of :class:`~spatialcoord.model.model.Model`."""

    def __init__(self, name: str = "model") -> None:
        super().__init__(name)
        self.arrays = Arrays()
        self.ledger = Ledger()
        self.terms: list[Any] = []
        self.objective_version = 0
        self.ratio: tuple[Affine, Affine, float] | None = None

    # ---- variables ------------------------------------------------------------------------------------------------------

    def variable(
        self,
        name: str,
        dims: Dim | Sequence[Dim] = (),
        lower: Any = 0.0,
        upper: Any = INF,
        domain: str = "real",
        scale: float = 1.0,
        unit: str = "",
        doc: str = "",
    ) -> Affine:
        """Decisions over dimensions.

        Parameters
        ----------
        name : str
            Name inside the current part.
        dims : Dim or sequence of Dim
            Dimensions, none for a single decision.
        lower, upper : number, Data or DataArray
            Bounds in natural units; data may leave dimensions out.
        domain : {"real", "integer", "binary"}
            Which numbers are allowed.
        scale : float
            Typical size in natural units; the solver works with the decision divided by it.
        unit, doc : str
            Unit and description, carried to results.

        Returns
        -------
        Affine
            The decisions as a map, one cell each.
        """
        over: Dims = (dims,) if isinstance(dims, Dim) else tuple(dims)
        if domain not in KINDS:
            raise InputError(Problem(f"domain '{domain}'", remedy=did_you_mean(domain, list(KINDS))))
        if not scale > 0:
            raise InputError(Problem(f"scale {scale} of '{name}' is not positive"))
        low, high = flat(lower, over), flat(upper, over)
        crossed = np.flatnonzero(low > high)
        if len(crossed):
            raise InputError(
                Problem(
                    f"the lower bound exceeds the upper in {len(crossed)} of {len(low)} cells",
                    where=f"variable '{name}'",
                    why=f"first: {low[crossed[0]]:g} > {high[crossed[0]]:g}",
                )
            )
        component: Any
        if over:
            component = ArrayVar(*[self._set(d) for d in over], doc=doc or None)
        else:
            component = ArrayScalarVar(doc=doc or None)
        self._enter(name, component)
        count = prod(shape_of(over))
        first = self.arrays.add_columns(count, component, low, high, KINDS[domain], scale)
        if over:
            component._attach(self.arrays, over, first, unit=unit)
        else:
            component._attach(self.arrays, first, unit=unit)
        return self.columns_as_map(first, over)

    def scalar(
        self, name: str, lower: float = -INF, upper: float = INF, scale: float = 1.0, **keywords: Any
    ) -> Affine:
        """A single decision, free unless bounded; keywords as in :meth:`variable`."""
        return self.variable(name, (), lower, upper, scale=scale, **keywords)

    @staticmethod
    def columns_as_map(first: int, dims: Sequence[Dim]) -> Affine:
        """The map whose cells are consecutive columns from `first`."""
        count = prod(shape_of(dims))
        columns = np.arange(first, first + count, dtype=np.int32)
        matrix = csr(np.ones(count), columns, np.arange(count + 1, dtype=np.int32), (count, first + count))
        return Affine(matrix, np.zeros(count), dims, True)

    def listed_variables(self, name: str, unit: str = "", doc: str = "") -> ListedVariables:
        """Variables whose labels come to be known while solving; see :class:`ListedVariables`."""
        component = ArrayVar(pe.Set(dimen=None, initialize=[]), doc=doc or None)
        component._attach(self.arrays, (), -1, listed=True, unit=unit)
        self._enter(name, component)
        return ListedVariables(self, component)

    # ---- rows -----------------------------------------------------------------------------------------------------------

    def constrain(self, name: str, relation: Relation, unit: str = "", doc: str = "") -> Any:
        """Enter a rule: one row per cell of the relation.

        Parameters
        ----------
        name : str
            Name inside the current part.
        relation : Relation
            ``map <= data``, ``map >= map``, ``between(data, map, data)``, ...
        unit, doc : str
            Unit of the row's body and description.

        Returns
        -------
        Pyomo constraint
            A view on the rows.
        """
        if not isinstance(relation, Relation):
            raise InputError(Problem(f"{type(relation).__name__} is not a relation", where=f"rule '{name}'"))
        body = relation.body
        component: Any
        if body.dims:
            component = ArrayConstraint(*[self._set(d) for d in body.dims], doc=doc or None)
        else:
            component = ArrayScalarConstraint(doc=doc or None)
        matrix, lower, upper = self.rows_of(relation)
        self._enter(name, component)
        first = self.arrays.add_rows(matrix, lower, upper, component)
        if body.dims:
            component._attach(self.arrays, body.dims, first, unit=unit)
        else:
            component._attach(self.arrays, first, unit=unit)
        if body.constant.any():
            component._constant = body.constant
        return component

    @staticmethod
    def rows_of(relation: Relation) -> tuple[Any, np.ndarray, np.ndarray]:
        """Coefficients and bounds of a relation, the constant moved to the right."""
        body = relation.body
        lower, upper = flat(relation.lower, body.dims), flat(relation.upper, body.dims)
        if body.constant.any():
            lower, upper = lower - body.constant, upper - body.constant
        return body.matrix if body.apart else merged(body.matrix), lower, upper

    def listed_rows(self, name: str, unit: str = "", doc: str = "") -> ListedRows:
        """Rows whose labels come to be known while solving; see :class:`ListedRows`."""
        component = ArrayConstraint(pe.Set(dimen=None, initialize=[]), doc=doc or None)
        component._attach(self.arrays, (), -1, listed=True, unit=unit)
        self._enter(name, component)
        return ListedRows(self, component)

    def extend_row(self, rule: Any, addition: Affine) -> None:
        """Add a map to the body of a rule that exists (hinges entering a definition).

        Parameters
        ----------
        rule : str or Pyomo constraint
            The rule, by name or as :meth:`constrain` returned it.
        addition : Affine
            Map over the rule's dimensions; its constant moves to the right-hand side.
        """
        component = self.component(rule) if isinstance(rule, str) else rule
        if not isinstance(component, ARRAY_ROWS):
            raise InputError(Problem(f"'{component.name}' is not a rule of the model and cannot be extended"))
        addition = addition.over(component.dims)
        matrix = addition.matrix
        positions = np.arange(self.arrays.rows.size)[component.positions]
        self.arrays.extend(np.repeat(positions, np.diff(matrix.indptr)), matrix.indices, matrix.data)
        if addition.constant.any():
            self.arrays.rows.lower[component.positions] -= addition.constant
            self.arrays.rows.upper[component.positions] -= addition.constant
            old = component._constant
            component._constant = addition.constant if old is None else old + addition.constant

    # ---- objective ------------------------------------------------------------------------------------------------------

    def minimise(self, objective: Affine) -> None:
        """Minimise a single number; called again it replaces the objective, and the next solve starts warm."""
        self._set_objective(objective, pe.minimize)

    def maximise(self, objective: Affine) -> None:
        """Maximise a single number; see :meth:`minimise`."""
        self._set_objective(objective, pe.maximize)

    def minimise_ratio(self, numerator: Affine, denominator: Affine, start: float) -> None:
        r"""Minimise :math:`N(x)/D(x)` by Dinkelbach's method (Management Science 13, 1967).

        Each round minimises :math:`N(x) - \theta D(x)` and sets :math:`\theta = N/D`; it ends when that minimum is zero.
        Only costs change between rounds. The denominator must be positive on the feasible set.

        Parameters
        ----------
        numerator, denominator : Affine
            Single numbers.
        start : float
            First :math:`\theta`; the ratio of any known plan will do.
        """
        for part, what in ((numerator, "numerator"), (denominator, "denominator")):
            if part.dims:
                raise InputError(Problem(f"the {what} varies over {describe(part.dims)}; sum it first"))
        self._set_objective(numerator - denominator * float(start), pe.minimize)
        self.ratio = (numerator, denominator, float(start))

    def _set_objective(self, objective: Affine, sense: Any) -> None:
        if objective.dims:
            raise InputError(
                Problem(f"an objective is a single number, not {describe(objective.dims)}; sum it first")
            )
        self.ratio = None
        self.objective_version += 1
        self.write_costs(objective)
        component = self.pyomo.component("objective")
        if component is not None and not isinstance(component, ArrayObjective):
            self.pyomo.del_component(component)
            component = None
        if component is None:
            component = ArrayObjective(expr=0.0, sense=sense)
            self.pyomo.add_component("objective", component)
            component.attach(self.arrays)
        component.set_value(None)
        component.activate()
        component.sense = sense

    def write_costs(self, objective: Affine) -> None:
        """Put the coefficients of a single number into the cost array."""
        cost = self.arrays.columns.cost
        cost[:] = 0.0
        np.add.at(cost, objective.matrix.indices, objective.matrix.data)
        self.arrays.offset = float(objective.constant.sum())

    def evaluate(self, expression: Affine) -> np.ndarray:
        """Numbers of a map at the current values, flat."""
        values = self.arrays.columns.value
        return widen(expression.matrix, len(values)) @ values + expression.constant
