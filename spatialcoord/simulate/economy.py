"""API sketch, being written: simulate(world, behaviour, policy | sequence of policies) -> Path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spatialcoord.simulate.policy import Array, Policy
from spatialcoord.simulate.world import Behaviour, World


@dataclass(frozen=True)
class Path:
    """What happens under a policy; with several policies every array has a first axis P.

    Attributes
    ----------
    output, income : numpy.ndarray, shape ([P,] R, T)
        Million currency a year; income is output and net flows, after the programme is paid for.
    population : numpy.ndarray, shape ([P,] R, T)
        Persons.
    capital : numpy.ndarray, shape ([P,] R, T)
        Private capital against its level without the programme, 1.
    access : numpy.ndarray, shape ([P,] R, T), or None
        Market access against its level without the programme, 1; None where the world has no links.
    levy, financing : numpy.ndarray, shape ([P,] R, Y)
        Taxes paid beyond those at base rates; share in paying for the programme, million currency a year.
    money : mapping of str to numpy.ndarray, shape ([P,] R, Y)
        All accounts of :data:`~spatialcoord.simulate.policy.MONEY` as the policy states them.
    remaining : numpy.ndarray, shape ([P,] R)
        Capital the programme built that is left at the end, at depreciated cost, million currency.
    iterations : int
        Most iterations a year took.
    missing : tuple of str
        Mechanisms that are off because the world lacks their figures: capital_mobility, market_access, barriers, spillover,
        capital_<kind>.
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
        """The path of one of several policies."""
        raise NotImplementedError


def simulate(world: World, behaviour: Behaviour, policy: Policy | Sequence[Policy]) -> Path:
    """Simulate one policy, or several at once."""
    raise NotImplementedError
