r"""Where the linear base of a measure lies while nothing but one cut holds it.

A measure enters a model as a linear map that touches it at the reference, and columns are added where a plan lies above
that map. With many regions nearly all move a little, and as many columns would come for plans that are soon left. As long
as there are none the base may lie anywhere: it is moved towards the plans, by the steps of Frank and Wolfe (1956, Naval
Research Logistics Quarterly 3), and only the regions that still jump about there need columns. A move changes the
coefficients of one row, and the next solve takes few iterations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.disparity.common import Vector

if TYPE_CHECKING:
    from spatialcoord.model import Model

MANY = 200  # with fewer cells their columns cost less than another solve
STEP = 0.3  # from the base towards the newest plan; the first step goes all the way
WORTH = 0.8  # what is missing must fall to this share, or the base has come near enough
MOST = 6


class Base:
    """Decides whether and where the base of one row moves.

    Attributes
    ----------
    moves : int
        How often it has moved.
    """

    def __init__(self) -> None:
        self.moves, self.missing = 0, np.inf
        self.point: Vector | None = None

    def move(self, model: Model, plan: Vector, missing: float) -> Vector | None:
        """Next point where the base shall touch the measure; None when it stays, now and from then on.

        Parameters
        ----------
        model : Model
            Solved. With whole-number decisions a round is a search of its own, and the base stays.
        plan : numpy.ndarray, shape (k, cells) or (cells,)
            The newest plan.
        missing : float
            By how much the measure of that plan lies above the base.
        """
        # the plan that the first step, all the way, leads to may well be worse
        idle = self.moves != 1 and missing > WORTH * self.missing
        if plan.shape[-1] < MANY or model.session.whole or idle:
            self.moves = MOST
        if self.moves >= MOST:
            return None
        self.moves, self.missing = self.moves + 1, missing
        self.point = plan.copy() if self.point is None else self.point + STEP * (plan - self.point)
        return self.point
