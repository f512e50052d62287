r"""What every measure is: an index of a vector, and a convex numerator over a linear denominator in a model.

An index is a rising function f of a ratio,

.. math:: I(y) = f\!\left(\frac{N(y)}{D(y)}\right), \qquad (1)

with N convex and D linear (most often the mean), both homogeneous. So :math:`I \le c` is the convex rule
:math:`N - f^{-1}(c)\,D \le 0`, and the least index is found by Dinkelbach's method. In a model N is one variable `value` that
one row `definition` holds up; what is added while solving (hinges, tangents) enters there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord.disparity.common import Vector, weighted
from spatialcoord.errors import InputError, Problem
from spatialcoord.scenario.parameters import Parameters

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


class Measure:
    """A measure of disparity; a subclass that registers itself is one more measure.

    As a class it evaluates vectors; an instance stands in a model.

    Parameters
    ----------
    values : Affine, dims (region,)
        Value per head, a named variable of the model.
    population : array_like, shape (n,)
        Weights.
    reference : array_like, shape (n,)
        Values where the approximation from below begins, usually those without the programme.
    **options
        As :attr:`evaluate` takes them.

    Attributes
    ----------
    title : dict of str
        By language.
    unit : str
        Unit of the index; ``{currency}`` stands for that of the values.
    source : str
        Where it comes from.
    evaluate : callable
        ``evaluate(values, population, **options) -> float``.
    Params : class
        What a scenario may choose about it, in the section ``measures``.
    grouped : bool
        Whether it compares groups of regions, given as the option ``groups``.
    over_mean : bool
        Whether D is the mean, so that the measure may stand in an equity-adjusted mean.
    reported : bool
        Whether a plan tells it unasked.
    headline : bool
        Whether it stands in the short table of a plan, not only in the full one.
    value, numerator, denominator : Affine, scalar
        In the model, after :meth:`attach`. `value` bounds N from above, tight when pressed down; it may stand in
        objectives and in upper bounds, never in a lower bound (the set would not be convex).
    """

    name: ClassVar[str]
    title: ClassVar[dict[str, str]]
    unit: ClassVar[str] = "1"
    source: ClassVar[str]
    evaluate: ClassVar[Callable[..., float]]
    grouped: ClassVar[bool] = False
    over_mean: ClassVar[bool] = True
    reported: ClassVar[bool] = True
    headline: ClassVar[bool] = False

    class Params(Parameters):
        """Nothing to choose."""

    value: Affine
    numerator: Affine
    denominator: Affine

    def __init__(self, values: Affine, population: Any, reference: Any, /, **options: Any) -> None:
        self.values = values
        self.reference, self.share = weighted(reference, population)
        self.options = options
        self.terms: list[Any] = []

    @classmethod
    def problem(cls, reference: Vector, share: Vector, /, **options: Any) -> Problem | None:
        """Why the measure means nothing for such values, None where it does."""
        try:
            index = cls.evaluate(reference, share, **options)
        except InputError as error:
            return error.problems[0]
        if not np.isfinite(index):
            return Problem("the measure is infinite for the values without the programme")
        return None

    @classmethod
    def refusal(cls, **options: Any) -> str:
        """Why the measure, with these options, cannot stand in a model; empty where it can."""
        return ""

    def ratio_of(self, index: float) -> float:
        """The ratio N/D at which the index has a value, the inverse of f in (1)."""
        return index

    def index_of(self, ratio: float) -> float:
        """The index at a ratio N/D, f in (1)."""
        return ratio

    def numerator_at(self, values: Vector) -> float:
        """N of a vector, unit of the values unless the measure says otherwise."""
        mean = float(self.share @ values)
        return self.ratio_of(self.evaluate(values, self.share, **self.options)) * mean

    def steepest(self, ratio: Vector, theta: float) -> Vector:
        r"""Most by which :math:`N - \theta D` falls when a value rises by one, a bound.

        Parameters
        ----------
        ratio : numpy.ndarray, shape (n,)
            Lower bounds on the values over their mean; the answer holds for every vector above them.
        theta : float
            :math:`\theta \ge 0`; 0 for N alone.

        Returns
        -------
        numpy.ndarray, shape (n,)
        """
        raise NotImplementedError

    # ---- in a model -------------------------------------------------------------------------------------------------

    def attach(self, model: Model, scale: float = 1.0) -> Affine:
        """Enter the measure into the current block of a model and join the model's terms.

        Parameters
        ----------
        model : Model
            The model that holds `values`.
        scale : float
            Typical size of a change of the values, for the solver.

        Returns
        -------
        Affine, scalar
            `value`.
        """
        with model.part(self.name):
            self.enter(model, scale)
        model.terms.append(self)
        return self.value

    def enter(self, model: Model, scale: float) -> None:
        """Make `value`, `numerator`, `denominator` and what holds them; a subclass says how."""
        raise NotImplementedError

    def mean_of(self) -> Affine:
        """Population-weighted mean of the values, a scalar map."""
        from spatialcoord.model import Data

        return (self.values * Data(self.values.dims, self.share)).sum()

    def gap(self, model: Model) -> float:
        """Distance between `value` and N at the current plan, relative to N."""
        true = self.numerator_at(np.ravel(model.value(self.values)))
        return abs(true - float(model.value(self.value))) / max(abs(true), 1e-12)

    def refine(self, model: Model) -> int:
        """Add what the current plan calls for; returns the number of rows and columns added."""
        return sum(term.refine(model) for term in self.terms)

    def complete(self, model: Model) -> int | None:
        """Add everything that any plan could call for, so that the measure is exact for every plan.

        Returns
        -------
        int or None
            Number of rows and columns added; None where no finite number would do (a smooth curve).
        """
        if any(not term.kinks for term in self.terms):
            return None
        return sum(term.complete(model) for term in self.terms)
