"""Which rule holds each region, and what it would be worth if the rule gave way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord.economy.setting import Array


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
    Rule("line", holds_back=("programme.ceiling_",), holds_up=("programme.floor_",)),  # of a line inside an envelope
    Rule("change_limit", holds_back=("programme.change_up",), holds_up=("programme.change_down",)),
    Rule("hold_harmless", holds_up=("programme.hold_harmless",)),
    Rule("protected", holds_up=("programme.protected_",)),
    Rule("absorption"),  # the bound of a variable, see _absorption
    Rule("cofinance"),  # a row of each instrument, see _cofinance
)


@dataclass(frozen=True)
class Prices:
    """Prices of all rules in all regions.

    Attributes
    ----------
    back, up : dict of numpy.ndarray, shape (R,)
        Gain of the objective per million currency a year by which a rule is relaxed in every programme year: rules
        that keep a region from more, and from less.
    """

    back: dict[str, Array]
    up: dict[str, Array]

    def table(self) -> dict[str, Array]:
        """Both sides together, by rule."""
        return {rule.name: self.back[rule.name] + self.up[rule.name] for rule in RULES}

    def holding(self) -> list[str]:
        """The rule that holds each region: the dearest on the side that weighs more in sum; "none" without a price.

        A region at the ceiling of one line and the floor of another is held back if more money for it would be worth
        more than less, and the other way round.
        """
        names = [rule.name for rule in RULES]
        back, up = (np.stack([side[name] for name in names]) for side in (self.back, self.up))
        side = np.where(back.sum(axis=0) >= up.sum(axis=0), back, up)
        dearest = side.argmax(axis=0)
        return [names[i] if side[i, r] > 0 else "none" for r, i in enumerate(dearest)]

    def summary(self, regions: tuple[str, ...], budget_price: float) -> list[dict[str, Any]]:
        """Rules with the regions they hold and their mean price there, dearest first; the budget is one of them."""
        held_by = self.holding()
        rows: list[dict[str, Any]] = []
        for name, price in self.table().items():
            held = [i for i, rule in enumerate(held_by) if rule == name]
            if held:
                rows.append({"rule": name, "regions": [regions[i] for i in held], "price": float(price[held].mean())})
        if budget_price > 0:
            rows.append({"rule": "budget", "regions": [], "price": budget_price})
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
    back, up = {}, {}
    for rule in RULES:
        for side, stems in ((back, rule.holds_back), (up, rule.holds_up)):
            rows = [n for n in names if stems and n.startswith(stems) and (n in lines) == (rule.name == "line")]
            side[rule.name] = sum((_by_region(model.dual(name)) for name in rows), zero)
    back["absorption"] = _absorption(model)
    rows = [f"{name}.cofinance_cap" for name in model.amounts if f"{name}.cofinance_cap" in names]
    back["cofinance"] = sum((_by_region(model.dual(name)) for name in rows), zero)
    tiny = 1e-9 * max(price.max(initial=0.0) for side in (back, up) for price in side.values())
    return Prices(*({rule: np.where(price > tiny, price, 0.0) for rule, price in side.items()} for side in (back, up)))


def _absorption(model: Any) -> Array:
    """A region is held back by absorption where the last tier of a line is full and more would be better."""
    better = -1.0 if model.setting.scenario.objective.kind == "minimise_index" else 1.0
    total = np.zeros(len(model.setting.regions))
    for name in model.amounts:
        if model.pyomo.find_component(f"{name}.tier") is not None:
            total += np.maximum(better * model.reduced_cost(f"{name}.tier").sel(tier="reduced").values, 0.0).sum(axis=1)
    return total


def _by_region(dual: Any) -> Array:
    values = np.abs(np.nan_to_num(dual.values))
    return values.sum(axis=tuple(i for i, d in enumerate(dual.dims) if d != "region"))
