"""Which rule holds each region, and what it would be worth if the rule gave way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pe

from spatialcoord.economy.setting import Array

# rule in words -> beginnings of the names of its rows in the model
RULES: dict[str, tuple[str, ...]] = {
    "floor": ("programme.floor_",),
    "ceiling": ("programme.ceiling_",),
    "change_limit": ("programme.change_up", "programme.change_down"),
    "hold_harmless": ("programme.hold_harmless",),
    "protected": ("programme.protected_",),
    "absorption": (),
    "cofinance": (),
}


def region_prices(model: Any) -> dict[str, Array]:
    """Price of every rule in every region, shape (R,).

    Returns
    -------
    dict of numpy.ndarray
        Gain of the objective per million currency a year by which the rule is relaxed in every programme year.
    """
    regions = len(model.setting.regions)
    prices = {}
    better = -1.0 if model.setting.scenario.objective.kind == "minimise_index" else 1.0
    names = [c.name for c in model.pyomo.component_objects(pe.Constraint, active=True)]
    if model.session.whole:
        model.price()
    for rule, stems in RULES.items():
        total = np.zeros(regions)
        for name in names:
            if stems and name.startswith(stems):
                total += _by_region(model.dual(name))
        prices[rule] = total
    for name in model.amounts:
        if f"{name}.cofinance_cap" in names:
            prices["cofinance"] += _by_region(model.dual(f"{name}.cofinance_cap"))
        if f"{name}.absorption" in names:
            # a region is held by absorption where its last tier is full: more would then be better
            forced_up = better * model.reduced_cost(f"{name}.tier").sel(tier="reduced").values
            prices["absorption"] += np.maximum(forced_up, 0.0).sum(axis=1)
    return {rule: np.where(price > 1e-12 * max(1.0, price.max(initial=0.0)), price, 0.0) for rule, price in prices.items()}


def binding_rule(prices: dict[str, Array]) -> list[str]:
    """The dearest rule of every region, "none" where no rule has a price."""
    names = list(prices)
    table = np.stack([prices[name] for name in names])
    dearest = table.argmax(axis=0)
    return [names[i] if table[i, r] > 0 else "none" for r, i in enumerate(dearest)]


def summary_of(prices: dict[str, Array], regions: tuple[str, ...], budget_price: float) -> list[dict[str, Any]]:
    """Rules that bind, the regions they hold and their mean price there, dearest first; the budget is one of them."""
    rows: list[dict[str, Any]] = []
    for rule, price in prices.items():
        held = np.flatnonzero(price > 0)
        if held.size:
            rows.append({"rule": rule, "regions": [regions[i] for i in held], "price": float(price[held].mean())})
    if budget_price > 0:
        rows.append({"rule": "budget", "regions": [], "price": budget_price})
    return sorted(rows, key=lambda row: -row["price"])


def _by_region(dual: Any) -> Array:
    values = np.abs(np.nan_to_num(dual.values))
    return values.sum(axis=tuple(i for i, d in enumerate(dual.dims) if d != "region"))
