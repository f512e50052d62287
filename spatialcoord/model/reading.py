"""Duals, reduced costs, activities and slacks by name, in natural units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import pyomo.environ as pe
import xarray as xr

from spatialcoord.errors import InputError, Problem, Refused, SolveError
from spatialcoord.model.components import ARRAY_ROWS, ARRAY_VARIABLES
from spatialcoord.model.dims import Dim, to_xarray
from spatialcoord.model.terms import price_per_ratio

if TYPE_CHECKING:
    from spatialcoord.model.model import Model


def _labelled(component: Any, numbers: np.ndarray, unit: str = "") -> xr.DataArray:
    """Numbers over the dimensions of an array component."""
    dims = component.dims
    if component._listed is not None:
        dims = (Dim(component.local_name, [_flat_label(label) for label in component._listed]),)
    out = to_xarray(dims, numbers, units=unit, long_name=component.doc or "")
    return out.rename(component.name)


def _flat_label(label: Any) -> Any:
    return "|".join(map(str, label)) if isinstance(label, tuple) else label


def dual(model: Model, name: str) -> xr.DataArray:
    """Change of the objective per unit by which the right-hand side of a rule rises; NaN never: it refuses instead.

    Parameters
    ----------
    model : Model
        A solved model.
    name : str
        Full name of a rule, the model's own or one written in Pyomo.

    Raises
    ------
    Refused
        When the model has whole-number decisions and ``price()`` was not called.
    InputError
        When there is no such rule.
    """
    component = model.component(name)
    _require_solution(model)
    if isinstance(component, ARRAY_ROWS):
        numbers = model.arrays.rows.dual[component.positions]
        if np.isnan(numbers).any():
            raise Refused(_NO_DUALS)
        return _labelled(component, numbers)
    if component.ctype is not pe.Constraint:
        raise InputError(Problem(f"'{name}' is not a rule", remedy="reduced_cost(name) is for variables."))
    duals = model.session.user_duals
    if not duals and model.session.users:
        raise Refused(_NO_DUALS)
    return _over_index(component, {i: duals.get(c, 0.0) for i, c in component.items()})


def reduced_cost(model: Model, name: str) -> xr.DataArray:
    """Change of the objective per unit by which a variable is forced up from where it stands; see :func:`dual`."""
    component = model.component(name)
    _require_solution(model)
    if isinstance(component, ARRAY_VARIABLES):
        numbers = model.arrays.columns.reduced[component.positions]
        if np.isnan(numbers).any():
            raise Refused(_NO_DUALS)
        return _labelled(component, numbers)
    if component.ctype is not pe.Var:
        raise InputError(Problem(f"'{name}' is not a variable", remedy="dual(name) is for rules."))
    adopted = {id(variable): column for variable, column in model.arrays.adopted}
    reduced = model.arrays.columns.reduced
    return _over_index(
        component, {i: reduced[adopted[id(v)]] if id(v) in adopted else 0.0 for i, v in component.items()}
    )


def activity(model: Model, name: str) -> xr.DataArray:
    """Left-hand side of a rule in the current plan, in the terms it was written in."""
    component = model.component(name)
    if isinstance(component, ARRAY_ROWS) and not model.arrays.rows.edited[component.positions].any():
        numbers = _bodies(model, component)
        if component._constant is not None:
            numbers = numbers + component._constant
        return _labelled(component, numbers, component._unit)
    if component.ctype is not pe.Constraint:
        raise InputError(Problem(f"'{name}' is not a rule"))
    return _over_index(component, {i: pe.value(c.body) for i, c in component.items()})


def slack(model: Model, name: str) -> xr.DataArray:
    """Distance of a rule to its nearer bound in the current plan; negative where it is broken."""
    component = model.component(name)
    if isinstance(component, ARRAY_ROWS) and not model.arrays.rows.edited[component.positions].any():
        numbers, rows = _bodies(model, component), model.arrays.rows
        room = np.minimum(
            rows.upper[component.positions] - numbers, numbers - rows.lower[component.positions]
        )
        return _labelled(component, room, component._unit)
    if component.ctype is not pe.Constraint:
        raise InputError(Problem(f"'{name}' is not a rule"))
    return _over_index(component, {i: c.slack() for i, c in component.items()})


def price(model: Model) -> None:
    """Duals of a model with whole numbers: these are held where they stand and the linear rest is solved once more.

    The duals then tell what a rule is worth as long as no whole-number decision changes. The model itself stays as it
    is. A model without whole numbers has its duals already.
    """
    _require_solution(model)
    session = model.session
    if not session.whole:
        return
    with model.exclusively():
        assert session.sent is not None
        highs, sent = session.highs, session.sent
        whole = np.flatnonzero(sent["kind"]).astype(np.int32)
        held = np.round(model.arrays.columns.value[whole])
        try:
            highs.changeColsIntegrality(len(whole), whole, np.zeros(len(whole), np.uint8))
            highs.changeColsBounds(len(whole), whole, held, held)
            highs.run()
            if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise SolveError(
                    "With the whole-number decisions held at their rounded values the solver found no plan."
                )
            session.pull_duals(highs.getSolution())
            if model.ratio is not None and session.edits.objective is None:
                price_per_ratio(model, session)
        finally:
            highs.changeColsBounds(len(whole), whole, sent["lower"][whole], sent["upper"][whole])
            highs.changeColsIntegrality(len(whole), whole, sent["kind"][whole])


_NO_DUALS = (
    "The model has whole-number decisions, so its rules have no duals; price() holds those decisions where they stand and "
    "prices the rest."
)


def _require_solution(model: Model) -> None:
    if model.solution is None or not model.session.has_solution:
        raise Refused("There is no plan to read; call solve() first.")


def _bodies(model: Model, component: Any) -> np.ndarray:
    values = model.arrays.columns.value
    positions = np.arange(model.arrays.rows.size)[component.positions]
    if len(positions) > 50:
        return (model.arrays.matrix() @ values)[positions]
    return np.array([w @ values[c] for c, w in map(model.arrays.row_terms, positions.tolist())])


def _over_index(component: Any, numbers: dict[Any, float]) -> xr.DataArray:
    if not component.is_indexed():
        return xr.DataArray(float(numbers[None]), name=component.name)
    labels = [_flat_label(i) for i in numbers]
    return xr.DataArray(list(numbers.values()), {"index": labels}, ["index"], name=component.name)
