"""Policy settings: what a law or a budget would state, and nothing of what comes of it.

The twin takes these and finds for itself what they do. Instruments write them (:meth:`Instrument.policy`); nothing here knows
instruments, and nothing here is a state of the economy: no capital, no output, no tax yield.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

ROUNDING = 1e-6  # by which what a solver found may miss a sum or an end

MONEY: dict[str, str] = {
    "received": "programme money paid to the region, of a loan its grant equivalent",
    "income": "programme money that is income when it arrives",
    "private": "programme money that goes to firms or residents, not to the region's budget",
    "own": "own money the region's governments must put beside it",
    "own_additional": "of that, beyond what they would have spent on the same anyway",
    "firms": "own money of firms, in present value",
    "debt": "service of debt the region's governments take up, in present value",
    "compensation": "net payments from other regions; over all regions zero",
}


@dataclass(frozen=True)
class Works:
    """Money that builds one kind of capital, before what can be absorbed.

    Parameters
    ----------
    kind : str
        Kind of capital: infrastructure, human, research or private.
    money : numpy.ndarray, shape (R, Y)
        New money a year, million currency; own money only as far as it is additional.
    full, room : numpy.ndarray, shape (R, Y), or float
        Money that is fully effective, and money beyond it that works at `efficiency`; what is more is lost. Without limit by
        default.
    efficiency : float
        Effectiveness beyond `full`.
    """

    kind: str
    money: Array
    full: Array | float = np.inf
    room: Array | float = 0.0
    efficiency: float = 1.0


@dataclass(frozen=True)
class ProfitTax:
    """Rates of a tax on profits while the programme lasts.

    Parameters
    ----------
    rate : numpy.ndarray, shape (R,)
        Rate in each region.
    base_rate : float
        Rate without the programme.
    reach : numpy.ndarray, shape (R,)
        Share of capital income that the tax reaches.
    """

    rate: Array
    base_rate: float
    reach: Array


@dataclass(frozen=True)
class Upgrade:
    """A link that becomes easier to travel, or a new one.

    Parameters
    ----------
    a, b : int
        Positions of the regions it joins.
    length : float
        Effective length from then on, km (the shorter of this and what there is counts).
    first : int
        First year of use.
    """

    a: int
    b: int
    length: float
    first: int


@dataclass(frozen=True)
class Policy:
    """All that the programme sets.

    Parameters
    ----------
    money : mapping of str to numpy.ndarray, shape (R, Y)
        Accounts of :data:`MONEY`, million currency a year; absent is zero.
    works : tuple of Works
        Capital it builds.
    taxes : tuple of ProfitTax
        Rates it sets.
    upgrades : tuple of Upgrade
        Links it improves.
    opened : numpy.ndarray, shape (R, Y), or None
        Share of each region's market that has been opened to the others by the end of a year, 0 to 1; it stays open.
    shifted : numpy.ndarray, shape (R, T), or None
        Output moved between regions or given up by agreement, million currency a year.
    assumed : tuple of str
        Instruments whose effect on output is taken from themselves, because they state no policy of their own.

    Raises
    ------
    ValueError
        Every figure that no law or budget could state: of no size or not finite, compensation that does not sum to zero over
        regions, a rate of one or more, a share outside 0 to 1.
    """

    money: Mapping[str, Array] = field(default_factory=dict)
    works: tuple[Works, ...] = ()
    taxes: tuple[ProfitTax, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    opened: Array | None = None
    shifted: Array | None = None
    assumed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wrong = list(self._faults())
        if wrong:
            raise ValueError("; ".join(wrong))

    def _faults(self) -> Iterator[str]:
        """Everything that no law or budget could state."""
        unknown = sorted(set(self.money) - set(MONEY))
        if unknown:
            yield f"unknown accounts of money: {', '.join(unknown)}"
        yield from (
            f"money '{name}' {_fault(values)}" for name, values in self.money.items() if _fault(values)
        )
        paid = np.asarray(self.money.get("compensation", 0.0), dtype=float)
        if paid.ndim and not _fault(paid):
            left = np.abs(paid.sum(axis=0)).max()
            if left > ROUNDING * np.abs(paid).sum(axis=0).max():
                yield f"compensation does not sum to zero over regions: {left:g} million is paid to or by nobody"
        for works in self.works:
            if _fault(works.money):
                yield f"money that builds {works.kind} capital {_fault(works.money)}"
            bounds = np.broadcast_arrays(works.full, works.room)
            if not all((bound >= 0.0).all() for bound in bounds):
                yield f"what {works.kind} capital can absorb is not zero or more everywhere"
            if not 0.0 <= works.efficiency <= 1.0:
                yield f"the efficiency of works that build {works.kind} capital, {works.efficiency:g}, is not between 0 and 1"
        for tax in self.taxes:
            for name, rates in (("rate", tax.rate), ("base rate", tax.base_rate)):
                if _fault(rates):
                    yield f"the {name} of a tax {_fault(rates)}"
                elif not (np.asarray(rates) < 1.0).all():
                    yield f"the {name} of a tax is {np.max(rates):g}, and must be below 1: nothing would be left of profits"
            if not ((tax.reach >= 0.0) & (tax.reach <= 1.0)).all() or not np.size(tax.reach):
                yield "the reach of a tax is not between 0 and 1 everywhere"
        for one in self.upgrades:
            if not 0.0 < one.length < np.inf:
                yield f"the length of an upgraded link is {one.length:g} km, not a number above zero"
        if self.opened is not None:
            if _fault(self.opened):
                yield f"the share of markets opened {_fault(self.opened)}"
            elif not ((self.opened >= -ROUNDING) & (self.opened <= 1.0 + ROUNDING)).all():
                yield (
                    f"the share of a market opened is between {self.opened.min():g} and {self.opened.max():g}, "
                    "not between 0 and 1"
                )
        if self.shifted is not None and _fault(self.shifted):
            yield f"output shifted {_fault(self.shifted)}"

    def __add__(self, other: Policy) -> Policy:
        money = dict(self.money)
        for name, values in other.money.items():
            money[name] = money[name] + values if name in money else values
        return replace(
            self,
            money=money,
            works=self.works + other.works,
            taxes=self.taxes + other.taxes,
            upgrades=self.upgrades + other.upgrades,
            opened=_joined(self.opened, other.opened),
            shifted=_joined(self.shifted, other.shifted),
            assumed=self.assumed + other.assumed,
        )


def _fault(values: Any) -> str:
    """Why values are no figures; empty where they are."""
    if np.size(values) == 0:
        return "is empty"
    return "" if np.isfinite(values).all() else "holds what is no finite number"


def _joined(first: Array | None, second: Array | None) -> Array | None:
    if first is None or second is None:
        return second if first is None else first
    return first + second
