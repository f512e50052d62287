"""One plan that a search for points of a front ended with."""

from __future__ import annotations

from dataclasses import dataclass

from spatialcoord.economy.setting import Array
from spatialcoord.planner.evaluate import Evaluation


@dataclass(frozen=True)
class Found:
    """One plan that a search ended with.

    Attributes
    ----------
    amounts : dict of numpy.ndarray, shape (R, Y)
        Programme money by instrument, million currency a year.
    evaluation : Evaluation
        What it does, exactly.
    values : numpy.ndarray, shape (K,)
        The aims, evaluated exactly, each in its unit.
    inside : numpy.ndarray, shape (K,)
        The aims as the model has them, turned so that less is better: an index as its ratio N/D, a gain with a minus.
    duals : dict of int to float
        Of the held aims, after a search with ranges: what the aim sought gains per unit by which the bound of that aim, as
        in `inside`, is eased.
    status : str
        How the search ended.
    gap : float
        Relative distance of the aim sought to the bound on it; NaN where the solver gave none.
    seconds : float
        Time of the search.
    """

    amounts: dict[str, Array]
    evaluation: Evaluation
    values: Array
    inside: Array
    duals: dict[int, float]
    status: str
    gap: float
    seconds: float

    @property
    def proved(self) -> bool:
        """Whether the solver proved that nothing does better."""
        return self.status == "optimal"
