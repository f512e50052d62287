r"""What a coalition of an institution's members can gain by itself: the characteristic function.

.. math::

    v(S) &= \max\Bigl(0,\ \textstyle\sum_k V_k(S) + \sum_{u \in S} \max\bigl(0, \sum_{s \in S} E_{us}\bigr) - c\Bigr) & (1)\\
    V_k(S) &= \max_n \Bigl\{\textstyle\sum_{u\in S} f_{uk}(n_u):\ \sum_u n_u^+ \le (1-a)\sum_u n_u^-\Bigr\}
            = \min_\lambda \sum_{u \in S} \max_n \bigl[f_{uk}(n_u) - \lambda n_u^+ + (1-a) \lambda n_u^-\bigr] & (2)

with the responses f of :mod:`spatialcoord.coordination.works`, administration a, protection E and the cost c of setting up,
which is the same whoever forms it. The minimum
(2) is over one price of money; it is taken at the breakpoints of the responses and is exact for their secants: no solver is asked.
No limit on payments holds inside a coalition.

Who is outside goes on as planned and does nothing jointly (the gamma convention, Chander and Tulkens 1997, International Journal of
Game Theory 26, from memory). Without spillovers between regions what outsiders do is of no consequence, but for protection that
serves them all the same; with spillovers :func:`with_outsiders` tells the same where they act together (delta).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from spatialcoord.coordination.joint import Joint
from spatialcoord.economy.setting import Array
from spatialcoord.games import Game

CHUNK = 4096  # coalitions looked at together


class Worth:
    """v(S) of one institution, m members; values in million currency a year, discounted means."""

    def __init__(self, joint: Joint) -> None:
        self.joint = joint

    def __call__(self, coalitions: Array) -> Array:
        """Worth of coalitions, (1).

        Parameters
        ----------
        coalitions : numpy.ndarray of bool, shape (c, m)
            A row each.

        Returns
        -------
        numpy.ndarray, shape (c,)
        """
        rows = np.asarray(coalitions, dtype=bool)
        parts = [self._some(rows[i : i + CHUNK]) for i in range(0, len(rows), CHUNK)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def game(self, unit: str = "") -> Game:
        """The members' game; every coalition is asked once."""
        return Game.of(self.joint.ids, self, unit=unit, vectorised=True)

    @property
    def whole(self) -> float:
        """Worth of all members together."""
        return float(self(np.ones((1, len(self.joint.members)), dtype=bool))[0])

    @property
    def error(self) -> float:
        """Most by which secants understate the worth of all members together, million currency a year (without spillovers)."""
        joint, total = self.joint, 0.0
        everybody = np.ones((1, len(joint.members)), dtype=bool)
        for affair, works in joint.works.items():
            if len(self._flat[affair][1]):
                price = float(self._cleared(affair, everybody)[2][0, 0])
                bound = works.error(joint.pieces[affair], price, 1.0 - joint.terms.administration)
                total += float(bound[joint.members].sum())
        return total

    def with_outsiders(self, coalition: np.ndarray) -> float:
        """Worth of a coalition when all others act together as well (the delta convention): (1) and what they do to it.

        Parameters
        ----------
        coalition : numpy.ndarray of bool, shape (m,)
        """
        joint, others = self.joint, ~np.asarray(coalition, dtype=bool)
        value = float(self(np.asarray(coalition, dtype=bool)[None])[0])
        multiplier = joint.table.multiplier
        if not others.any() or not float(self(others[None])[0]) > 0:
            return value
        if multiplier is not None:
            felt = multiplier[np.ix_(joint.members, joint.members)][coalition]
            for affair in joint.works:
                member, sign, _, output, _ = self._flat[affair]
                price, available, clearing = self._cleared(affair, others[None])
                used = np.where(sign > 0, price > clearing, price < clearing)[0] * available[0]
                # the piece at the price itself closes the pool
                at = np.flatnonzero(price[0] == clearing[0])
                gap = float((sign * used).sum())
                for i in at:
                    take = min(available[0][i], max(0.0, -gap * sign[i]))
                    used[i], gap = take, gap + sign[i] * take
                value += float((felt[:, member] @ (output * used)).sum())
        protection = joint.protection
        if len(protection.region):
            place = np.searchsorted(joint.members, protection.provider)
            effect = protection.effect[:, joint.members]
            done = others[place] & (effect @ others > 0)
            value += float(effect[done][:, coalition].sum())
        return value

    def _some(self, rows: Array) -> Array:
        joint = self.joint
        total = np.full(len(rows), -joint.cost)
        for affair in joint.works:
            total = total + self._works(affair, rows)
        protection = joint.protection
        if len(protection.region):
            place = np.searchsorted(joint.members, protection.provider)
            gain = rows @ protection.effect[:, joint.members].T
            total = total + (np.maximum(gain, 0.0) * rows[:, place]).sum(axis=1)
        return np.maximum(total, 0.0)

    @cached_property
    def _flat(self) -> dict[str, tuple[Any, ...]]:
        """Of every affair the pieces of members in a row: member, sign, money that reaches the pool, output and rest per unit."""
        joint = self.joint
        arrives = 1.0 - joint.terms.administration
        found = {}
        for affair, pieces in joint.pieces.items():
            width = pieces.width[joint.members]
            member, piece = np.nonzero(width > 0)
            sign = pieces.sign[piece]
            # a unit given leaves (1 - a) in the pool: count it in what arrives
            scale = np.where(sign > 0, 1.0, 1.0 / arrives)
            output, left = (a[joint.members][member, piece] * scale for a in (pieces.output, pieces.left))
            found[affair] = (member, sign, width[member, piece] / scale, output, left)
        return found

    def _works(self, affair: str, rows: Array) -> Array:
        sign = self._flat[affair][1]
        if not len(sign):
            return np.zeros(len(rows))
        price, available, clearing = self._cleared(affair, rows)
        rent = np.where(sign > 0, price - clearing, clearing - price)
        return (np.maximum(rent, 0.0) * available).sum(axis=1)

    def _cleared(self, affair: str, rows: Array) -> tuple[Array, Array, Array]:
        """Worth of money in each piece, money there is, and the price at which the pool is empty, shapes (c, J), (c, J), (c, 1)."""
        member, sign, money, output, left = self._flat[affair]
        inside = rows[:, member]
        multiplier = self.joint.table.multiplier
        if multiplier is None:
            worth = np.broadcast_to(output + left, inside.shape)
        else:
            # what a unit's direct gain is worth to the coalition: to all its members together
            felt = rows.astype(float) @ multiplier[np.ix_(self.joint.members, self.joint.members)]
            worth = felt[:, member] * output + left
        price = sign * worth  # value of money that is got, loss for money that is given
        order = np.argsort(-price[:1] if multiplier is None else -price, axis=1, kind="stable")
        order = np.broadcast_to(order, inside.shape)
        available = np.where(inside, money, 0.0)
        offered = np.where(sign < 0, available, 0.0).sum(axis=1)
        # from the highest price down: demand above it, and supply that would not be given below it
        passed = np.cumsum(np.take_along_axis(available, order, axis=1), axis=1)
        at = np.argmax(passed >= offered[:, None] - 1e-12 * np.maximum(offered[:, None], 1.0), axis=1)
        clearing = np.take_along_axis(price, np.take_along_axis(order, at[:, None], axis=1), axis=1)
        return np.broadcast_to(price, inside.shape), available, clearing
