r"""Everything that can be agreed on, as a linear model: works, protection, payments, and what each party ends with.

With pieces z of the responses (:mod:`spatialcoord.coordination.works`) in institution i, payments received and made
:math:`p^{\pm}_{iu}`, protection :math:`e \in [0,1]` and what the parties a of unit u end with beyond no agreement, :math:`t_{ua} \ge 0`:

.. math::

    \textstyle\sum_{uj} z^{+}_{iukj} &\le (1-a_i) \textstyle\sum_{uj} z^{-}_{iukj} & \text{pool of each kind k} \quad (1)\\
    \textstyle\sum_u (p^{+}_{iu} - p^{-}_{iu}) &\le -c_i & \text{payments, which bear the cost of setting up} \quad (2)\\
    \bigl|\textstyle\sum_i (p^{+}_{iu} - p^{-}_{iu})\bigr| &\le \kappa R_u & \text{cap of own revenue} \quad (3)\\
    \textstyle\sum_a t_{ua} &\le g_u + p_u =: \Delta M_u & \text{what there is to divide} \quad (4)\\
    m &\le \Delta M_u \quad \text{for every unit} & (5)

Parties of a unit count :math:`t_{ua}`; those of the nation :math:`\sum_u w_u \Delta M_u + \kappa_a m`. The plan stays as it is and is
what everybody has without an agreement; nobody may end below it, the centre and those who speak for the poorest included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.table import Table
from spatialcoord.economy.setting import Array
from spatialcoord.games.outcomes import Outcomes


class Columns:
    """Columns of a model by name, each a slice with its bounds."""

    def __init__(self) -> None:
        self.lower: list[Array] = []
        self.upper: list[Array] = []
        self.place: dict[Any, slice] = {}
        self.size = 0

    def add(self, name: Any, size: int, lower: float, upper: Any) -> None:
        """Columns `size` of a name."""
        self.place[name] = slice(self.size, self.size + size)
        self.lower.append(np.full(size, lower))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (size,)).copy())
        self.size += size


@dataclass(frozen=True)
class BargainingSet:
    """What can be agreed on among P parties, over m variables.

    Attributes
    ----------
    table, seats : Table, Seats
        Who sits there, as whom.
    joints : tuple of Joint
        The institutions.
    columns : Columns
        Variables: (institution, affair), (institution, "protection"), (institution, "in"), (institution, "out"), "take", "smallest".
    income : scipy.sparse.csr_array, shape (n, m)
        Change of income of each unit.
    gain : scipy.sparse.csr_array, shape (n, m)
        Its part that works and protection bring.
    rules, sides : scipy.sparse.csr_array of shape (k, m), numpy.ndarray of shape (k,)
        Rows (1) to (5), at most the sides.
    worth : numpy.ndarray, shape (P, m)
        What the parties count.
    """

    table: Table
    seats: Seats
    joints: tuple[Joint, ...]
    columns: Columns
    income: Any
    gain: Any
    rules: Any
    sides: Array
    worth: Array

    @classmethod
    def of(cls, joints: tuple[Joint, ...], seats: Seats, cap: float | None) -> BargainingSet:
        """The set of several institutions, whose mandates do not overlap.

        Parameters
        ----------
        joints : tuple of Joint
            The institutions, at one table.
        seats : Seats
            Who bargains.
        cap : float or None
            Most that a unit pays or receives on balance, as a share of own revenue; None without limit.
        """
        table = joints[0].table
        n, columns = len(table.ids), Columns()
        for joint in joints:
            for affair, pieces in joint.pieces.items():
                columns.add((joint.name, affair), pieces.width.size, 0.0, pieces.width.ravel())
            columns.add((joint.name, "protection"), len(joint.protection.region), 0.0, 1.0)
            columns.add((joint.name, "in"), n, 0.0, np.where(_belongs(joint, n), np.inf, 0.0))
            columns.add((joint.name, "out"), n, 0.0, np.where(_belongs(joint, n), np.inf, 0.0))
        regional = np.flatnonzero(seats.unit >= 0)
        columns.add("take", len(regional), 0.0, np.inf)
        columns.add("smallest", 1, -np.inf, np.inf)
        gain, paid = _gains(joints, columns, n)
        rows, sides = _pools_and_payments(joints, columns)
        if cap is not None:
            rows += [paid, -paid]
            sides += [most_paid(table, cap)] * 2
        rows.append(_taken(seats, columns, n, regional) - _left_over(seats, gain, n) - paid)
        sides.append(np.zeros(n))
        one = sp.csr_array(
            (np.ones(n), (np.arange(n), np.full(n, columns.place["smallest"].start))), (n, columns.size)
        )
        income = sp.csr_array(gain + paid)
        rows.append(one - income)
        sides.append(np.zeros(n))
        worth = _counted(seats, columns, income, regional)
        return cls(
            table,
            seats,
            joints,
            columns,
            income,
            gain,
            sp.csr_array(sp.vstack(rows)),
            np.concatenate(sides),
            worth,
        )

    def outcomes(self, size: Array) -> Outcomes:
        """The set as games take it; `size` is about how much each party can gain, shape (P,)."""
        return Outcomes.plans(
            self.worth,
            np.zeros(len(self.worth)),
            self.rules,
            self.sides,
            np.concatenate(self.columns.lower),
            np.concatenate(self.columns.upper),
            size,
        )

    def left_over(self, variables: Array) -> Array:
        """What the parties of each unit divide, the right-hand side of (4) less the claims of who has no seat, shape (n,)."""
        kept = _kept(self.seats, len(self.table.ids))
        return np.asarray(self.income @ variables - kept * (self.gain @ variables))

    @property
    def members(self) -> np.ndarray:
        """Positions of the units that are a member of some institution, ascending."""
        return np.unique(np.concatenate([joint.members for joint in self.joints]))

    def most(self, consents: bool = True) -> float:
        """Most money that members can divide, with everybody's consent or whoever loses.

        Raises
        ------
        InputError
            Members cannot bear what setting up costs.
        """
        outcomes, cost = self.outcomes(np.ones(len(self.worth))), np.append(self.money(), 0.0)
        if consents:
            return outcomes.maximise(cost, -outcomes.utilities, np.zeros(len(self.worth)))[1]
        outcomes.lower[self.columns.place["take"]] = -np.inf
        return outcomes.maximise(cost)[1]

    def money(self) -> Array:
        """Cost vector of the change of income of all members together, shape (m,); what reaches others is not divided."""
        return np.asarray(self.income[self.members].sum(axis=0)).ravel()


def most_paid(table: Table, cap: float) -> Array:
    """Most that each unit pays or receives on balance, discounted mean, million currency a year, shape (n,)."""
    return cap * table.revenue * float(table.setting.growth_factor @ table.setting.weight)


def _belongs(joint: Joint, n: int) -> np.ndarray:
    inside = np.zeros(n, dtype=bool)
    inside[joint.members] = True
    return inside


def _gains(joints: tuple[Joint, ...], columns: Columns, n: int) -> tuple[Any, Any]:
    """What works and protection bring to each unit, and net payments received, by variable, shape (n, m)."""
    gain = sp.lil_array((n, columns.size))
    paid = sp.lil_array((n, columns.size))
    units = np.arange(n)
    for joint in joints:
        multiplier = joint.table.multiplier
        for affair, pieces in joint.pieces.items():
            place = columns.place[joint.name, affair]
            pieces_a_unit = pieces.width.shape[1]
            unit = np.repeat(units, pieces_a_unit)
            at = np.arange(place.start, place.stop)
            block = sp.coo_array((pieces.output.ravel(), (unit, at)), (n, columns.size)).tocsr()
            if multiplier is not None:
                block = sp.csr_array(multiplier @ block.toarray())
            left = sp.coo_array((pieces.left.ravel(), (unit, at)), (n, columns.size)).tocsr()
            gain = gain + block + left
        place = columns.place[joint.name, "protection"]
        effect = sp.lil_array((n, columns.size))
        effect[:, place] = joint.protection.effect.T
        gain = gain + effect
        for key, sign in (("in", 1.0), ("out", -1.0)):
            start = columns.place[joint.name, key].start
            paid = paid + sign * sp.coo_array((np.ones(n), (units, start + units)), (n, columns.size))
    return sp.csr_array(gain), sp.csr_array(paid)


def _pools_and_payments(joints: tuple[Joint, ...], columns: Columns) -> tuple[list[Any], list[Array]]:
    """Rows (1) and (2)."""
    rows: list[Array] = []
    sides: list[float] = []
    for joint in joints:
        arrives = 1.0 - joint.terms.administration
        for affair, pieces in joint.pieces.items():
            row = np.zeros(columns.size)
            signs = np.broadcast_to(pieces.sign, pieces.width.shape).ravel()
            row[columns.place[joint.name, affair]] = np.where(signs > 0, 1.0, -arrives)
            rows.append(row)
            sides.append(0.0)
        row = np.zeros(columns.size)
        row[columns.place[joint.name, "in"]], row[columns.place[joint.name, "out"]] = 1.0, -1.0
        rows.append(row)
        sides.append(-joint.cost)
    return [sp.csr_array(np.array(rows))], [np.array(sides)]


def _taken(seats: Seats, columns: Columns, n: int, regional: np.ndarray) -> Any:
    """What the parties of each unit end with, by variable, shape (n, m)."""
    at = columns.place["take"].start + np.arange(len(regional))
    return sp.coo_array((np.ones(len(regional)), (seats.unit[regional], at)), (n, columns.size)).tocsr()


def _left_over(seats: Seats, gain: Any, n: int) -> Any:
    """Gain of each unit less the claims of actors that have no seat, who keep theirs, shape (n, m)."""
    return sp.csr_array(gain * (1.0 - _kept(seats, n))[:, None])


def _kept(seats: Seats, n: int) -> Array:
    """Claims of the actors that have no seat, share of a gain in output, shape (n,)."""
    seated = set(seats.actor)
    return sum((share for name, share in seats.claim.items() if name not in seated), np.zeros(n))


def _counted(seats: Seats, columns: Columns, income: Any, regional: np.ndarray) -> Array:
    worth = np.zeros((len(seats.names), columns.size))
    worth[regional, columns.place["take"].start + np.arange(len(regional))] = 1.0
    for party in np.flatnonzero(seats.unit < 0):
        name = seats.actor[party]
        worth[party] = np.asarray(income.T @ seats.income[name]).ravel()
        worth[party, columns.place["smallest"].start] += seats.smallest[name]
    return worth
