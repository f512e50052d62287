r"""Rules that cannot hold together whatever the plan: sums that need no solver.

Every region gets in year t at least :math:`l_{rt}` and at most :math:`u_{rt}`,

.. math::

    l_{rt} = \max(h X_{r0},\, p_r,\, l_{r,t-1} - d\pi_r B_t), \qquad
    u_{rt} = \min(c\,\pi_r B_t,\, u_{r,t-1} + d\pi_r B_t), \qquad l_{r0}=u_{r0}=X_{r0}, \qquad (1)

with the share h held harmless, promised lines p, change limit d, ceiling c, population shares :math:`\pi` and budget B.
No plan exists where :math:`l_{rt} > u_{rt}` or :math:`\sum_r \max(l_{rt}, f\pi_r B_t) > B_t` with the floor f: the left side
of the second grows with the money that is spent more slowly than the money itself, so spending less does not help. Both are
necessary conditions; that nothing is found here does not prove that there is a plan.
"""

from __future__ import annotations

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem

SLACK = 1e-9  # relative, for rounding in the sums


def broken_promises(setting: Setting) -> list[Problem]:
    """Promises that the budget, the ceiling, an envelope or the change limit rule out, each with the amount that would do.

    Parameters
    ----------
    setting : Setting
        Baseline of a case without other problems.
    """
    return _envelopes(setting) or _regions_and_sum(setting)


def _envelopes(setting: Setting) -> list[Problem]:
    """Promised lines against the largest share of their envelope and the ceiling of each region in it."""
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    least = float(setting.budget.min())
    problems = []
    position = {r: i for i, r in enumerate(setting.regions)}
    groups: dict[str, list[int]] = {}
    for i, line in enumerate(rules.protected):
        envelope = registry.instruments.get(line.instrument).envelope
        for group in {envelope, line.instrument} & {envelope, *rules.envelopes}:
            groups.setdefault(group, []).append(i)
    for group, lines in groups.items():
        limit = rules.envelopes.get(group)
        share = limit.max_share if limit else 1.0
        total = sum(rules.protected[i].amount for i in lines)
        if total > share * least * (1 + SLACK):
            problems.append(
                Problem(
                    f"{total:,.10g} {unit} a year are promised from '{group}', which can spend at most {share * least:,.10g}",
                    f"programme.protected.{lines[0]}.amount",
                    f"At most {share:g} of a budget of {least:,.10g} {unit} a year.",
                    f"Promise {total - share * least:,.10g} less, or raise the budget to {total / max(share, 1e-9):,.10g}.",
                )
            )
            continue
        for i in lines:
            line = rules.protected[i]
            most = rules.ceiling * setting.share[position[line.region]] * share * least
            if line.amount > most * (1 + SLACK):
                problems.append(
                    Problem(
                        f"{line.region} is promised {line.amount:,.10g} {unit} a year from '{group}', its ceiling there is "
                        f"{most:,.10g}",
                        f"programme.protected.{i}.amount",
                        f"The ceiling is {rules.ceiling:g} times the equal amount per head of at most {share * least:,.10g}.",
                        f"Promise at most {most:,.10g}, or raise programme.ceiling to {rules.ceiling * line.amount / most:.4g}.",
                    )
                )
    return problems


def _regions_and_sum(setting: Setting) -> list[Problem]:
    """Conditions (1), year by year; the first year that breaks one is told."""
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    promised = np.zeros(len(setting.regions))
    for line in rules.protected:
        promised[setting.regions.index(line.region)] += line.amount
    kept = rules.hold_harmless * setting.year_zero
    low = high = setting.year_zero
    for t, year in enumerate(setting.years):
        equal, budget = setting.equal[:, t], float(setting.budget[t])
        step = np.inf if rules.change_limit is None else rules.change_limit * equal
        before = low
        low = np.maximum.reduce([kept, promised, low - step])
        high = np.minimum(rules.ceiling * equal, high + step)
        wrong = np.flatnonzero(low > high * (1 + SLACK) + SLACK * equal)
        if len(wrong):
            return [_of_region(setting, int(wrong[0]), len(wrong), year, low, high, promised, kept)]
        needed = float(np.maximum(low, rules.floor * equal).sum())
        if needed > budget * (1 + SLACK):
            held = {
                "promised lines": promised.sum(),
                "hold_harmless": kept.sum(),
                "change_limit, from the year before": float(np.maximum(before - step, 0.0).sum()),
                "floor": rules.floor * budget,
            }
            why = "; ".join(f"{name} {amount:,.6g}" for name, amount in held.items() if amount > 0)
            where = "programme.protected" if promised.any() else "programme.hold_harmless" if kept.any() else "programme.floor"
            return [
                Problem(
                    f"the least every region must get in {year} adds up to {needed:,.10g} {unit}, the budget is {budget:,.10g}",
                    where,
                    f"Taken by themselves: {why}.",
                    f"Add {needed - budget:,.10g} {unit} to the budget of {year}, or lower what is promised.",
                )
            ]
    return []


def _of_region(
    setting: Setting, i: int, count: int, year: int, low: Array, high: Array, promised: Array, kept: Array
) -> Problem:
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    region = setting.regions[i]
    if promised[i] >= low[i]:
        lower = "promised lines"
        lines = [n for n, line in enumerate(rules.protected) if line.region == region]
        where = f"programme.protected.{lines[0]}.amount"
    elif kept[i] >= low[i]:
        lower, where = "hold_harmless", "programme.hold_harmless"
    else:
        lower, where = "change_limit (the largest fall)", "programme.change_limit"
    equal = setting.equal[i, setting.years.index(year)]
    upper = "ceiling" if high[i] >= rules.ceiling * equal * (1 - SLACK) else "change_limit (the largest rise)"
    others = f", and {count - 1} other regions likewise" if count > 1 else ""
    return Problem(
        f"{region} must get at least {low[i]:,.10g} {unit} in {year} and may get at most {high[i]:,.10g}{others}",
        where,
        f"At least by {lower}; at most by {upper}.",
        f"The two are {low[i] - high[i]:,.10g} {unit} apart: lower the first or raise the second.",
    )
