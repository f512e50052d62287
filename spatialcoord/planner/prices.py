"""Which rule holds each region, and what it would be worth if the rule gave way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord.economy.setting import Array
from spatialcoord.planner.payoffs import BLOCK, binding_lines


@dataclass(frozen=True)
class Rule:
    """A rule in the planner's words and the rows of the model that keep it.

    Attributes
    ----------
    name : str
        As messages know it.
    holds_back, holds_up : tuple of str
        Beginnings of the names of rows that keep a region from more, and from less.
    """

    name: str
    holds_back: tuple[str, ...] = ()
    holds_up: tuple[str, ...] = ()


RULES = (
    Rule("floor", holds_up=("programme.floor_",)),
    Rule("ceiling", holds_back=("programme.ceiling_",)),
    Rule(
        "line", holds_back=("programme.ceiling_",), holds_up=("programme.floor_",)
    ),  # of a line inside an envelope
    Rule("change_limit", holds_back=("programme.change_up",), holds_up=("programme.change_down",)),
    Rule("hold_harmless", holds_up=("programme.hold_harmless",)),
    Rule("formula_floor", holds_up=("programme.formula_floor_",)),
    Rule("protected", holds_up=("programme.protected_",)),
    Rule("absorption"),  # the bound of a variable, see _absorption
    Rule("cofinance"),  # a row of each instrument, see _cofinance
    Rule("red_line", holds_up=("red_lines.",)),  # of a party of the region
    Rule("cap", holds_back=("programme.cap_",)),  # of a region, or of the group it belongs to
)


WHOLE = ("floor", "ceiling")  # rules of a whole envelope, which those of its lines may double
AT_LIMIT = 1e-6  # of the budget: so near to its limit an envelope stands at it


@dataclass(frozen=True)
class Prices:
    """Prices of all rules in all regions.

    Attributes
    ----------
    back, up : dict of numpy.ndarray, shape (R,)
        Gain of the objective per million currency a year by which a rule is relaxed in every programme year: rules
        that keep a region from more, and from less.
    last_back, last_up : dict of numpy.ndarray, shape (R,)
        The same for the last programme year alone.
    """

    back: dict[str, Array]
    up: dict[str, Array]
    last_back: dict[str, Array]
    last_up: dict[str, Array]

    def table(self) -> dict[str, Array]:
        """Both sides together, by rule."""
        return {rule.name: self.back[rule.name] + self.up[rule.name] for rule in RULES}

    def holding(self, at_floor: np.ndarray, at_ceiling: np.ndarray) -> list[str]:
        """The rule that holds each region: the dearest on the side that weighs more in sum; "none" without a price.

        The last programme year decides, when limits on change have done their work. A region at the ceiling of one line
        and the floor of another is held back if more money for it would be worth more than less, and the other way round.
        A floor or ceiling of one envelope alone is told as that of a line: "floor" and "ceiling" are for regions that stand
        there with all their money.

        Parameters
        ----------
        at_floor, at_ceiling : numpy.ndarray of bool, shape (R,)
            Regions at the floor, and at the ceiling, in every envelope.
        """
        names = [rule.name for rule in RULES]
        back, up = (np.stack([side[name] for name in names]) for side in (self.last_back, self.last_up))
        side = np.where(back.sum(axis=0) >= up.sum(axis=0), back, up)
        dearest = side.argmax(axis=0)
        held = [names[i] if side[i, r] > 0 else "none" for r, i in enumerate(dearest)]
        # at the ceiling of an envelope and of all its lines, how the price is split between them is the solver's whim
        held = ["ceiling" if rule == "line" and at_ceiling[r] else rule for r, rule in enumerate(held)]
        whole = {"floor": at_floor, "ceiling": at_ceiling}
        return ["line" if rule in whole and not whole[rule][r] else rule for r, rule in enumerate(held)]

    def summary(
        self,
        regions: tuple[str, ...],
        held_by: list[str],
        budget_price: float,
        envelopes: list[dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """Rules with the regions they hold and their mean price there, dearest first; budget and envelopes are among them.

        Where a region stands at the floor or ceiling of an envelope and of its lines at once, how the price is split between the
        two is the solver's whim: the row has the sum of both, and ``unique`` is False.

        Parameters
        ----------
        regions : tuple of str
            Ids.
        held_by : list of str
            Rule of each region, see :meth:`holding`.
        budget_price : float
            Of the budget, for a unit more in every programme year.
        envelopes : list of dict
            From :func:`envelope_rows`.
        """
        rows: list[dict[str, Any]] = []
        prices = self.table()
        for name, price in prices.items():
            held = [i for i, rule in enumerate(held_by) if rule == name]
            if not held:
                continue
            row: dict[str, Any] = {"rule": name, "regions": [regions[i] for i in held]}
            if name == "line":
                price = (
                    prices["line"] + prices["floor"] + prices["ceiling"]
                )  # of one envelope or one line of it
            elif name in WHOLE:
                side = self.up if name == "floor" else self.back
                price = side[name] + side["line"]
                if (side["line"][held] > 0).any():
                    row["unique"] = False
            row["price"] = float(price[held].mean())
            rows.append(row)
        if budget_price > 0:
            rows.append({"rule": "budget", "regions": [], "price": budget_price})
        rows += envelopes
        return sorted(rows, key=lambda row: -row["price"])


def region_prices(model: Any) -> Prices:
    """Prices of every rule in every region of a solved model.

    With whole-number decisions they hold while none of these changes.
    """
    if model.session.whole:
        model.price()
    names = [c.name for c in model.pyomo.component_objects(pe.Constraint, active=True)]
    zero = np.zeros(len(model.setting.regions))
    # floors and ceilings of a line named beside its envelope are told apart from those of whole envelopes
    lines = {f"programme.{kind}_{name}" for kind in ("floor", "ceiling") for name in model.amounts}
    sides: dict[tuple[str, bool], dict[str, Array]] = {}
    for last in (False, True):
        for key in ("holds_back", "holds_up"):
            prices = {}
            for rule in RULES:
                stems = getattr(rule, key)
                rows = [
                    n
                    for n in names
                    if stems and n.startswith(stems) and (n in lines) == (rule.name == "line")
                ]
                prices[rule.name] = sum((_by_region(model, model.dual(name), last) for name in rows), zero)
            sides[key, last] = prices
        rows = [name for name in names if name.endswith(".cofinance_cap")]
        sides["holds_back", last]["cofinance"] = sum(
            (_by_region(model, model.dual(name), last) for name in rows), zero
        )
        sides["holds_back", last]["absorption"] = _absorption(model, last)
    tiny = 1e-9 * max(price.max(initial=0.0) for side in sides.values() for price in side.values())
    clean = {
        key: {rule: np.where(p > tiny, p, 0.0) for rule, p in side.items()} for key, side in sides.items()
    }
    return Prices(*(clean[key, last] for last in (False, True) for key in ("holds_back", "holds_up")))


def envelope_rows(model: Any) -> list[dict[str, Any]]:
    """Least and largest shares of envelopes in the budget that bind, for the summary.

    A price is the gain of the objective per million currency a year by which the limit gives way in every programme year.
    Where the limit is reached in some year but no year has a price, ``unique`` is False: another split of the prices between
    this limit and the rules that meet there is as good (a degenerate optimum), and the solver's zero says nothing.

    Returns
    -------
    list of dict
        ``rule`` ("envelope_most" or "envelope_least"), ``of`` (the envelope or line), ``regions`` (none), ``price`` and, where
        False, ``unique``.
    """
    if model.session.whole:
        model.price()
    near = AT_LIMIT * float(model.setting.budget.mean())
    rows = []
    for component in model.pyomo.component_objects(pe.Constraint, active=True):
        for stem, rule in (("share_most_", "envelope_most"), ("share_least_", "envelope_least")):
            prefix = f"programme.{stem}"
            if not component.name.startswith(prefix):
                continue
            if not (np.abs(model.slack(component.name).values) <= near).any():
                continue
            price = float(np.abs(np.nan_to_num(model.dual(component.name).values)).sum())
            row = {"rule": rule, "of": component.name.removeprefix(prefix), "regions": [], "price": price}
            rows.append(row if price > 0 else row | {"unique": False})
    return rows


def line_rows(model: Any) -> list[dict[str, Any]]:
    """Binding red lines of parties that stand for the nation, for the summary; those of regions are among the rules.

    Returns
    -------
    list of dict
        ``rule``, ``of`` (the actor), ``regions`` (none) and ``price``, the gain of the objective per million currency a year.
    """
    if model.session.whole:
        model.price()
    prices = {
        name: abs(float(np.nan_to_num(model.dual(f"{BLOCK}.{name}").values)))
        for name in binding_lines(model.setting.scenario)
        if not model.payoffs[name].value.dims
    }
    top = max((abs(float(p)) for p in prices.values()), default=0.0)
    return [
        {"rule": "red_line", "of": name, "regions": [], "price": price}
        for name, price in prices.items()
        if price > 1e-9 * top
    ]


def _absorption(model: Any, last: bool) -> Array:
    """A region is held back by absorption where the last tier of a line is full and more would be better."""
    better = -1.0 if model.setting.scenario.objective.kind == "minimise_index" else 1.0
    total = np.zeros(len(model.setting.regions))
    for component in model.pyomo.component_objects(pe.Var):
        if component.name.endswith(".tier"):
            forced_up = better * model.reduced_cost(component.name).sel(tier="reduced")
            total += _by_region(model, forced_up.clip(min=0.0), last)
    return total


def _by_region(model: Any, dual: Any, last: bool) -> Array:
    """Prices of rows by region; those of a group of regions hold for each of them, those of the nation for none."""
    graph = model.setting.graph
    if not dual.dims:
        return np.zeros(len(model.setting.regions))
    for level in set(dual.dims) & set(graph.levels):
        member = graph.level(level).values.astype(str)
        dual = dual.sel({level: member}).rename({level: "region"})
    if last and "year" in dual.dims:
        dual = dual.isel(year=[-1])
    values = np.abs(np.nan_to_num(dual.values))
    return values.sum(axis=tuple(i for i, d in enumerate(dual.dims) if d != "region"))
