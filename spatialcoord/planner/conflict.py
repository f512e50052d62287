"""Why there is no plan: the rules that cannot hold together, and the least change of any one that would settle it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError
from spatialcoord.instruments.base import lines_of, part_of
from spatialcoord.model import Data, Model
from spatialcoord.planner.diagnosis import Clash, Diagnosis, Remedy
from spatialcoord.planner.payoffs import BLOCK, least_share
from spatialcoord.planner.programme import enter_programme, line_limits

STEPS = 8  # of bisection: the least change is found to a two-hundredth of the range
PATIENCE = 20.0  # seconds for the least index that other rules allow
ENOUGH = 60.0  # seconds after which no further remedy is sought
DIGITS = 4  # that a remedy is rounded to, always to the safe side


OF_A_GROUP = (
    "share_least",
    "share_most",
    "formula_floor",
    "protected",
    "absorption",
    "cap",
)  # values of their own


def diagnose(model: Any) -> Diagnosis:
    """Explain an infeasible planning model.

    Parameters
    ----------
    model : PlanningModel
        Solved, infeasible. Rules a user wrote in Pyomo are named; remedies are sought among the scenario's own.

    Returns
    -------
    Diagnosis
        An irreducible set of rules (deletion filter), and for each of its values in the scenario the least change that
        settles all contradictions of the programme's rules, found by bisection on those rules alone and rounded to the
        safe side.
    """
    setting = model.setting
    found = model.conflict()
    every = (_clash(rule, found.members[rule], setting) for rule in found.rules if "national_" not in rule)
    # that totals add up and that money is not negative is nothing a planner could change
    # and a rule that is a row and a bound at once is one rule
    merged: dict[tuple[str, str], Clash] = {}
    for clash in every:
        if clash.kind not in ("spending", "sign", "definition"):
            merged.setdefault((clash.kind, clash.group), clash)
    clashes = tuple(merged.values())
    remedies = [r for c in clashes if c.kind == "at_most" for r in _least_index(model, c.group)]
    remedies += [r for c in clashes if c.kind == "red_line" for r in _least_loss(model, c.group)]
    if not _feasible(setting):  # otherwise a user's own rows are needed for the contradiction
        tried = set()
        deadline = perf_counter() + ENOUGH
        for clash in clashes:
            key = (clash.kind, clash.group if clash.kind in OF_A_GROUP else "")
            if key not in tried and perf_counter() < deadline:
                tried.add(key)
                remedies += _remedies(setting, *key)
    return Diagnosis(clashes, tuple(remedies), setting.scenario.money_unit)


def _clash(rule: str, members: tuple[Any, ...], setting: Setting) -> Clash:
    name = rule.removeprefix("bounds of ")
    block, _, stem = name.partition(".")
    kind, group = stem, ""
    if block == "programme":
        for known in (
            "floor",
            "ceiling",
            "share_least",
            "share_most",
            "formula_floor",
            "protected",
            "spending",
            "cap",
        ):
            if stem.startswith(known + "_"):
                kind, group = known, stem.removeprefix(known + "_")
        kind = "change_limit" if stem in ("change_up", "change_down") else kind
    elif block.startswith("capital_"):
        kind = "sign"  # what investment adds to a stock is a definition, no rule
    elif block in setting.scenario.instruments:
        kinds = {
            "cofinance_cap": "cofinance",
            "absorption": "absorption",
            "tier": "absorption",
            "extra_revenue_least": "extra_revenue",
            "extra_revenue_most": "extra_revenue",
        }
        # an amount by itself is only not negative; any other row or bound is a rule of the instrument's own
        amount = stem == "amount" or stem in registry.instruments.get(block).parts
        kind, group = kinds.get(stem, "sign" if amount else "own"), block
    elif block == "disparity":
        kind, group = "at_most", stem.removesuffix("_at_most")
    elif block == BLOCK:
        kind, group = "red_line", stem
    elif block == "growth":
        kind = stem
    elif block in ("target", "actors") or block in registry.measures:
        kind = "definition"
    else:
        kind, group = name, ""
    labels = [label if isinstance(label, tuple) else (label,) for label in members]
    regions = sorted({str(x) for label in labels for x in label if x in setting.regions})
    years = sorted({int(x) for label in labels for x in label if x in setting.years})
    return Clash(rule, kind, group, tuple(regions), tuple(years))


def _least_index(model: Any, name: str) -> Iterator[Remedy]:
    """Least index of a measure that every other rule allows."""
    measure = model.measures[name]
    now = model.setting.scenario.objective.at_most[name]
    model.limit(f"disparity.{name}_at_most", upper=np.inf)
    found = model.probe(
        measure.numerator, False, over=measure.denominator, start=measure.ratio_of(now), time_limit=PATIENCE
    )
    model.limit(f"disparity.{name}_at_most", upper=0.0)
    if found.optimal:
        needed = _rounded(float(measure.index_of(found.objective)), up=True)
        yield Remedy("at_most", name, now, needed, f"objective.at_most.{name}={needed:.10g}")


def _least_loss(model: Any, name: str) -> Iterator[Remedy]:
    """Least share of a red line that every other rule allows."""
    found = least_share(model, name, PATIENCE)
    if found is not None:
        needed = _rounded(found, up=True)
        now = model.setting.scenario.red_lines[name].share
        yield Remedy(
            "red_line", name, now, needed, f"red_lines.{name}={{share: {needed:.10g}, binding: true}}"
        )


# --- feasibility of the programme's rules alone ------------------------------------------------------------------------
def _skeleton(setting: Setting) -> tuple[Model, Any]:
    """The programme's rules over bare amounts, each within what its line can take; and the money spent."""
    model = Model("skeleton")
    region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
    amounts, limits = {}, line_limits(setting)
    for name in setting.scenario.instruments:
        if not registry.instruments.get(name).budgeted:
            continue
        with model.part(name):
            for line in lines_of(name):
                part, inner = part_of(line)
                upper = Data((region, year), limits[line])
                amounts[line] = part().amounts(model, setting, upper=upper, name=inner or "amount")
    return model, enter_programme(model, setting, amounts)


