r"""Private capital that moves to where it earns more after tax; the nation's stock of it is given.

With baseline shares :math:`s_r` of the stock, output elasticity of capital :math:`\alpha` and after-tax return
:math:`n_r` against its baseline level :math:`n^0_r`, owners hold

.. math:: k_r := \frac{K_r}{K^0_r} = \frac{(n_r/n^0_r)^{\eta}}{\sum_s s_s (n_s/n^0_s)^{\eta}}, \qquad
   \frac{n_r}{n^0_r} = \theta_r k_r^{\alpha-1}, \qquad (1)

where :math:`\theta_r` is what is left of a unit of profit after tax, against the baseline, and :math:`k_r^{\alpha-1}` the
fall of the marginal product where capital arrives. Put in one another, with C for the denominator,
:math:`k_r^{1+\eta(1-\alpha)} = \theta_r^{\eta}/C`, hence

.. math:: k_r = c\,\kappa_r, \qquad \kappa_r = \theta_r^{\eta'}, \qquad \eta' = \frac{\eta}{1+\eta(1-\alpha)}, \qquad
   c = \frac1q, \qquad q = \sum_r s_r \kappa_r : \qquad (2)

one number c makes the stock whole again (:math:`\sum_r s_r k_r = 1`), and perfect mobility (:math:`\eta \to \infty`,
:math:`\eta' = 1/(1-\alpha)`) makes after-tax returns equal again. Output changes by

.. math:: Y_r (k_r^{\alpha} - 1) = Y_r (a\,\kappa_r^{\alpha} - 1), \qquad a = q^{-\alpha}. \qquad (3)

**In a model** where :math:`\theta_r` is chosen from a list by binaries :math:`z_{rb}`, q is linear in them and the products
:math:`a z_{rb}` are linear too,

.. math:: a z_{rb} = \underline a z_{rb} + v_{rb}, \qquad 0 \le v_{rb} \le (\overline a - \underline a) z_{rb}, \qquad
   \textstyle\sum_b v_{rb} = a - \underline a, \qquad (4)

so that (2) and (3) hold exactly but for the one curve :math:`a = q^{-\alpha}`, which a tangent stands for. It is convex: the
tangent lies below it, and fitted again at the plan just found it is exact there and makes no plan look better than it is.
Where more output is welcome every fit therefore finds a plan at least as good (a minorant is maximised, as in Hunter and Lange
2004, American Statistician 58(1)), and it ends, because there are finitely many. What lies between tangent and curve bounds
how much better any other plan could be.

Capital moves at once and moves back when rates return to the baseline: a long-run elasticity applied to every year
overstates the movement of the first ones. :math:`\eta` is a design choice between what was measured (Giroud and Rauh 2019,
Journal of Political Economy 127(3): about half of the response of firms to state taxes is relocation; Suárez Serrato and
Zidar 2016, American Economic Review 106(9)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.economy.setting import Array

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model

ROOM = 1e-9  # on both sides of the range of q, so that it has a width where nothing can be chosen
EXACT = 1e-11  # share of output by which the tangent may miss the curve at the plan
FITS = 12  # in one solve; two plans alike within the solver's gap could take turns for ever


@dataclass(frozen=True)
class MobileCapital:
    """The nation's mobile capital.

    Parameters
    ----------
    share : numpy.ndarray, shape (R,)
        Baseline share of every region in it; they sum to one.
    alpha : float
        Output elasticity of capital, between 0 and 1.
    elasticity : float
        Elasticity of location to the after-tax return, :math:`\\eta \\ge 0`.
    """

    share: Array
    alpha: float
    elasticity: float

    @property
    def exponent(self) -> float:
        r""":math:`\eta'` of (2): elasticity to what tax leaves, diminishing returns included."""
        return self.elasticity / (1.0 + self.elasticity * (1.0 - self.alpha))

    def moved(self, kept: Array) -> Array:
        r"""Capital against its baseline, :math:`k_r` of (2).

        Parameters
        ----------
        kept : numpy.ndarray, shape (R,) or (R, ...)
            What tax leaves of a unit of profit against the baseline, :math:`\theta_r > 0`.

        Returns
        -------
        numpy.ndarray
            Same shape; one everywhere when `kept` is the same everywhere.
        """
        pull = kept**self.exponent
        return np.asarray(pull / np.tensordot(self.share, pull, axes=1))

    def enter(
        self, model: Model, chosen: Affine, kept: Array, admitted: Array
    ) -> tuple[Affine, Array, Tangent]:
        r"""Equations (2) and (4) for a choice from a list.

        Parameters
        ----------
        model : Model
            Its current block receives them.
        chosen : Affine, dims (region, b)
            Binaries, one of which is one in every region.
        kept : numpy.ndarray, shape (R, B)
            :math:`\theta_{rb}`.
        admitted : numpy.ndarray of bool, shape (R, B)
            Which may be chosen; it narrows the range of q.

        Returns
        -------
        level : Affine, dims (region, b)
            :math:`a z_{rb}`.
        weight : numpy.ndarray, shape (R, B)
            :math:`\kappa_{rb}^{\alpha}`: output against its baseline is :math:`\sum_b` of level times weight.
        tangent : Tangent
            The term that fits the curve; it has joined the model's terms.
        """
        from spatialcoord.model import Data

        pull = kept**self.exponent
        least, most = self.range(kept, admitted)
        least, most = least - ROOM, most + ROOM
        low, high = most**-self.alpha, least**-self.alpha
        span = high - low
        demand = model.scalar(
            "demand", least - 1.0, most - 1.0, scale=most - least, doc="q - 1 of mobile capital, (2)"
        )
        sought = (chosen * Data(chosen.dims, self.share[:, None] * (pull - 1.0))).sum()
        model.constrain("conservation", demand - sought == 0.0, doc="the nation's stock is given, (2)")
        common = model.scalar("common", low - 1.0, high - 1.0, scale=span, doc="a - 1 of mobile capital, (3)")
        above = model.variable("above", chosen.dims, scale=span, doc="(a - least a) where chosen, (4)")
        model.constrain("above_chosen", above - chosen * span <= 0.0, doc="(4)")
        model.constrain(
            "above_all",
            above.sum(chosen.dims[1].name) - common.over(chosen.dims[:1]) == 1.0 - low,
            doc="(4)",
        )
        tangent = Tangent(demand, common, self.alpha).attach(model)
        return chosen * low + above, pull**self.alpha, tangent

    def range(self, kept: Array, admitted: Array) -> tuple[float, float]:
        """Least and largest q of (2) when every region may choose among those admitted."""
        pull = kept**self.exponent
        least = np.where(admitted, pull, np.inf).min(axis=1)
        most = np.where(admitted, pull, -np.inf).max(axis=1)
        return float(self.share @ least), float(self.share @ most)

    def gap(self, kept: Array, admitted: Array) -> float:
        """Most by which a tangent fitted anywhere in the range lies below a anywhere in it."""
        least, most = self.range(kept, admitted)
        return max(
            at**-self.alpha - fit**-self.alpha * (1.0 - self.alpha * (at / fit - 1.0))
            for at, fit in ((least, most), (most, least))
        )


class Tangent:
    r"""The curve :math:`a = q^{-\alpha}` in a model, by its tangent at the plan last found.

    Parameters
    ----------
    demand, common : Affine, scalar
        q - 1 and a - 1: named variables.
    alpha : float
        Exponent.
    """

    def __init__(self, demand: Affine, common: Affine, alpha: float) -> None:
        self.demand, self.common, self.alpha = demand, common, alpha
        self.slope, self.start = -alpha, 0.0  # at q = 1, without any difference
        self.fits = 0

    def attach(self, model: Model) -> Tangent:
        """Enter the row into the current block and join the model's terms."""
        body = self.common - self.demand * self.slope
        self.row = model.constrain("return", body == self.start, doc="tangent to a = q^-alpha, (3)")
        model.terms.append(self)
        return self

    def complete(self, model: Model) -> int:
        """Nothing to add: an expanded model has the tangent last fitted, which is exact for that plan and lies below the curve
        for others by no more than :meth:`MobileCapital.gap`."""
        return 0

    def refine(self, model: Model) -> int:
        """Fit the tangent to the plan just found; returns 1, or 0 where it is exact there already."""
        q, a = 1.0 + float(model.value(self.demand)), 1.0 + float(model.value(self.common))
        exact = q**-self.alpha
        if abs(a - exact) <= EXACT or self.fits == FITS:
            self.fits = 0
            return 0
        slope = -self.alpha * exact / q
        start = exact - 1.0 - slope * (q - 1.0)
        model.extend_row(self.row, self.demand * (self.slope - slope) + (self.start - start))
        self.slope, self.start, self.fits = slope, start, self.fits + 1
        return 1
