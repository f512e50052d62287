"""The sheet on which a formula is worked out: every step with its figures, so that a lawyer can check them one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.formulas.law import Law


@dataclass(frozen=True)
class Step:
    """One column of the sheet.

    Attributes
    ----------
    key : str
        Its name among the formula's words.
    values : numpy.ndarray, shape (R,)
        A number or a label for every region; NaN where the step does not apply.
    unit : str
        Unit of the numbers; "" for labels.
    rule : str
        The calculation in symbols and keys of earlier steps ("gap x population"); "" for what is read from tables.
    numbers : tuple of str
        Keys of the law's numbers that it uses.
    """

    key: str
    values: np.ndarray
    unit: str
    rule: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Total:
    """One figure for all regions together: a pool, a mean, a ratio.

    Attributes
    ----------
    key : str
        Its name among the formula's words.
    value : float
    unit : str
    rule : str
        The calculation in symbols.
    numbers : tuple of str
        Keys of the law's numbers that it uses.
    """

    key: str
    value: float
    unit: str
    rule: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A step that was left out because the case does not hold its figures.

    Attributes
    ----------
    key : str
        The step's name among the formula's words.
    columns : tuple of str
        Region attributes that it needs.
    """

    key: str
    columns: tuple[str, ...]


@dataclass
class Worksheet:
    """A formula worked out for the regions of a case.

    Attributes
    ----------
    regions : tuple of str
        Ids, R.
    law : Law or None
        Numbers that were used; None where the rule has none.
    steps : list of Step
        In the order of the calculation.
    totals : list of Total
        Figures for all regions together.
    skipped : list of Skipped
        Steps without figures; where there are any the result is partial.
    remarks : list of (str, dict)
        Keys of the formula's words that a reader must see, with what fills their placeholders.
    result : str
        Key of the step that is the result and is mapped.
    money : str or None
        Key of the step with the money of a year (million currency), None for formulas that give a class or an index.
    lines : tuple of str
        Keys of steps that add up to the money.
    """

    regions: tuple[str, ...]
    law: Law | None = None
    steps: list[Step] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    result: str = ""
    money: str | None = None
    lines: tuple[str, ...] = ()

    def step(
        self, key: str, values: Any, unit: str, rule: str = "", numbers: Iterable[str] = ()
    ) -> np.ndarray:
        """Write a step and return its figures, shape (R,); a single number holds for every region."""
        array = np.asarray(values)
        array = np.broadcast_to(array, (len(self.regions),)).copy()
        self.steps.append(Step(key, array, unit, rule, tuple(numbers)))
        return array

    def total(self, key: str, value: float, unit: str, rule: str = "", numbers: Iterable[str] = ()) -> float:
        """Write a figure for all regions together and return it."""
        self.totals.append(Total(key, float(value), unit, rule, tuple(numbers)))
        return float(value)

    def skip(self, key: str, columns: Iterable[str]) -> None:
        """Say that a step is left out for want of these columns."""
        self.skipped.append(Skipped(key, tuple(columns)))

    def remark(self, key: str, **values: Any) -> None:
        """Add a sentence a reader must see."""
        self.remarks.append((key, values))

    def __getitem__(self, key: str) -> np.ndarray:
        """Figures of a step, shape (R,)."""
        for step in self.steps:
            if step.key == key:
                return step.values
        raise KeyError(key)

    def figure(self, key: str) -> float:
        """A total by its key."""
        for total in self.totals:
            if total.key == key:
                return total.value
        raise KeyError(key)

    @property
    def partial(self) -> bool:
        """Whether a step was left out."""
        return bool(self.skipped)

    @property
    def amount(self) -> Array:
        """Money of a year by region, million currency, shape (R,).

        Raises
        ------
        ValueError
            The formula gives a class or an index, not money.
        """
        if self.money is None:
            raise ValueError("the formula gives no money")
        return np.asarray(self[self.money], dtype=float)
