"""Aims by name: what a plan can be sought for, held to and judged by.

An aim is a registered measure of disparity ("gini"), which is made small, or "output" (gain in national output) or "mean"
(mean per head of what is made equal), which are made large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spatialcoord import registry
from spatialcoord.errors import InputError, Problem
from spatialcoord.model import Affine
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.registry import did_you_mean

if TYPE_CHECKING:
    from spatialcoord.economy.setting import Setting
    from spatialcoord.planner.building import PlanningModel

GAINS = ("output", "mean")


@dataclass(frozen=True)
class Aim:
    """One thing that is sought, in a model and in numbers.

    Attributes
    ----------
    name : str
        "output", "mean", or the name of a measure.
    title : dict of str
        What it is, by language.
    unit : str
        Unit of its value.
    maximise : bool
        Whether more is better.
    numerator : Affine, scalar
        In the model: the quantity itself, or the numerator of an index.
    denominator : Affine, scalar, or None
        Denominator of an index; None for a quantity. The index is a rising function of the ratio.
    """

    name: str
    title: dict[str, str]
    unit: str
    maximise: bool
    numerator: Affine
    denominator: Affine | None

    def of(self, setting: Setting, evaluation: Evaluation) -> float:
        """Value of the aim in an evaluated allocation, exact, in its unit."""
        if self.name == "output":
            return evaluation.output_gain
        if self.name == "mean":
            return float(setting.share @ evaluation.target)
        return evaluation.disparity(self.name)


def known_aims() -> list[str]:
    """Names that :func:`aim` takes."""
    return [*GAINS, *registry.measures.names()]


def aim(model: PlanningModel, name: str) -> Aim:
    """An aim of a model; a measure that does not stand in the model yet enters it.

    Parameters
    ----------
    model : PlanningModel
        From :func:`spatialcoord.build`.
    name : str
        One of :func:`known_aims`.

    Raises
    ------
    InputError
        No such aim.
    """
    if name not in known_aims():
        raise InputError(Problem(f"there is no objective '{name}'", remedy=did_you_mean(name, known_aims())))
    scenario = model.setting.scenario
    if name == "output":
        title = {"en": "Gain in output", "zh": "产出增量"}
        return Aim(name, title, f"{scenario.money_unit}/yr", True, model.output_gain, None)
    if name == "mean":
        title = {"en": "Mean per head", "zh": "人均均值"}
        return Aim(name, title, f"{scenario.currency} per head", True, model.mean, None)
    part: Any = model.measured(name)
    return Aim(name, part.title, part.unit, False, part.numerator, part.denominator)
