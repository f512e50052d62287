r"""Where capital and people go in the long run; how fast they get there is the economy's (equation (3)).

**Capital.** With :math:`1+d_r` what stands in a region by the programme against before, :math:`n_r` what a unit earns after tax
against before and :math:`s_r` the baseline share in the nation's stock, owners hold

.. math:: k_r = C\,(1+d_r)\,n_r^{\eta}, \qquad n_r = \theta_r a_r k_r^{\alpha-1}
          \;\Rightarrow\; k_r = C' \left[(1+d_r)\,(\theta_r a_r)^{\eta}\right]^{1/(1+\eta(1-\alpha))}, \qquad
          \textstyle\sum_r s_r k_r = 1 + \sum_r s_r d_r, \qquad (1)

:math:`\theta_r` being what tax leaves of a unit of profit and :math:`a_r` the productivity of everything but private capital, both
against the baseline. So capital follows public works and people as well as low taxes, and what a programme builds for firms
drives a part of other capital out: :math:`\eta(1-\alpha)/(1+\eta(1-\alpha))` of it in the long run.

**People.** Out of a population that does not change, with income per head :math:`v_r` against before and logit choice,

.. math:: p_r = P \frac{p_{r0} v_r^{\kappa}}{\sum_s p_{s0} v_s^{\kappa}}. \qquad (2)

Both are written as differences from one, which keeps "nothing changes" exactly nothing.

**On the way.** Each year a share v of the distance between what is there and (1) or (2) is covered,

.. math:: x_t = x'_t + v\,(x^*_t - x'_t), \qquad (3)

where x' is what was there the year before and, of capital, what the programme has since added on the spot.

Sources: the planner's own closed form is (1) without d and a; Blanchard and Katz 1992, Brookings Papers on Economic Activity
1992(1), and Barro and Sala-i-Martin 1991, same journal 1991(1), for how slowly people move (from memory).
"""

from __future__ import annotations

import numpy as np

from spatialcoord.simulate.policy import Array
from spatialcoord.simulate.world import Behaviour


def capital_target(
    behaviour: Behaviour, share: Array, added: Array, log_kept: Array, log_other: Array
) -> Array:
    r"""Equation (1).

    Parameters
    ----------
    behaviour : Behaviour
        :math:`\eta` and :math:`\alpha`.
    share : numpy.ndarray, shape (R,)
        :math:`s_r`.
    added : numpy.ndarray, shape (P, R)
        :math:`d_r`.
    log_kept, log_other : numpy.ndarray, shape (P, R)
        :math:`\ln\theta_r` and :math:`\ln a_r`.

    Returns
    -------
    numpy.ndarray, shape (P, R)
        :math:`k_r - 1`.
    """
    eta = behaviour.capital_elasticity
    slope = 1.0 / (1.0 + eta * (1.0 - behaviour.capital_share))
    pull = np.expm1(slope * (np.log1p(added) + eta * (log_kept + log_other)))
    mean, whole = (pull @ share)[:, None], (added @ share)[:, None]
    return np.asarray((pull - mean + whole * (1.0 + pull)) / (1.0 + mean))


def people_target(behaviour: Behaviour, share: Array, income: Array) -> Array:
    """Equation (2): population against before, less one, from income per head against before, less one; shape (P, R)."""
    pull = np.expm1(behaviour.migration_elasticity * np.log1p(income))
    mean = (pull @ share)[:, None]
    return np.asarray((pull - mean) / (1.0 + mean))
