"""From the model to an ordinary ConcreteModel: same names, same objects, Pyomo's own classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pe
from pyomo.core.base.constraint import ConstraintData, IndexedConstraint, ScalarConstraint
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.var import IndexedVar, ScalarVar, VarData

from spatialcoord.errors import Refused
from spatialcoord.model.components import (
    ARRAY_ROWS,
    ARRAY_VARIABLES,
    ArrayConstraint,
    ArrayObjective,
    ArrayVar,
)
from spatialcoord.model.suffix import ArraySuffix
from spatialcoord.model.user import column_state

if TYPE_CHECKING:
    from spatialcoord.model.model import Model

# what array components keep beyond their Pyomo bases
PRIVATE = ("_arrays", "_dims", "_first", "_listed", "_labels", "_constant", "_unit")
SLOTS = ("_value", "_lb", "_ub", "_domain", "_fixed", "_stale")


def expand(model: Model, complete: bool = False) -> Any:
    """Ordinary ConcreteModel with the whole current model, for any Pyomo solver.

    Terms that are refined while solving must be exact, or the result would be a relaxation in silence. Either the model
    is solved to convergence first, which makes them exact at its optimum (a solver that finds the optimum of the
    expanded model finds that of this one); or, with `complete`, every term adds all it has, which makes them exact for
    every plan. A ratio objective N/D becomes ``N - theta D`` at the converged ratio, whose minimum is zero.

    Parameters
    ----------
    model : Model
        The model; it stays as it is, apart from being solved.
    complete : bool
        Ask every term to be complete.

    Raises
    ------
    Refused
        When a term cannot be made exact.
    """
    if complete:
        model = model.clone()
        for term in model.terms:
            added = term.complete(model) if hasattr(term, "complete") else None
            if added is None:
                raise Refused(
                    f"{type(term).__name__} cannot be written out completely at this size; call expand() without complete, "
                    "which solves to convergence first."
                )
    if (model.terms and not complete) or model.ratio is not None:
        solution = model.solve()
        exact = solution.status in ("optimal", "infeasible")
        if not exact:
            raise Refused(
                f"expand() needs a converged model, or it would hand over a relaxation. {solution.sentence}"
            )
    whole = (
        bool(column_state(model.arrays, model.session.reader.read())[2].any())
        if _has_objective(model)
        else False
    )
    return plain(model.pyomo.clone(), whole)


def _has_objective(model: Model) -> bool:
    return sum(1 for _ in model.pyomo.component_data_objects(pe.Objective, active=True)) == 1


def plain(clone: Any, whole: bool) -> Any:
    """Turn a clone into an ordinary ConcreteModel in place.

    Parameters
    ----------
    clone : ConcreteModel
        Clone of a model's Pyomo side, which carries its own arrays.
    whole : bool
        Whether there are whole-number decisions; the dual suffixes go then, because stock solvers fail on them.
    """
    variables = [
        v for v in clone.component_objects(pe.Var, descend_into=True) if isinstance(v, ARRAY_VARIABLES)
    ]
    rules = [
        c for c in clone.component_objects(pe.Constraint, descend_into=True) if isinstance(c, ARRAY_ROWS)
    ]
    objectives = [
        o for o in clone.component_objects(pe.Objective, descend_into=True) if isinstance(o, ArrayObjective)
    ]
    # read every expression while the classes that can build it are still in place
    expressions = [(c, data, data._expr, data._active) for c in rules for data in list(c.values())]
    bodies = [(o, o.expr) for o in objectives]
    for variable in variables:
        indexed = isinstance(variable, ArrayVar)
        for data in list(variable.values()):
            kept = [(slot, getattr(data, slot)) for slot in SLOTS]
            data.__class__ = VarData if indexed else ScalarVar
            for slot, content in kept:
                setattr(data, slot, content)
        if indexed:
            variable.__class__ = IndexedVar
        _forget(variable)
    for rule, data, expression, active in expressions:
        indexed = isinstance(rule, ArrayConstraint)
        if indexed:
            data.__class__ = ConstraintData
        else:
            rule.__class__ = ScalarConstraint
        data._expr, data._active = expression, active
    for rule in rules:
        if isinstance(rule, ArrayConstraint):
            rule.__class__ = IndexedConstraint
        _forget(rule)
    for objective, expression in bodies:
        objective.__class__ = ScalarObjective
        for name in ("_arrays", "_own"):
            objective.__dict__.pop(name, None)
        ScalarObjective.set_value(objective, expression)
    for suffix in list(clone.component_objects(pe.Suffix)):
        if isinstance(suffix, ArraySuffix):
            if whole:
                suffix.parent_block().del_component(suffix)
            else:
                suffix.__class__ = pe.Suffix
                suffix.__dict__.pop("_field", None)
                suffix.direction = pe.Suffix.IMPORT
    clone.__dict__.pop("_spatialcoord", None)
    return clone


def _forget(component: Any) -> None:
    for name in PRIVATE:
        component.__dict__.pop(name, None)
