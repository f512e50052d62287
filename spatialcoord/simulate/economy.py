r"""The twin's economy, year by year: policy settings go in, an equilibrium of every year comes out.

All is told against the path without any policy, on which output grows at one rate everywhere. With :math:`d_k` capital of
kind k that the programme built (:mod:`~spatialcoord.simulate.stocks`), private capital k and population l
(:mod:`~spatialcoord.simulate.location`) and market access m (:mod:`~spatialcoord.simulate.access`), each against before, year by
year

.. math::

    1+\hat g_{rt} &= k_{rt}^{\alpha}\, l_{rt}^{\beta+\epsilon}\, m_{rt}^{\mu} \textstyle\prod_k (1+d_{krt})^{\gamma_k}
                     + S_{rt}/Y_{rt} & (1)\\
    \hat y_t &= \hat g_t + \rho W \hat y_t & (2)\\
    \ell_{rt} &= \textstyle\sum_j \sigma_{jr}\alpha\,[t_{jr} Y_{rt}(1+\hat y_{rt}) - \bar t_j Y_{rt}] & (3)\\
    I_{rt} &= Y_{rt}(1+\hat y_{rt}) + F_{rt} + \text{income} + \text{compensation} - \text{own additional} - \text{firms}
              - \text{debt} - \ell_{rt} - \phi_r \textstyle\sum_s (\text{received}_{st} - \ell_{st}) & (4)

with :math:`\epsilon` what density adds to productivity, S output shifted by agreement, taxes j on the share :math:`\sigma` of
capital income, existing flows F and financing shares :math:`\phi`. Capital moves within the year, so that (1), (2), access and the
place of capital are solved together; people move on what they earned the year before.

What it leaves out: prices of goods, land and labour; unemployment; who owns the capital (its income is booked where it works);
debt over time. Existing flows F stay what they are in money when people move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from spatialcoord.simulate.access import Access
from spatialcoord.simulate.location import capital_target, people_target
from spatialcoord.simulate.policy import MONEY, Array, Policy
from spatialcoord.simulate.stocks import accumulate, built
from spatialcoord.simulate.world import Behaviour, NoEquilibrium, World

TOLERANCE = 1e-12  # of capital and access against before
ITERATIONS = 500


@dataclass(frozen=True)
class Path:
    """What happens under a policy; under several, every array has a first axis P.

    Attributes
    ----------
    output, income : numpy.ndarray, shape ([P,] R, T)
        Million currency a year; income is (4), after the programme is paid for.
    population : numpy.ndarray, shape ([P,] R, T)
        Persons.
    capital : numpy.ndarray, shape ([P,] R, T)
        Private capital against its level without the programme, 1.
    access : numpy.ndarray, shape ([P,] R, T), or None
        Market access against its level without the programme, 1; None where the world has no links.
    levy, financing : numpy.ndarray, shape ([P,] R, Y)
        Taxes paid beyond those at base rates (3); share in paying for the programme; million currency a year.
    money : mapping of str to numpy.ndarray, shape ([P,] R, Y)
        All accounts of :data:`~spatialcoord.simulate.policy.MONEY` as the policy states them.
    remaining : numpy.ndarray, shape ([P,] R)
        Capital the programme built that is left after the last year, at depreciated cost, million currency.
    iterations : int
        Most that one year took.
    missing : tuple of str
        What is off because the world lacks its figures: capital_mobility, market_access, barriers, spillover, and
        capital_<kind> for works of a kind without stock.
    """

    output: Array
    income: Array
    population: Array
    capital: Array
    access: Array | None
    levy: Array
    financing: Array
    money: Mapping[str, Array]
    remaining: Array
    iterations: int
    missing: tuple[str, ...]

    def one(self, index: int) -> Path:
        """The path under one of several policies."""
        return replace(
            self,
            output=self.output[index],
            income=self.income[index],
            population=self.population[index],
            capital=self.capital[index],
            access=None if self.access is None else self.access[index],
            levy=self.levy[index],
            financing=self.financing[index],
            money={name: values[index] for name, values in self.money.items()},
            remaining=self.remaining[index],
        )


def simulate(world: World, behaviour: Behaviour, policy: Policy | Sequence[Policy]) -> Path:
    """Simulate one policy, or several at once.

    Parameters
    ----------
    world : World
        Figures without any policy.
    behaviour : Behaviour
        How capital, people and trade answer.
    policy : Policy or sequence of Policy
        Settings; several are computed together, which for small changes of one is much faster than one by one.

    Returns
    -------
    Path
        With a first axis where several were given.

    Raises
    ------
    NoEquilibrium
        A year does not settle.
    """
    if isinstance(policy, Policy):
        return _Run(world, behaviour, (policy,)).path().one(0)
    return _Run(world, behaviour, tuple(policy)).path()


class _Run:
    """Policies on their way through the years; shapes (P, R) in a year, (P, R, Y) or (P, R, T) over time."""

    def __init__(self, world: World, behaviour: Behaviour, policies: tuple[Policy, ...]) -> None:
        private = world.stocks.get("private")
        if private is not None and private.elasticity != behaviour.capital_share:
            raise ValueError(
                f"private capital has the output elasticity {private.elasticity:g} as a stock and "
                f"{behaviour.capital_share:g} as a share in income"
            )
        if not policies:
            raise ValueError("there is no policy to simulate")
        self.world, self.behaviour, self.policies = world, behaviour, policies
        self._refuse_self_feeding()
        self.size = (len(policies), len(world.regions))
        self.base, self.base_income = world.base_output, world.base_income
        years = (len(world.regions), len(world.years))
        self.money = {
            name: np.stack([np.broadcast_to(p.money.get(name, 0.0), years) for p in policies])
            for name in MONEY
        }
        self.opened = self._stacked([p.opened for p in policies])
        self.shifted = self._stacked([p.shifted for p in policies])
        self._build()
        self._tax()
        self.ways = None
        if world.links is not None:
            self.ways = Access(world, behaviour, [p.upgrades for p in policies])
        self.share_of_people = world.population / world.population.sum()

    @staticmethod
    def _stacked(given: list[Array | None]) -> Array | None:
        """Arrays of all policies, zero where one has none; None where all have none."""
        like = next((one for one in given if one is not None), None)
        return (
            None if like is None else np.stack([np.zeros_like(like) if one is None else one for one in given])
        )

    def _build(self) -> None:
        """Logarithm of what public capital adds to productivity, private capital added on the spot, capital left."""
        world, periods = self.world, len(self.world.periods)
        self.log_public = np.zeros((*self.size, periods))
        self.added = np.zeros((*self.size, periods))
        self.remaining = np.zeros(self.size)
        for kind in self._kinds:
            stock = world.stocks.get(kind)
            if stock is None:
                continue  # named among what is missing
            standing, left = accumulate(stock, built(world, self.policies, kind), periods)
            relative = standing / (stock.initial[:, None] * world.growth_factor)
            self.remaining = self.remaining + left
            if kind == "private":
                self.added = relative
            else:
                self.log_public = self.log_public + stock.elasticity * np.log1p(relative)

    @cached_property
    def _kinds(self) -> list[str]:
        return sorted({works.kind for policy in self.policies for works in policy.works})

    def _tax(self) -> None:
        """Share of capital income taxed under the policy and at base rates, shape (P, R)."""
        self.taxed, self.taxed_before = np.zeros(self.size), np.zeros(self.size)
        for i, policy in enumerate(self.policies):
            for tax in policy.taxes:
                self.taxed[i] += tax.reach * tax.rate
                self.taxed_before[i] += tax.reach * tax.base_rate
        self.log_kept = np.log1p(-self.taxed) - np.log1p(-self.taxed_before)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """See :attr:`Path.missing`."""
        world, behaviour = self.world, self.behaviour
        upgrades = any(policy.upgrades for policy in self.policies)
        wanted = {
            "capital_mobility": self._mobile and world.private_share is None,
            "market_access": (behaviour.access_elasticity != 0.0 or upgrades) and world.links is None,
            "barriers": self.opened is not None and (world.barriers is None or world.links is None),
            "spillover": world.spillover != 0.0 and world.neighbours is None,
        }
        lacking = [name for name, lacks in wanted.items() if lacks]
        return (*lacking, *(f"capital_{kind}" for kind in self._kinds if kind not in world.stocks))

    @property
    def _mobile(self) -> bool:
        return self.behaviour.capital_elasticity > 0.0 and self.behaviour.capital_speed > 0.0

    @cached_property
    def _multiplier(self) -> object:
        """Factors of I - rho W, or None without spillovers."""
        if self.world.spillover == 0.0 or self.world.neighbours is None:
            return None
        here = sp.eye_array(self.size[1]) - self.world.spillover * sp.csr_array(self.world.neighbours)
        return splu(sp.csc_matrix(here))

    def spread(self, growth: Array) -> Array:
        """Equation (2)."""
        solver = self._multiplier
        return growth if solver is None else np.asarray(solver.solve(growth.T).T)  # type: ignore[attr-defined]

    def _echo(self, gap: Array) -> Array:
        """A step of market access to where output, which access itself raises, takes it: Newton's, with the slope at zero."""
        return gap if self._echoes is None else np.asarray(gap @ self._echoes.T)

    def _refuse_self_feeding(self) -> None:
        """Access and spillovers that answer in full have no equilibrium, whatever the policy."""
        world, mu = self.world, self.behaviour.access_elasticity
        spillover = max(world.spillover, 0.0) if world.neighbours is not None else 0.0
        if world.links is not None and mu >= 1.0 - spillover:
            raise NoEquilibrium(
                f"output answers market access with an elasticity of {mu:g}"
                + (f" and growth nearby with {spillover:g}" if spillover else "")
                + ": together one or more, so that growth would feed itself without end"
            )

    @cached_property
    def _echoes(self) -> Array | None:
        r""":math:`(I-\mu M(I-\rho W)^{-1})^{-1}`, M the shares of markets in access; None where output does not answer access."""
        mu = self.behaviour.access_elasticity
        if mu == 0.0 or self.ways is None:
            return None
        share = self.ways.share
        spread = share if self._multiplier is None else self._multiplier.solve(share.T, trans="T").T  # type: ignore[attr-defined]
        return np.linalg.inv(np.eye(self.size[1]) - mu * spread)

    def path(self) -> Path:
        """All years."""
        world = self.world
        periods, years = len(world.periods), len(world.years)
        shape = (*self.size, periods)
        output, income, population, capital = (np.empty(shape) for _ in range(4))
        access = None if self.ways is None else np.empty(shape)
        levy, financing = np.zeros((*self.size, years)), np.zeros((*self.size, years))
        people, moved, market = np.zeros(self.size), np.zeros(self.size), np.zeros(self.size)
        most = 0
        for t in range(periods):
            before = self.added[..., t - 1] if t else 0.0
            moved, market, growth, used = self._settle(
                t, moved + (self.added[..., t] - before), market, people
            )
            most = max(most, used)
            output[..., t] = self.base[:, t] * (1.0 + growth)
            population[..., t] = world.population * (1.0 + people)
            capital[..., t] = 1.0 + moved
            if access is not None:
                access[..., t] = 1.0 + market
            total = output[..., t] + world.net_flow * world.growth_factor[t]
            if t < years:
                levy[..., t] = self._levy(t, output[..., t])
                due = (self.money["received"][..., t] - levy[..., t]).sum(axis=-1, keepdims=True)
                financing[..., t] = world.financing_share * due
                total = total + self._paid(t) - levy[..., t] - financing[..., t]
            income[..., t] = total
            people = self._move(t, total, people)
        return Path(
            output, income, population, capital, access, levy, financing, self.money, self.remaining, most, self.missing
        )  # fmt: skip

    def _settle(self, t: int, found: Array, market: Array, people: Array) -> tuple[Array, Array, Array, int]:
        """Equilibrium of a year: capital and access against before, growth of output, iterations."""
        world, behaviour = self.world, self.behaviour
        alpha, mu = behaviour.capital_share, behaviour.access_elasticity
        density = behaviour.labour_share + behaviour.agglomeration
        with np.errstate(
            divide="ignore", invalid="ignore"
        ):  # a region that all have left does not settle, which is told
            given = self.log_public[..., t] + density * np.log1p(people)
        programme = t < len(world.years)
        kept = self.log_kept if programme else np.zeros(self.size)
        shift = 0.0 if self.shifted is None else self.shifted[..., t] / self.base[:, t]
        opened = None if self.opened is None else self._open(t)
        mobile = self._mobile and world.private_share is not None
        capital, step, last = found, 1.0, np.inf
        with np.errstate(invalid="ignore", divide="ignore"):
            for used in range(1, ITERATIONS + 1):
                logged = alpha * np.log1p(capital)
                access = mu * np.log1p(market) if mu != 0.0 and self.ways is not None else 0.0
                growth = self.spread(np.expm1(given + logged + access) + shift)
                goal, seen = capital, market
                if self.ways is not None and mu != 0.0:
                    seen = self.ways.change(world.periods[t], growth, opened)
                if mobile:
                    other = np.log1p(growth - shift) - logged
                    target = capital_target(behaviour, world.private_share, self.added[..., t], kept, other)  # type: ignore[arg-type]
                    goal = found + behaviour.capital_speed * (target - found)
                change = max(np.abs(goal - capital).max(), np.abs(seen - market).max())
                if not np.isfinite(change) or not (growth > -1.0).all():
                    break
                if change <= TOLERANCE:
                    if self.ways is not None and mu == 0.0:  # nothing answers it, it is only told
                        seen = self.ways.change(world.periods[t], growth, opened)
                    return capital, seen, growth, used
                if change >= last:
                    step = max(0.5 * step, 0.05)
                last = change
                capital = capital + step * (goal - capital)
                if mu != 0.0:
                    gap = self._echo(np.log1p(seen) - np.log1p(market))
                    market = np.expm1(np.log1p(market) + step * gap)
        raise NoEquilibrium(
            f"the simulated economy does not settle in {world.periods[t]}: output, capital or access of "
            f"{self._culprit(growth)} runs away; lower elasticities of capital, access{self._of_people}"
        )

    @property
    def _of_people(self) -> str:
        """Further elasticities to lower, as a message ends."""
        moves = self.behaviour.migration_elasticity > 0.0 and self.behaviour.migration_speed > 0.0
        return ", density or migration" if moves else " or density"

    def _open(self, t: int) -> Array:
        """Share of each market that is open in a year: what had been opened by the end of the year before, shape (P, R)."""
        assert self.opened is not None
        last = min(t, len(self.world.years)) - 1
        return self.opened[..., last] if last >= 0 else np.zeros(self.size)

    def _culprit(self, growth: Array) -> str:
        """Region whose output moves most, or is no number."""
        return self.world.regions[int(np.nanargmax(np.nan_to_num(np.abs(growth), nan=np.inf).max(axis=0)))]

    def _levy(self, t: int, output: Array) -> Array:
        """Equation (3)."""
        return np.asarray(
            self.behaviour.capital_share * (self.taxed * output - self.taxed_before * self.base[:, t])
        )

    def _paid(self, t: int) -> Array:
        """What the policy adds to income of a year beside levy and financing."""
        money = {name: values[..., t] for name, values in self.money.items()}
        gained = money["income"] + money["compensation"]
        return np.asarray(gained - money["own_additional"] - money["firms"] - money["debt"])

    def _move(self, t: int, income: Array, people: Array) -> Array:
        """Population of the next year against before, less one."""
        behaviour = self.behaviour
        if behaviour.migration_elasticity == 0.0 or behaviour.migration_speed == 0.0:
            return people
        per_head = income / self.base_income[:, t] / (1.0 + people) - 1.0
        if not (per_head > -1.0).all():
            raise NoEquilibrium(
                f"income of {self._culprit(per_head)} falls below nothing in {self.world.periods[t]}; "
                "lower elasticities of migration or density, or what the region pays"
            )
        target = people_target(behaviour, self.share_of_people, per_head)
        return people + behaviour.migration_speed * (target - people)
