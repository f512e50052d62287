r"""Rules that cannot hold together whatever the plan: sums that need no solver.

Every region gets in year t at least :math:`l_{rt}` and at most :math:`u_{rt}`,

.. math::

    l_{rt} = \max(h X_{r0},\, p_r,\, \varphi_f s_{fr} B_t,\, l_{r,t-1} - d\pi_r B_t), \qquad
    u_{rt} = \min(c\,\pi_r B_t,\, u_{r,t-1} + d\pi_r B_t), \qquad l_{r0}=u_{r0}=X_{r0}, \qquad (1)

with the share h held harmless, promised lines p, the share kept of a formula's amount (programme.formula_floor), change limit d, ceiling c, population shares :math:`\pi` and budget B.
No plan exists where :math:`l_{rt} > u_{rt}` or :math:`\sum_r \max(l_{rt}, f\pi_r B_t) > B_t` with the floor f: the left side
of the second grows with the money that is spent more slowly than the money itself, so spending less does not help. Both are
necessary conditions; that nothing is found here does not prove that there is a plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.planner.programme import line_limits

SLACK = 1e-9  # relative, for rounding in the sums
LARGEST = 1e6  # times the budget: more than that is not offered as a remedy


def broken_promises(setting: Setting) -> list[Problem]:
    """Promises that the budget, the ceiling, an envelope or the change limit rule out, each with the amount that would do.

    Parameters
    ----------
    setting : Setting
        Baseline of a case without other problems.
    """
    found = _envelopes(setting)
    if found:
        return found
    broken = _first_break(setting, 1.0)
    return [] if broken is None else [_problem(setting, broken)]


def _envelopes(setting: Setting) -> list[Problem]:
    """Promised lines against the largest share of their envelope and the ceiling of each region in it."""
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    least = float(setting.budget.min())
    problems = []
    position = {r: i for i, r in enumerate(setting.regions)}
    groups: dict[str, list[int]] = {}
    widest = _widest(setting)
    for i, line in enumerate(rules.protected):
        envelope = registry.instruments.get(line.instrument).envelope
        for group in {envelope, line.instrument} & {envelope, *rules.envelopes}:
            groups.setdefault(group, []).append(i)
    for group, lines in sorted(groups.items()):
        limit = rules.envelopes.get(group)
        share = limit.max_share if limit else 1.0
        total, most = sum(rules.protected[i].amount for i in lines), share * least
        if total > most * (1 + SLACK):
            more = f", or raise the budget to {_money(total / share, up=True)}" if share > 0 else ""
            problems.append(
                Problem(
                    f"{_money(total)} {unit} a year are promised from '{group}', which can spend at most {_money(most)}",
                    f"programme.protected.{lines[0]}.amount",
                    f"At most {share:g} of a budget of {_money(least)} {unit} a year.",
                    f"Promise {_money(total - most, up=True)} less{more}.",
                )
            )
            continue
        for i in lines:
            line = rules.protected[i]
            if not registry.instruments.get(line.instrument).per_head:
                continue
            ceiling = rules.ceiling * widest[position[line.region]] * most
            if line.amount > ceiling * (1 + SLACK):
                problems.append(
                    Problem(
                        f"{line.region} is promised {_money(line.amount)} {unit} a year from '{group}', its ceiling there is "
                        f"{_money(ceiling)}",
                        f"programme.protected.{i}.amount",
                        f"The ceiling is {rules.ceiling:g} times the equal amount per head of at most {_money(most)}.",
                        f"Promise at most {_money(ceiling)}, or raise programme.ceiling to "
                        f"{rules.ceiling * line.amount / ceiling * 1.0005:.4g}.",
                    )
                )
    return problems


@dataclass(frozen=True)
class _Break:
    """The first year in which conditions (1) fail: for one region, or (`region` -1) for the sum of all."""

    year: int
    region: int
    low: Array
    high: Array
    kept: Array
    by_formula: Array
    fallen: Array


def _first_break(setting: Setting, factor: float) -> _Break | None:
    """Conditions (1) with the whole budget times `factor`."""
    rules = setting.scenario.programme
    promised, start, widest = _promised(setting), setting.year_zero * factor, _widest(setting)
    kept = rules.hold_harmless * start
    formula = _by_formula(setting)
    # where a line is spread by a rule of its own, nothing holds all money of a region between floor and ceiling
    per_head = all(registry.instruments.get(name).per_head for name in setting.scenario.instruments)
    floor, ceiling = (rules.floor, rules.ceiling) if per_head else (0.0, np.inf)
    low = high = start
    for t in range(len(setting.years)):
        equal = setting.equal[:, t] * factor
        step = np.inf if rules.change_limit is None else rules.change_limit * equal
        fallen = np.maximum(low - step, 0.0)
        by_formula = formula * equal.sum()
        low = np.maximum.reduce([kept, promised, by_formula, fallen])
        high = np.minimum(ceiling * widest * equal.sum(), high + step)
        wrong = np.flatnonzero(low > high * (1 + SLACK) + SLACK * equal)
        if len(wrong):
            return _Break(t, int(wrong[0]), low, high, kept, by_formula, fallen)
        if np.maximum(low, floor * equal).sum() > equal.sum() * (1 + SLACK):
            return _Break(t, -1, low, high, kept, by_formula, fallen)
    return None


def _widest(setting: Setting) -> Array:
    """Largest share of a region in the people whom one line admits, shape (R,): its ceiling in no envelope is beyond."""
    found = np.zeros(len(setting.regions))
    for most in line_limits(setting).values():
        among = np.where(most.max(axis=1) > 0, setting.share, 0.0)
        if among.any():
            found = np.maximum(found, among / among.sum())
    return found


def _by_formula(setting: Setting) -> Array:
    """Share of the budget that every region keeps of what formulas give it, shape (R,)."""
    floors = setting.scenario.programme.formula_floor
    shares = [share * setting.formula_share(name) for name, share in floors.items()]
    return np.maximum.reduce([np.zeros(len(setting.regions)), *shares])


def _promised(setting: Setting) -> Array:
    promised = np.zeros(len(setting.regions))
    for line in setting.scenario.programme.protected:
        promised[setting.regions.index(line.region)] += line.amount
    return promised


def _enough(setting: Setting) -> float | None:
    """Smallest factor on the whole budget at which conditions (1) hold, None where no factor helps."""
    low, high = 1.0, 2.0
    while _first_break(setting, high) is not None:
        low, high = high, 2 * high
        if high > LARGEST:
            return None
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _first_break(setting, middle) else (low, middle)
    return high


def _problem(setting: Setting, broken: _Break) -> Problem:
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    promised, equal = _promised(setting), setting.equal[:, broken.year]
    year, budget = setting.years[broken.year], float(setting.budget[broken.year])
    factor = _enough(setting)
    if factor is not None:
        first = _money(factor * float(setting.budget[0]), up=True)
        remedy = (
            f"A budget {factor * 1.00005:.4f} times as large ({first} {unit} in {setting.years[0]}) would do"
        )
    else:
        remedy = f"Raise the budget of {year}, and of later years where it falls"
    if broken.region < 0:
        needed = float(np.maximum(broken.low, rules.floor * equal).sum())
        parts = {
            "programme.protected": ("promised lines", promised.sum()),
            "programme.hold_harmless": ("hold_harmless", broken.kept.sum()),
            "programme.formula_floor": ("formula_floor", broken.by_formula.sum()),
            "programme.change_limit": ("change_limit, from the year before", broken.fallen.sum()),
            "programme.floor": ("floor", rules.floor * budget),
        }
        where = next(key for key, (_, amount) in parts.items() if amount > 0)
        return Problem(
            f"the least every region must get in {year} adds up to {_money(needed)} {unit}, the budget is {_money(budget)}",
            where,
            "Each by itself: "
            + "; ".join(f"{name} {_money(a)}" for name, a in parts.values() if a > 0)
            + ".",
            f"{remedy}, or lower what is promised by {_money(needed - budget, up=True)} {unit}.",
        )
    i = broken.region
    low, high = float(broken.low[i]), float(broken.high[i])
    if promised[i] >= low:
        lower, lines = (
            "promised lines",
            [n for n, p in enumerate(rules.protected) if p.region == setting.regions[i]],
        )
        where = f"programme.protected.{lines[0]}.amount"
    elif broken.kept[i] >= low:
        lower, where = "hold_harmless", "programme.hold_harmless"
    elif broken.by_formula[i] >= low:
        lower, where = "formula_floor", "programme.formula_floor"
    else:
        lower, where = "change_limit (the largest fall in a year)", "programme.change_limit"
    ceiling = high >= rules.ceiling * equal[i] * (1 - SLACK)
    upper = "ceiling" if ceiling else "change_limit (the largest rise in a year)"
    return Problem(
        f"{setting.regions[i]} must get at least {_money(low)} {unit} in {year} and may get at most {_money(high)}",
        where,
        f"At least by {lower}; at most by {upper}.",
        f"{remedy}, or lower the first by {_money(low - high, up=True)}.",
    )


def _money(amount: float, up: bool = False) -> str:
    """An amount with three decimals where it is small; rounded up where it is to be enough."""
    digits = 3 if abs(amount) < 1e4 else 0
    rounded = np.ceil(amount * 10**digits * (1 - 1e-12)) / 10**digits if up else round(amount, digits)
    return f"{rounded:,.{digits}f}".rstrip("0").rstrip(".") if digits else f"{rounded:,.0f}"
