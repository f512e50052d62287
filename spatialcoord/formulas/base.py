"""What every statutory formula declares; a new one is one file with a subclass of :class:`Formula`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.formulas.worksheet import Worksheet
from spatialcoord.regions.attributes import some
from spatialcoord.scenario.parameters import Parameters

Titles = dict[str, str]
ROUNDING = 1e-9  # million: what is left of a difference is nothing


class Formula:
    """A rule of law or custom by which money, classes or rates are given to regions.

    Attributes
    ----------
    name : str
        Set by the registry.
    title : dict
        Name in each language, ``{"en": ..., "zh": ...}``.
    source : str
        The statute; "" for a key that no law stands behind.
    unit : str
        Unit of the result.
    cases : tuple of str
        Bundled cases it runs on; the first is the default of the command.
    needs : tuple of str
        Region attributes without which nothing can be worked out.
    optional : tuple of str
        Region attributes of single steps; absent, the step is left out and the result is partial.
    gives_money : bool
        Whether the result is money, so that it can stand beside a plan.
    words : dict
        Title of every step, total and remark in each language, by key.
    Params : type
        What a user may choose, each with unit, range and source.
    """

    name: ClassVar[str]
    title: ClassVar[Titles]
    source: ClassVar[str] = ""
    unit: ClassVar[str] = "million currency a year"
    cases: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    gives_money: ClassVar[bool] = True
    words: ClassVar[dict[str, Titles]] = {}
    Params: ClassVar[type[Parameters]] = Parameters

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Problems of these parameters on these regions, all at once; attributes in `needs` are checked beforehand."""
        return []

    def work(self, setting: Setting, params: Any) -> Worksheet:
        """Work the formula out, step by step, for every region of the case."""
        raise TypeError(f"{type(self).__name__} does not say how it is worked out")

    def _placed(self, problems: list[Problem]) -> list[Problem]:
        """The problems with their place inside the scenario's section of this formula."""
        return [
            replace(p, where=f"formulas.{self.name}" + (f".{p.where}" if p.where else "")) for p in problems
        ]

    def worked(self, setting: Setting, params: Any) -> Worksheet:
        """The sheet, after the checks.

        Raises
        ------
        InputError
            Figures that are missing or that the formula refuses, all at once; or a formula that gives nobody anything.
        """
        problems = [
            Problem(
                f"the regions have no attribute '{name}'",
                where=f"formulas.{self.name}",
                why="The formula cannot be worked out without it.",
                remedy=f"Add a column '{name}' to the region tables, or leave the formula out.",
            )
            for name in self.needs
            if not setting.graph.has(name)
        ]
        problems = problems or self._placed(self.check(setting, params))
        if problems:
            raise InputError(problems)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # told below, not by numpy
            try:
                sheet = self.work(setting, params)
            except InputError as error:
                raise InputError(self._placed(error.problems)) from None
        if sheet.money is not None and not (np.isfinite(sheet.amount) & (sheet.amount >= -ROUNDING)).all():
            wrong = ~(np.isfinite(sheet.amount) & (sheet.amount >= -ROUNDING))
            raise InputError(
                Problem(
                    f"the formula gives less than nothing, or no number, in {some(np.array(setting.regions)[wrong])}",
                    where=f"formulas.{self.name}",
                    why="A figure that it reads is negative, zero where it divides, or too large.",
                    remedy="Correct the figures of these regions, or the values of the formula.",
                )
            )
        if sheet.money is not None and not sheet.amount.sum() > 0:
            raise InputError(
                Problem(
                    "the formula gives no region anything",
                    where=f"formulas.{self.name}",
                    remedy="Look at its steps with `spatialcoord formula`, and at the figures it reads.",
                )
            )
        return sheet


def money_problems(setting: Setting, named: dict[str, str]) -> list[Problem]:
    """Problems of region attributes that parameters name (parameter to attribute) and that must be money of a year."""
    problems = []
    for where, name in named.items():
        if not setting.graph.has(name):
            remedy = (
                "Name an attribute in money of a year that the case holds: output, own_revenue, tax_revenue."
            )
            problems.append(Problem(f"the regions have no attribute '{name}'", where=where, remedy=remedy))
            continue
        unit = setting.graph[name].attrs.get("units", "")
        if not unit.startswith("million"):
            problems.append(
                Problem(
                    f"'{name}' is in {unit or 'no unit'}",
                    where=where,
                    why="The formula counts it as money.",
                    remedy="Name an attribute in money of a year: output, own_revenue, tax_revenue.",
                )
            )
    return problems
