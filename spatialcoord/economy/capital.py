"""One response of output for each kind of capital, whichever and however many lines of the programme build it.

Lines post effective investment to the account ``invested_<kind>``; the sum of all postings is what the stock grows by, so
that two lines which build the same kind share its diminishing returns
(equations (1)-(2) of :mod:`spatialcoord.economy.production`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.production import PublicCapital
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.scenario.capital import KINDS

if TYPE_CHECKING:
    from spatialcoord.economy.ordering import OrderedFill
    from spatialcoord.model import Affine, Model


@dataclass(frozen=True)
class Flow:
    """Investment of one line, as it is posted to the ledger.

    Attributes
    ----------
    largest : numpy.ndarray, shape (R, Y)
        Most effective investment the line can bring, million currency a year.
    fill : OrderedFill or None
        Segments whose value the effective investment is, where it has any.
    """

    largest: Array
    fill: OrderedFill | None = None


def stock_of(setting: Setting, kind: str) -> PublicCapital:
    """Stock of a kind and its response, with the scenario's parameters."""
    params = getattr(setting.scenario.economy.capital, kind)
    initial = setting.attribute(f"capital_{kind}")
    return PublicCapital(setting, initial, params.elasticity, params.depreciation, params.years_to_build)


def post_investment(model: Model, kind: str, line: str, effective: Affine, flow: Flow) -> None:
    """Post effective investment (region, year) in a kind of capital on behalf of a line."""
    model.ledger.credit(f"invested_{kind}", line, effective, about=flow)


def enter_capital(model: Model, setting: Setting) -> dict[str, Array]:
    """Write the response of output to all investment posted to the ledger, and post gain and what is left at the end.

    Parameters
    ----------
    model : Model
        Receives a block ``capital_<kind>`` for each kind that lines post to.
    setting : Setting
        Baseline.

    Returns
    -------
    dict of numpy.ndarray, shape (R, T)
        Most by which the pieces understate the gain in output, by kind, million currency a year.
    """
    from spatialcoord.model import Data

    region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
    understated = {}
    for kind in KINDS:
        flows = model.ledger.about(f"invested_{kind}")
        if not flows:
            continue
        stock, segments = stock_of(setting, kind), setting.scenario.economy.segments
        largest = sum((flow.largest for flow in flows), np.zeros((len(region), len(year))))
        effective = model.ledger.total(f"invested_{kind}", (region, year))
        part = f"capital_{kind}"
        with model.part(part):
            gain = stock.enter(model, effective, largest, segments, [flow.fill for flow in flows])
        left = (effective * Data((year,), stock.remaining)).sum("year")
        model.ledger.credit("output", part, gain)
        model.ledger.credit("terminal", part, left)
        understated[kind] = stock.understatement(largest, segments)
    return understated


def add_yield(setting: Setting, effects: Effects) -> None:
    """Add to effects, in place, what the investment in them yields: gain in output, and capital left at the end."""
    for kind in KINDS:
        invested = effects[f"invested_{kind}"]
        if invested.any():
            stock = stock_of(setting, kind)
            effects["output"] = effects["output"] + stock.gain(invested)
            effects["terminal"] = effects["terminal"] + invested @ stock.remaining


def built_kinds(instruments: Mapping[str, Any]) -> list[str]:
    """Kinds of capital that the chosen instruments build, in the order of :data:`KINDS`."""
    from spatialcoord import registry

    built: set[str] = set()
    for name, params in instruments.items():
        kinds = registry.instruments.get(name)().builds(params)
        built.update(*kinds.values()) if isinstance(kinds, dict) else built.update(kinds)
    return [kind for kind in KINDS if kind in built]


def capital_problems(setting: Setting) -> list[Problem]:
    """What is wrong with the stocks that the chosen instruments build: missing, not positive, or an implausible return."""
    problems: list[Problem] = []
    economy = setting.scenario.economy
    for kind in built_kinds(setting.scenario.instruments):
        name, where = f"capital_{kind}", f"economy.capital.{kind}.elasticity"
        if not setting.graph.has(name):
            problems.append(
                Problem(
                    f"the regions have no attribute '{name}'",
                    where="instruments",
                    why=f"A chosen instrument builds {kind} capital.",
                    remedy=f"Add a column '{name}' to the region tables, or take the instrument out.",
                )
            )
            continue
        stock = setting.attribute(name)
        if (stock <= 0).any():
            regions = [r for r, s in zip(setting.regions, stock, strict=True) if s <= 0]
            problems.append(
                Problem(
                    f"{name} is not positive in {', '.join(regions[:5])}",
                    where="regions.tables",
                    remedy="Mend the table.",
                )
            )
            continue
        product = stock_of(setting, kind).marginal_product
        # the economy's band is that of public capital
        low, high = getattr(
            getattr(economy.capital, kind), "marginal_product_band", economy.marginal_product_band
        )
        outside = (product < low) | (product > high)
        if outside.any() and not economy.allow_outside_band:
            shown = [f"{setting.regions[i]} {product[i]:.1%}" for i in np.flatnonzero(outside)[:5]]
            problems.append(
                Problem(
                    f"the marginal product of {name} is outside {low:.0%} to {high:.0%} a year in "
                    f"{int(outside.sum())} regions ({', '.join(shown)})",
                    where=where,
                    why="Elasticity times output over stock; such returns are not observed over whole regions.",
                    remedy="Check the stock and the elasticity, or set economy.allow_outside_band: true.",
                )
            )
    return problems


def marginal_products(setting: Setting) -> dict[str, Array]:
    """Output of one more unit of each kind of capital that is built, 1/year, shape (R,)."""
    return {
        kind: stock_of(setting, kind).marginal_product for kind in built_kinds(setting.scenario.instruments)
    }


def plausible(scenario: Any, kind: str) -> tuple[float, float]:
    """Plausible range of the elasticity of a kind of capital."""
    from spatialcoord.scenario.parameters import fields_of

    params = type(getattr(scenario.economy.capital, kind))
    extra = next(extra for field, _, extra in fields_of(params) if field == "elasticity")
    low, high = extra["plausible"]
    return float(low), float(high)


def with_elasticities(scenario: Any, values: Mapping[str, float]) -> Any:
    """The scenario with other elasticities of some kinds of capital."""
    economy = scenario.economy
    changes = {
        kind: getattr(economy.capital, kind).model_copy(update={"elasticity": float(value)})
        for kind, value in values.items()
    }
    capital = economy.capital.model_copy(update=changes)
    return scenario.model_copy(update={"economy": economy.model_copy(update={"capital": capital})})


def within_range(setting: Setting, end: int) -> Any:
    """The scenario with every elasticity in use at the low (0) or the high (1) end of its plausible range."""
    scenario = setting.scenario
    kinds = built_kinds(scenario.instruments)
    return with_elasticities(scenario, {kind: plausible(scenario, kind)[end] for kind in kinds})