def _feasible(setting: Setting) -> bool:
    try:
        model, spent = _skeleton(setting)
    except InputError:  # a year-0 pattern that does not fit, say
        return False
    model.minimise(spent.sum())
    return bool(model.solve().optimal)


def _remedies(setting: Setting, kind: str, group: str) -> Iterator[Remedy]:
    if kind == "budget":
        yield from _more_money(setting)
        return
    for now, extreme, change, override in _levers(setting, kind, group):
        if not _feasible(change(extreme)):
            continue
        good, bad = extreme, now
        for _ in range(STEPS):
            middle = math.sqrt(good * bad) if extreme > now > 0 else 0.5 * (good + bad)
            good, bad = (middle, bad) if _feasible(change(middle)) else (good, middle)
        needed = _rounded(good, up=extreme > now)
        yield Remedy(kind, group, now, needed, override(needed))


def _more_money(setting: Setting) -> Iterator[Remedy]:
    """Least money beyond the budget, by year, with everything else held; checked with the budget it makes."""
    try:
        model, spent = _skeleton(setting)
    except InputError:
        return
    (year,) = spent.dims
    model.limit("programme.budget", upper=np.inf)
    over = model.variable("over", (year,), scale=float(setting.budget.mean()))
    model.constrain("short", over - spent >= Data((year,), -setting.budget))
    model.minimise(over.sum())
    if not model.solve().optimal:
        return
    for grown in (1.0, 1.01, 1.05, 1.2):  # floors and limits that follow the budget grow with it
        needed = [
            _rounded(b + grown * x, up=True) if x > 0 else b
            for b, x in zip(setting.budget, model.value(over), strict=True)
        ]
        budget = setting.scenario.programme.budget.model_copy(
            update={"share_of_output": None, "amount": tuple(needed)}
        )
        if _feasible(_with(setting, "programme.budget", budget)):
            amounts = ", ".join(f"{x:.10g}" for x in needed)
            yield Remedy(
                "budget",
                "",
                float(setting.budget.sum()),
                sum(needed),
                f"programme.budget={{amount: [{amounts}]}}",
            )
            return


Lever = tuple[float, float, Callable[[float], Setting], Callable[[float], str]]


def _levers(setting: Setting, kind: str, group: str) -> Iterator[Lever]:
    """Values of the scenario that a kind of rule answers to: now, furthest, how to set it, what to write."""
    rules = setting.scenario.programme

    def simple(path: str, now: float, extreme: float) -> Lever:
        return now, extreme, lambda x: _with(setting, path, x), lambda x: f"{path}={x:.10g}"

    if kind in ("floor", "hold_harmless"):
        yield simple(f"programme.{kind}", getattr(rules, kind), 0.0)
    elif kind == "formula_floor":
        yield simple(f"programme.formula_floor.{group}", rules.formula_floor[group], 0.0)
    elif kind == "ceiling":
        yield simple("programme.ceiling", rules.ceiling, 25.0 * rules.ceiling)
    elif kind == "change_limit" and rules.change_limit is not None:
        yield simple("programme.change_limit", rules.change_limit, rules.change_limit + 5.0)
    elif kind in ("share_least", "share_most"):
        key = "min_share" if kind == "share_least" else "max_share"
        now = getattr(rules.envelopes[group], key)
        yield simple(f"programme.envelopes.{group}.{key}", now, 0.0 if kind == "share_least" else 1.0)
    elif kind == "cap":
        now = rules.caps[group].share
        yield simple(f"programme.caps.{group}.share", now, max(1.0, 100.0 * now))
    elif kind == "absorption":
        params = setting.scenario.instruments[group]
        now = params.absorption.largest  # type: ignore[attr-defined]
        yield simple(f"instruments.{group}.absorption.largest", now, 20.0 * now)
    elif kind == "protected":
        for i, line in enumerate(rules.protected):
            if line.instrument == group and line.amount > 0:
                yield simple(f"programme.protected.{i}.amount", line.amount, 0.0)


def _with(setting: Setting, path: str, value: Any) -> Setting:
    """The setting with one value of the scenario replaced."""

    def replaced(part: Any, keys: list[str]) -> Any:
        key, *rest = keys
        if isinstance(part, tuple):
            index = int(key)
            return (*part[:index], replaced(part[index], rest) if rest else value, *part[index + 1 :])
        if isinstance(part, dict):
            return {**part, key: replaced(part[key], rest) if rest else value}
        return part.model_copy(update={key: replaced(getattr(part, key), rest) if rest else value})

    return setting.under(replaced(setting.scenario, path.split(".")))


def _rounded(value: float, up: bool) -> float:
    """To a few digits, never short of what is needed."""
    if value == 0.0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1)
    return float(
        f"{(math.ceil if up else math.floor)(value / unit * (1 + (1e-9 if up else -1e-9))) * unit:.10g}"
    )
