"""Building a model: dimensions, parts, variables, rows and objective, each by name.

What is built lives in the arrays; the Pyomo components made here are views on them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord.errors import InputError, Problem, Refused
from spatialcoord.model.affine import INF, Affine, Relation, csr, merged, widen
from spatialcoord.model.arrays import KINDS, Arrays
from spatialcoord.model.components import (
    ARRAY_ROWS,
    ARRAY_VARIABLES,
    ArrayConstraint,
    ArrayObjective,
    ArrayScalarConstraint,
    ArrayScalarVar,
    ArraySuffix,
    ArrayVar,
)
from spatialcoord.model.dims import Dim, Dims, describe, flat, shape_of
from spatialcoord.model.growing import ListedRows, ListedVariables
from spatialcoord.model.ledger import Ledger
from spatialcoord.registry import did_you_mean


class Builder:
    """The building half of :class:`~spatialcoord.model.model.Model`."""

    def __init__(self, name: str = "model") -> None:
        self.name = name
        self.arrays = Arrays()
        self.ledger = Ledger()
        self.terms: list[Any] = []
        self.dims: dict[str, Dim] = {}
        self.pyomo = pe.ConcreteModel(name)
        self.pyomo.dual = ArraySuffix(direction=pe.Suffix.LOCAL, field="dual")
        self.pyomo.rc = ArraySuffix(direction=pe.Suffix.LOCAL, field="reduced")
        self.pyomo._spatialcoord = self
        self.objective_version = 0
        self.ratio: tuple[Affine, Affine, float] | None = None
        self._block: Any = self.pyomo
        self._sets: dict[tuple[str, Sequence[Hashable]], Any] = {}

    # ---- names --------------------------------------------------------------------------------------------------------

    def dim(self, name: str, labels: Iterable[Hashable] | None = None) -> Dim:
        """Declare a dimension, or fetch one declared before.

        Parameters
        ----------
        name : str
            Name of the dimension.
        labels : iterable, optional
            Its labels; without them the dimension must have been declared.

        Raises
        ------
        InputError
            When the dimension is unknown, or was declared with other labels.
        """
        known = self.dims.get(name)
        if labels is None:
            if known is None:
                raise InputError(
                    Problem(f"no dimension '{name}'", remedy=did_you_mean(name, list(self.dims)))
                )
            return known
        new = Dim(name, labels)
        if known is not None and not known.same(new):
            raise InputError(Problem(f"dimension '{name}' was declared with other labels"))
        return self.dims.setdefault(name, new)

    @contextmanager
    def part(self, name: str) -> Iterator[Any]:
        """A named block: variables and rows made inside carry its name ("general_transfer.amount")."""
        block = pe.Block()
        self._enter(name, block)
        outer, self._block = self._block, block
        try:
            yield block
        finally:
            self._block = outer

    def _enter(self, name: str, component: Any) -> None:
        if self._block.component(name) is not None or hasattr(self._block, name):
            inside = "" if self._block is self.pyomo else f" in '{self._block.name}'"
            raise InputError(
                Problem(f"the name '{name}' is taken{inside}", remedy="Give one of the two another name.")
            )
        self._block.add_component(name, component)

    def _set(self, dim: Dim) -> Any:
        """Pyomo set of a dimension, made once per name and labels."""
        key = (dim.name, dim.labels)
        if key not in self._sets:
            name = dim.name
            while hasattr(self.pyomo, name):
                name += "_"
            labels = dim.labels
            if isinstance(labels, range) and labels.step == 1 and len(labels):
                index_set = pe.RangeSet(labels[0], labels[-1])
            else:
                index_set = pe.Set(initialize=labels, ordered=True)
            self.pyomo.add_component(name, index_set)
            self._sets[key] = index_set
        return self._sets[key]

    def component(self, name: str) -> Any:
        """Pyomo component by full name; InputError with a suggestion when there is none."""
        found = self.pyomo.find_component(name)
        if found is None:
            kinds = (pe.Var, pe.Constraint)
            known = [c.name for c in self.pyomo.component_objects(kinds, descend_into=True)]
            raise InputError(
                Problem(f"the model has no variable or rule '{name}'", remedy=did_you_mean(name, known))
            )
        return found

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

    def limit(self, name: str, upper: Any = None, lower: Any = None) -> None:
        """Change the bounds of a rule or of variables, in the terms they were written in.

        Parameters
        ----------
        name : str
            Full name ("general_transfer.budget").
        upper, lower : number, Data or DataArray, optional
            New bounds; those not given stay.

        Raises
        ------
        Refused
            When a row of the rule was rewritten in Pyomo: its bound then lies in the expression.
        """
        component = self.component(name)
        arrays, where = self.arrays, getattr(component, "positions", None)
        if isinstance(component, ARRAY_ROWS):
            if arrays.rows.edited[where].any():
                raise Refused(f"'{name}' was rewritten in Pyomo; change its bound there.")
            constant = 0.0 if component._constant is None else component._constant
            table: Any = arrays.rows
            for row in np.arange(arrays.rows.size)[where].tolist() if arrays.expressions else ():
                arrays.expressions.pop(row, None)
        elif isinstance(component, ARRAY_VARIABLES):
            constant, table = 0.0, arrays.columns
        else:
            raise InputError(Problem(f"'{name}' was written in Pyomo; change it there"))
        for side, bound in (("upper", upper), ("lower", lower)):
            if bound is not None:
                getattr(table, side)[where] = flat(bound, component.dims) - constant
                if table is arrays.columns and arrays.bounds:
                    for column in np.arange(arrays.columns.size)[where].tolist():
                        arrays.bounds.pop((column, side), None)

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
