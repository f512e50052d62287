"""What every actor declares; a new one is one file with a subclass of :class:`Actor`."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np

from spatialcoord import registry
from spatialcoord.actors.modelled import Payoff, enter_affine, payoff_map
from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Refused
from spatialcoord.model import Affine, Model
from spatialcoord.scenario.parameters import Parameters

Titles = dict[str, str]
MILLION = 1e6
DESIGN = "design choice"


class Evaluated(Protocol):
    """An evaluated allocation, as actors see it."""

    @property
    def collapsed(self) -> dict[str, Array]:
        """Every account as its weighted mean over the horizon, million currency a year, shape (R,)."""


class Actor:
    """Somebody whom a plan affects and who speaks about it, with one party a region or one for the nation.

    Attributes
    ----------
    name : str
        Set by the registry.
    title : dict
        Name in each language, ``{"en": ..., "zh": ...}``.
    source : str
        Where the form of its utility comes from.
    unit : str
        Unit of its payoff.
    needs : tuple of str
        Region attributes without which it is left out; they are named in console and report.
    regional : bool
        Whether it has one party a region; otherwise one for the whole nation.
    government : bool
        Whether it is a government; the voices of all others have a floor together.
    words : dict
        Title of every part of the payoff and of every other figure in each language, by key.
    Params : type
        What a user may choose, each with unit, range and source.

    Parameters
    ----------
    params : Parameters, optional
        Values of the scenario; the defaults where left out.
    """

    name: ClassVar[str]
    title: ClassVar[Titles]
    source: ClassVar[str] = ""
    unit: ClassVar[str] = "million currency a year"
    needs: ClassVar[tuple[str, ...]] = ()
    regional: ClassVar[bool] = True
    government: ClassVar[bool] = False
    words: ClassVar[dict[str, Titles]] = {}
    Params: ClassVar[type[Parameters]] = Parameters

    def __init__(self, params: Any = None) -> None:
        self.params: Any = self.Params() if params is None else params

    def note(self, setting: Setting) -> Titles:
        """What a reader must know where its figure stands, in each language: whole sentences; empty where nothing."""
        return {}

    def parts(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        """Addends of the utility by party, million currency a year, shape (parties,), by a key of `words`.

        Levels, not changes: what a plan does to an addend is the difference to no programme.
        """
        raise TypeError(f"{type(self).__name__} does not say what a plan is worth to it")

    def payoff(self, setting: Setting, evaluation: Evaluated) -> Array:
        """Utility of every party, million currency a year, shape (parties,): the sum of its parts.

        A level; the payoff of a plan is the difference to that of no programme.
        """
        return np.asarray(sum(self.parts(setting, evaluation).values()), dtype=float)

    def enter(self, model: Model, setting: Setting, accounts: dict[str, Affine]) -> Payoff:
        """Enter the utility of every party into a model, for plans that are sought for it or held to a red line.

        Here for a utility that is affine in the accounts, whatever :meth:`parts` computes; one that is concave writes its own rows.

        Parameters
        ----------
        model : Model
            Receives variables and rows in the current block, `actors`, with names that begin with the actor's.
        setting : Setting
            Baseline.
        accounts : dict of Affine, dims (region,)
            Every account, collapsed over the horizon, million currency a year.

        Raises
        ------
        Refused
            The utility is not affine in the accounts.
        """
        return enter_affine(self, model, setting, accounts)

    def refusal(self, setting: Setting) -> str:
        """Why plans cannot be sought for this actor or held to its red line, in a sentence; empty where they can."""
        try:
            payoff_map(self, setting)
        except Refused as refused:
            return str(refused)
        return ""

    def figures(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        """Other figures by party, without unit, shape (parties,), by a key of `words`; shown beside its payoff."""
        return {}

    def claim(self, setting: Setting) -> Array | None:
        """Share of a gain in its region's output that is this party's when parties bargain, shape (R,).

        There a unit of money belongs to one party of its region only, unlike in payoffs; NaN stands for what the others leave.
        None, as of actors that are not regional: it has no seat of this kind.
        """
        return None

    def regard(self, setting: Setting, income: Array, concerned: Any) -> tuple[Array, float] | None:
        """What income is worth to a party that stands for the nation when parties bargain, in its money.

        Parameters
        ----------
        setting : Setting
            Baseline.
        income : numpy.ndarray, shape (R,)
            Income of the regions without an agreement, million currency a year.
        concerned : numpy.ndarray of bool, shape (R,)
            Regions that an agreement would concern.

        Returns
        -------
        (weights, smallest) or None
            Worth of a unit of income in each region, shape (R,), for small changes, and of a unit of the smallest change of
            any region. None: it has no seat of this kind.
        """
        return None

    def people(self, setting: Setting) -> Array:
        """Persons whom each party speaks for, shape (parties,); zero where it speaks for none."""
        return setting.population if self.regional else np.array([setting.population.sum()])

    def standing(self, setting: Setting) -> Array:
        """Income per head, without the programme, of those whom each party speaks for, against the mean, shape (parties,)."""
        if not self.regional:
            return np.ones(1)
        income = baseline_income(setting)
        return income / setting.population / (income.sum() / setting.population.sum())

    @classmethod
    def missing(cls, setting: Setting) -> list[str]:
        """Region attributes that the case lacks and without which the actor is left out."""
        return [name for name in cls.needs if not setting.graph.has(name)]


def baseline_income(setting: Setting) -> Array:
    """Income of every region without the programme, mean over the horizon, million currency a year, shape (R,)."""
    income = registry.outcomes.get("income")
    return np.asarray(income.baseline(setting) @ setting.weight, dtype=float)


def income_change(setting: Setting, evaluation: Evaluated) -> Array:
    r"""What an allocation adds to the income of every region, million currency a year, shape (R,).

    .. math:: \Delta M_r = \textstyle\sum_k f_k\, c_{kr} \qquad (1)

    with the accounts c, collapsed over the horizon, and what each counts in income, f
    (:class:`spatialcoord.economy.outcomes.income.Income`). Money of the case, not purchasing power.
    """
    income = registry.outcomes.get("income")
    return np.asarray(
        sum(income.factor(setting, name) * evaluation.collapsed[name] for name in ACCOUNTS), dtype=float
    )


def actor_of(setting: Setting, name: str) -> Actor:
    """An actor with the scenario's values."""
    return registry.actors.get(name)(setting.scenario.actors.get(name))


def actors_of(setting: Setting) -> tuple[dict[str, Actor], dict[str, list[str]]]:
    """Actors of a case with the scenario's values, and those left out with the region attributes they lack."""
    found, skipped = {}, {}
    for name in registry.actors:
        part = registry.actors.get(name)
        missing = part.missing(setting)
        if missing:
            skipped[name] = missing
        else:
            found[name] = actor_of(setting, name)
    return found, skipped
