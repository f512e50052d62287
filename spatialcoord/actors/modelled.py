r"""Payoffs inside a model: what an actor's parties get, as affine maps of the decisions.

A utility that is affine in the accounts, collapsed over the horizon,

.. math:: U_p(c) = U_p(0) + \textstyle\sum_k \sum_r J^k_{pr}\, c_{kr}, \qquad
    J^k_{pr} = \frac{U_p(s\,e_{kr}) - U_p(0)}{s}, \qquad (1)

is known by its values: J is found from :meth:`~spatialcoord.actors.base.Actor.payoff` itself, so that there is one formulation of
what an actor wants, and (1) is tried at accounts drawn at random before anybody relies on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Refused
from spatialcoord.model import Affine, Data, Dim, Model

if TYPE_CHECKING:
    from spatialcoord.actors.base import Actor

TRIALS = 4  # accounts drawn at random that (1) is tried at
EXACT = 1e-9  # of the figures: so near to a utility is its map
NOTHING = 1e-12  # of the largest slope of an account: the arithmetic's
TYPICAL = 1e-3  # of a level: what an ordinary programme moves, which the solver should see as one


@dataclass(frozen=True)
class Accounts:
    """An allocation of which only accounts are known, each collapsed over the horizon, million currency a year, shape (R,)."""

    collapsed: dict[str, Array]


@dataclass(frozen=True)
class PayoffMap:
    """Equation (1).

    Attributes
    ----------
    level : numpy.ndarray, shape (P,)
        Utility without the programme, million currency a year.
    slope : dict of sparse array, shape (P, R)
        J by account, without unit; accounts that are worth nothing to any party are left out.
    """

    level: Array
    slope: dict[str, Any]

    def __call__(self, collapsed: dict[str, Array]) -> Array:
        """Utility of every party from the accounts, million currency a year, shape (P,)."""
        return self.level + sum(
            (slope @ collapsed[name] for name, slope in self.slope.items()), np.zeros_like(self.level)
        )


@dataclass(frozen=True)
class Payoff:
    """Payoffs of an actor's parties in a model.

    Attributes
    ----------
    value : Affine, dims (region,) or ()
        Utility, million currency a year; where it is concave a lower bound that is exact once it is pushed up.
    rows : str
        Full name of the rows that hold the accounts.
    output : sparse array, shape (rows, R)
        What a unit of output in each region adds to each of these rows.
    best : numpy.ndarray, shape (R,)
        Most that a unit of output in each region is worth to all its parties together.
    everywhere : bool
        Whether output is worth something to them together in every region, whatever the plan.
    """

    value: Affine
    rows: str
    output: Any
    best: Array
    everywhere: bool


def payoff_map(actor: Actor, setting: Setting, accounts: Iterable[str] = tuple(ACCOUNTS)) -> PayoffMap:
    """Utility of an actor as an affine map of accounts.

    Parameters
    ----------
    actor : Actor
        Any.
    setting : Setting
        Baseline.
    accounts : iterable of str
        Accounts that may differ from zero.

    Returns
    -------
    PayoffMap

    Raises
    ------
    Refused
        The utility is not affine in the accounts.
    """
    size, names = setting.base_output, list(accounts)
    draw = np.random.default_rng(
        0
    )  # irregular figures, always the same: what cancels out in round ones does not in them
    zero = {name: np.zeros(len(size)) for name in ACCOUNTS}
    level = actor.payoff(setting, Accounts(zero))

    def change(**given: Array) -> Array:
        return actor.payoff(setting, Accounts(zero | given)) - level

    def drawn() -> Array:
        return size * draw.uniform(0.5, 1.5, len(size))

    def slope_of(name: str) -> Any:
        there = drawn()
        moved = change(**{name: there})
        if not moved.any():
            return None
        if len(moved) == len(size):
            own, other = moved / there, drawn()
            if np.allclose(
                change(**{name: other}), own * other, rtol=EXACT, atol=EXACT * np.abs(level).max()
            ):
                return sp.csr_array(sp.diags_array(own))
        found = np.column_stack([change(**{name: step}) for step in np.diag(size)]) / size
        found[np.abs(found) < NOTHING * np.abs(found).max()] = 0.0
        return sp.csr_array(found)

    slopes = {name: slope_of(name) for name in names}
    found = PayoffMap(level, {name: slope for name, slope in slopes.items() if slope is not None})
    for _ in range(TRIALS):
        trial = {name: drawn() * draw.choice([-0.1, 0.0, 0.1], len(size)) for name in names}
        told = actor.payoff(setting, Accounts(zero | trial))
        scale = max(np.abs(level).max(), np.abs(told).max(), 1e-300)
        if not np.allclose(found(zero | trial), told, rtol=0.0, atol=EXACT * scale):
            raise Refused(f"the payoff of '{actor.name}' is not a sum of accounts, each times a number.")
    return found


def enter_affine(actor: Actor, model: Model, setting: Setting, accounts: dict[str, Affine]) -> Payoff:
    """Enter the payoffs of an actor that are affine, as a named variable with the rows that define it.

    Parameters
    ----------
    actor : Actor
        Whose parties.
    model : Model
        Receives variable and rows in the current block.
    setting : Setting
        Baseline.
    accounts : dict of Affine, dims (region,)
        Every account, collapsed over the horizon.

    Raises
    ------
    Refused
        The utility is not affine in the accounts.
    """
    posted = [name for name, account in accounts.items() if account.matrix.nnz or account.constant.any()]
    found = payoff_map(actor, setting, posted)
    region = model.dim("region", setting.regions)
    over: tuple[Dim, ...] = (region,) if actor.regional else ()
    value = model.variable(
        actor.name,
        over,
        lower=-np.inf,
        scale=TYPICAL * float(np.abs(found.level).mean()) or 1.0,
        unit=setting.scenario.money_unit,
        doc=f"{actor.title['en']}: payoff, as a weighted mean over the horizon",
    )
    body = value
    for name, slope in found.slope.items():
        if actor.regional and slope.nnz > len(setting.regions):
            # every party looks at every region: by a variable, else the rows hold all decisions of all regions
            account = _named(model, actor.name, name, accounts[name], setting)
        else:
            account = accounts[name]
        one = Dim("party", [actor.name])
        part = account.apply("region", slope, region if actor.regional else one)
        body = body - (part if actor.regional else part.sum())
    level = Data(over, found.level) if over else float(found.level[0])
    model.constrain(f"{actor.name}_definition", body == level, doc="what the accounts are worth, (1)")
    output = found.slope.get("output", sp.csr_array((len(found.level), len(setting.regions))))
    best = np.asarray(output.sum(axis=0)).ravel()
    return Payoff(
        value, f"actors.{actor.name}_definition", output, np.maximum(best, 0.0), bool((best > 0).all())
    )


def _named(model: Model, actor: str, name: str, account: Affine, setting: Setting) -> Affine:
    """An account as a variable of its own."""
    named = model.variable(
        f"{actor}_{name}",
        account.dims,
        lower=-np.inf,
        scale=TYPICAL * float(setting.base_output.mean()),
        unit=setting.scenario.money_unit,
        doc=f"account '{name}'",
    )
    model.constrain(f"{actor}_{name}_total", named - account == 0.0, doc="definition of the account")
    return named
