"""What every instrument declares; a new one is one file with a subclass of :class:`Instrument`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.scenario.capital import KINDS
from spatialcoord.scenario.parameters import Parameters
from spatialcoord.simulate.policy import Policy, Works

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.model import Affine, Model

Titles = dict[str, str]

# what the accounts of money are called in a policy
SAID = {
    "granted": "received",
    "income_receipts": "income",
    "private_receipts": "private",
    "cofinance": "own",
    "cofinance_additional": "own_additional",
    "private_cost": "firms",
    "debt_cost": "debt",
    "compensation": "compensation",
}


class Instrument:
    """A means of the programme: one or several lines of money by region and year, and what they do.

    Attributes
    ----------
    name : str
        Set by the registry.
    title : dict
        Name in each language, ``{"en": ..., "zh": ...}``.
    envelope : str
        Envelope its lines belong to (``"transfer"``, ``"investment"``, or a new one).
    unit, source : str
        Unit of the amounts; where the formulation comes from.
    cases : tuple of str
        Where the instrument was or is used, for readers of ``spatialcoord list``.
    needs : tuple of str
        Region attributes the instrument reads.
    parts : dict
        Where there are several lines: name of each inside the instrument, and its title in each language. Its line is then
        called ``<instrument>.<part>``.
    budgeted : bool
        Whether its money comes out of the programme's budget, under the programme's rules. Money that is not stands beside
        the programme (debt a region takes up, tax it pays more).
    per_head : bool
        Whether the programme's floor and ceiling per head hold for its money. Where a rule of the instrument's own says how
        its money is spread they could only contradict it; limits on the change of all money hold in any case.
    whole : bool
        Whether its money comes in whole projects, large in few places and years: then neither floor and ceiling per head nor
        the limit on change count it, and what is held to them is all other money.
    affair : str
        Affair (:data:`spatialcoord.institutions.base.AFFAIRS`) in which regions must be bound for it to move anything between
        them, where the scenario forms institutions; empty where it needs no agreement of regions.
    moves_access : bool
        Whether it moves market access; where no chosen instrument does, ``economy.market_access`` plays no part.
    Params : type
        Its parameters, each with unit, range and source.
    """

    name: ClassVar[str]
    title: ClassVar[Titles]
    envelope: ClassVar[str]
    unit: ClassVar[str] = "million currency a year"
    source: ClassVar[str]
    cases: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[dict[str, Titles]] = {}
    budgeted: ClassVar[bool] = True
    per_head: ClassVar[bool] = True
    whole: ClassVar[bool] = False
    affair: ClassVar[str] = ""
    moves_access: ClassVar[bool] = False
    Params: ClassVar[type[Parameters]] = Parameters

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Problems of these parameters on these regions, all at once."""
        return []

    def remarks(self, setting: Setting, params: Any) -> list[Problem]:
        """What a planner should look at, though it can be run: values under which the instrument has no effect, say."""
        return []

    def builds(self, params: Any) -> tuple[str, ...] | dict[str, tuple[str, ...]]:
        """Kinds of capital its money builds; of several lines by name of the part."""
        return ()

    def build(self, model: Model, setting: Setting, params: Any) -> Affine | dict[str, Affine]:
        """Enter variables and rows into the current block and post to the ledger.

        Returns
        -------
        Affine, dims (region, year), or dict of Affine
            Money of the line, million currency a year, a named variable `amount`; of several lines by name of the part.
        """
        raise TypeError(f"{type(self).__name__} does not say how it enters the model")

    def response(self, setting: Setting, params: Any, amount: Any) -> Effects:
        """What given amounts do, exactly: plain numbers, written apart from :meth:`build` and checked against it.

        Parameters
        ----------
        amount : numpy.ndarray, shape (R, Y), or dict of it
            Million currency a year; of several lines by name of the part.

        Returns
        -------
        dict
            Accounts of :data:`spatialcoord.economy.accounts.ACCOUNTS` other than receipts and financing. What investment
            in a kind of capital yields is counted for all instruments together.
        """
        raise TypeError(f"{type(self).__name__} does not say what its money does")

    def works(self, setting: Setting, params: Any, amount: Any) -> tuple[Works, ...] | None:
        """Capital that given amounts build, as the twin takes it: money and what can be absorbed of it.

        None where the instrument does not say; the twin then takes what :meth:`response` says of capital and output, and
        every report names the instrument as one the twin did not check.
        """
        return None

    def policy(self, setting: Setting, params: Any, amount: Any) -> Policy:
        """What given amounts are in the words of a budget, for the twin of :mod:`spatialcoord.simulate`.

        Parameters
        ----------
        amount : numpy.ndarray, shape (R, Y), or dict of it
            As :meth:`response` takes it.
        """
        effects = self.response(setting, params, amount)
        works = self.works(setting, params, amount)
        money = {said: effects[account] for account, said in SAID.items() if account in effects}
        if works is not None:
            return Policy(money, works)
        works = tuple(
            Works(kind, effects[f"invested_{kind}"]) for kind in KINDS if f"invested_{kind}" in effects
        )
        shifted = effects.get("output")
        assumed = (self.name,) if works or shifted is not None else ()
        return Policy(money, works, shifted=shifted, assumed=assumed)

    def understatement(self, setting: Setting, params: Any) -> Array | None:
        """Most by which :meth:`build` understates a gain in output it posts itself, shape (R, T); None when it is exact."""
        return None

    def most(self, setting: Setting, params: Any) -> Array | dict[str, Array]:
        """Most money a line can take, million currency a year, broadcast over (R, Y); inf without limit; zero where the
        rules of the instrument admit no region. Of several lines by name of the part."""
        return np.array(np.inf)

    def cost(self, setting: Setting, params: Any) -> float | dict[str, float]:
        """What a unit of the line costs those who pay for the programme; less than one where some comes back (a loan)."""
        return 1.0

    def repaid(self, setting: Setting, params: Any) -> Array | dict[str, Array] | None:
        """What comes back to the budget in a year for a unit paid in another, shape (Y, Y), [back, paid]; None for grants."""
        return None

    def equal(self, setting: Setting, params: Any, part: str, amount: Array) -> Array:
        """The counterfactual to given amounts of a line: the same money per head, shape (R, Y)."""
        return setting.share[:, None] * amount.sum(axis=0)

    def outputs(self, model: Model, setting: Setting, params: Any) -> dict[str, xr.DataArray]:
        """What else the solved model tells, by name: labelled arrays with ``units`` and ``long_name`` in their attributes."""
        return {}

    def amounts(
        self,
        model: Model,
        setting: Setting,
        upper: Any = float("inf"),
        name: str = "amount",
        title: str = "",
    ) -> Affine:
        """The named variable `amount` (region, year) that every line has; of one of several lines under its own name."""
        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        return model.variable(
            name,
            (region, year),
            upper=upper,
            scale=float(setting.equal.mean()),
            unit=setting.scenario.money_unit,
            doc=f"{title or self.title['en']}, {setting.scenario.money_unit} a year",
        )


