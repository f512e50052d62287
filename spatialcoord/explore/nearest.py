r"""The least change: among the near-optimal plans the one nearest to a reference.

.. math:: \min_{x \in X} \; \frac{1}{2 Y} \sum_{k,t} |x_{kt} - x^0_{kt}| \qquad (1)

with Y years and cells k: regions where the reference is a pattern, lines and regions where it is a plan. When both spend the
same, (1) is the money a year that goes elsewhere than in the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.near_optimal import NearOptimal, NearPlan
from spatialcoord.model import Data
from spatialcoord.scenario.programme import known_formula

if TYPE_CHECKING:
    from spatialcoord.planner import Case

PATTERNS = ("year_zero", "equal_per_head")


@dataclass(frozen=True)
class Reference:
    """What a plan is compared with.

    Attributes
    ----------
    name : str
        "year_zero", "equal_per_head", the name of a formula, or "plan".
    folder : str
        Where the plan was read from; empty for a pattern.
    amounts : numpy.ndarray, shape (R, Y) or (I, R, Y)
        Money a year, million currency: by region for a pattern, by instrument and region for a plan.
    """

    name: str
    folder: str
    amounts: Array

    def distance(self, amounts: Array) -> float:
        """Money a year that amounts of shape (I, R, Y) put elsewhere, million currency a year, (1)."""
        own = amounts if self.amounts.ndim == 3 else amounts.sum(axis=0)
        return 0.5 * float(np.abs(own - self.amounts).sum()) / amounts.shape[2]


def reference_of(case: Case, named: str) -> Reference:
    """The reference of that name.

    Parameters
    ----------
    case : Case
        The case that is planned for.
    named : str
        "year_zero" (the pattern of the year before the programme at each year's budget), "equal_per_head", a statutory
        formula (its pattern at each year's budget), or the folder of a saved plan.

    Raises
    ------
    InputError
        Neither a known pattern nor a formula that can be worked out nor a plan, or a plan of other regions, years, instruments or another currency.
    """
    setting = case.setting
    if named == "equal_per_head":
        return Reference(named, "", setting.equal)
    if named == "year_zero":
        total = setting.year_zero.sum()
        pattern = setting.year_zero / total if total > 0 else setting.share
        return Reference(named, "", pattern[:, None] * setting.budget)
    if named in registry.formulas and not Path(named).exists():
        known_formula(named)
        return Reference(named, "", setting.formula_share(named)[:, None] * setting.budget)
    if not Path(named).exists():
        raise InputError(
            Problem(
                f"there is no '{named}'",
                where="--reference",
                remedy=f"Write {', '.join(PATTERNS)} or the name of a formula, or name the folder of a plan that was run.",
            )
        )
    from spatialcoord.results import Plan

    data = Plan.load(named).dataset
    scenario = case.scenario
    expected = {
        "regions": (tuple(map(str, data["region"].values)), tuple(map(str, setting.regions))),
        "years": (tuple(map(int, data["year"].values)), tuple(map(int, setting.years))),
        "instruments": (
            tuple(sorted(map(str, data["instrument"].values))),
            tuple(sorted(scenario.instruments)),
        ),
        "money unit": (data.attrs["money_unit"], scenario.money_unit),
    }
    problems = [
        Problem(
            f"the plan has other {what} than the case"
            if what != "money unit"
            else "the plan is in another money",
            where=named,
            why=f"It has {_short(theirs)}; the case has {_short(own)}.",
            remedy="Name a plan of the same case.",
        )
        for what, (theirs, own) in expected.items()
        if theirs != own
    ]
    if problems:
        raise InputError(problems)
    amounts = (
        data["amount"].sel(instrument=list(scenario.instruments)).transpose("instrument", "region", "year")
    )
    return Reference("plan", str(named), amounts.values)


def least_change(near: NearOptimal, reference: Reference) -> NearPlan:
    """The near-optimal plan of (1); the plan itself where none is nearer."""
    model = near.model
    parts = [model.amounts[name] for name in near.names]
    if reference.amounts.ndim == 2:
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        parts, references = [total], [reference.amounts]
    else:
        references = list(reference.amounts)
    scale = float(near.setting.equal.mean()) or 1.0
    moved = None
    with model.part("least_change"):
        for i, (part, money) in enumerate(zip(parts, references, strict=True)):
            above, below = (
                model.variable(f"{side}_{i}", part.dims, scale=scale, unit=near.setting.scenario.money_unit)
                for side in ("above", "below")
            )
            model.constrain(f"apart_{i}", part - above + below == Data(part.dims, money))
            both = (above + below).sum()
            moved = both if moved is None else moved + both
    assert moved is not None
    found = near.probe(moved, maximise=False)
    return found if reference.distance(found.amounts) <= reference.distance(near.best.amounts) else near.best


def _short(labels: object) -> str:
    shown = list(labels) if isinstance(labels, tuple) else [labels]
    return ", ".join(map(str, shown[:3])) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
