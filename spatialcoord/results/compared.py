"""What a comparison of plans holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from spatialcoord.results.plan import Plan

TINY = 1e-9  # relative difference below which two figures are the same


@dataclass(frozen=True)
class Key:
    """One value of the scenario that is not the same in all plans; None where a plan does not have it."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Figure:
    """A column of the regions' tables that differs between the first plan and another.

    Attributes
    ----------
    plan : int
        Position of the other plan.
    name : str
        Name of the column.
    regions : int
        How many of the regions that both have differ in it.
    where : str
        Region with the largest relative difference.
    first, other : float or str
        The two values there.
    """

    plan: int
    name: str
    regions: int
    where: str
    first: Any
    other: Any


@dataclass(frozen=True)
class Outcome:
    """One figure of every plan.

    Attributes
    ----------
    key : str
        What it is: the key of its words ("spent"), with the name of a part after a colon ("disparity:gini").
    kind : str
        How it is written: "index", "per_head", "money", "count".
    units : tuple of str
        Unit in every plan.
    values : tuple of float or None
        A value a plan.
    comparable : bool
        Whether a difference of the values means something.
    """

    key: str
    kind: str
    units: tuple[str, ...]
    values: tuple[float | None, ...]
    comparable: bool = True

    def change(self, plan: int) -> float | None:
        """Value of a plan less that of the first; None where there is nothing to compare."""
        first, other = self.values[0], self.values[plan]
        if not self.comparable or first is None or other is None:
            return None
        return other - first if abs(other - first) > TINY * max(abs(first), abs(other)) else 0.0


@dataclass(frozen=True)
class Comparison:
    """What :func:`compare` found; every difference is another plan less the first.

    Attributes
    ----------
    plans : tuple of Plan
        The plans, the first of them the one that the others are compared with.
    names : tuple of str
        Their names.
    keys : list of Key
        Values of the scenarios that differ.
    figures : list of Figure
        Columns of the regions' tables that differ.
    outcomes : list of Outcome
        Headline figures side by side.
    regions : list of pandas.DataFrame
        For every other plan: index the regions that both have; columns ``amount_per_head_first``,
        ``amount_per_head_other``, ``amount_per_head``, and the same for ``change_per_head`` and ``net`` (units as in
        :func:`spatialcoord.results.region_table`). Columns that cannot be compared are not there.
    notes : list of (str, dict)
        What is not comparable, and what to keep in mind: key and values of a message each.
    """

    plans: tuple[Plan, ...]
    names: tuple[str, ...]
    keys: list[Key] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    regions: list[pd.DataFrame] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