def missing_attributes(setting: Setting, names: Iterable[str], where: str) -> list[Problem]:
    """Attributes among these that an instrument needs and the regions do not have, each a problem."""
    return [
        Problem(
            f"the regions have no attribute '{name}'",
            where=where,
            why="The instrument needs it.",
            remedy=f"Add a column '{name}' to the region tables, or take the instrument out.",
        )
        for name in names
        if not setting.graph.has(name)
    ]


def no_effect(where: str, key: str, because: str, remedy: str) -> Problem:
    """Remark that an instrument does nothing under a value.

    Parameters
    ----------
    where, key : str
        Section of the instrument, and the key inside it that stops it.
    because, remedy : str
        Why, as a part of a sentence; what to do other than to take the instrument out.
    """
    name = where.rpartition(".")[2]
    return Problem(
        f"'{name}' has no effect because {because}",
        f"{where}.{key}" if key else where,
        remedy=f"{remedy}, or take the instrument out.",
    )


def part_of(line: str) -> tuple[Any, str]:
    """Class of the instrument a line belongs to, and the name of its part ("" where there is only one line).

    Parameters
    ----------
    line : str
        ``"infrastructure"`` or ``"erdf.research"``.
    """
    name, _, part = line.partition(".")
    return registry.instruments.get(name), part


def line_title(line: str, lang: str = "en") -> str:
    """Title of a line in a language: that of the instrument and, where there are several, of the part."""
    cls, part = part_of(line)
    title = str(cls.title.get(lang, cls.title["en"]))
    if not part:
        return title
    inner = cls.parts[part]
    joint = "：" if lang == "zh" else ": "
    return f"{title}{joint}{inner.get(lang, inner['en'])}"


def lines_of(name: str) -> list[str]:
    """Lines of an instrument, in order."""
    cls = registry.instruments.get(name)
    return [f"{name}.{part}" for part in cls.parts] if cls.parts else [name]


def by_line(name: str, values: Any) -> dict[str, Any]:
    """What a method of an instrument returned, by line: one value for all of them, or a dict by part."""
    lines = lines_of(name)
    if isinstance(values, Mapping):
        return {f"{name}.{part}" if part else name: value for part, value in values.items()}
    return dict.fromkeys(lines, values)


def by_instrument(amounts: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts by line as each instrument's :meth:`Instrument.response` takes them."""
    grouped: dict[str, Any] = {}
    for line, amount in amounts.items():
        name, _, part = line.partition(".")
        if part:
            grouped.setdefault(name, {})[part] = amount
        else:
            grouped[name] = amount
    return grouped


def of_budget(amounts: Mapping[str, Any]) -> dict[str, Any]:
    """Those lines whose money comes out of the programme's budget."""
    return {line: amount for line, amount in amounts.items() if part_of(line)[0].budgeted}
