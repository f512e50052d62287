r"""The rules of the programme: budget, envelopes, floors and ceilings per head, smooth change, promises kept.

With amounts :math:`x_{irt}` of instrument i, envelope totals :math:`N_{et}=\sum_{i\in e,r}x_{irt}`, population shares
:math:`\pi_r` and budget :math:`B_t`:

.. math::

    \textstyle\sum_e N_{et} &\le B_t & (1)\\
    \underline s_e \textstyle\sum_{e'} N_{e't} \le N_{et} &\le \overline s_e \textstyle\sum_{e'} N_{e't} & (2)\\
    f\,\pi_r N_{et} \le \textstyle\sum_{i\in e} x_{irt} &\le c\,\pi_r N_{et} & (3)\\
    |X_{rt}-X_{r,t-1}| &\le d\,\pi_r B_t & (4)\\
    X_{rt} &\ge h X_{r0} & (5)

with :math:`X_{rt}=\sum_i x_{irt}`, the year-0 allocation :math:`X_{r0}`, floor f, ceiling c, change limit d and
hold-harmless share h. Transfers and investment are separate envelopes: with linear transfers any aversion to
inequality would otherwise send everything to a handful of regions. A single line named among the envelopes is a group
of its own in (2) and (3).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.economy.setting import Setting
from spatialcoord.model import Affine, Data, Model
from spatialcoord.model.affine import add


def enter_programme(
    model: Model, setting: Setting, amounts: dict[str, Affine], envelopes: dict[str, str]
) -> Affine:
    """Write the rules (1)-(5) into the model and post receipts and financing.

    Parameters
    ----------
    model : Model
        Receives the block `programme`.
    setting : Setting
        Baseline.
    amounts : dict of Affine, dims (region, year)
        Programme money by instrument.
    envelopes : dict of str
        Envelope of each instrument.

    Returns
    -------
    Affine, dims (year,)
        Money spent each year, million currency.
    """
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    region, year = next(iter(amounts.values())).dims
    share = Data((region,), setting.share)
    budget = Data((year,), setting.budget)
    groups: dict[str, Affine] = {}
    for name, amount in amounts.items():
        group = envelopes[name]
        groups[group] = groups[group] + amount if group in groups else amount
    whole = tuple(groups)
    # a line named beside the envelopes is held to the same floor and ceiling, and to its own share of the money
    groups |= {
        name: amount for name, amount in amounts.items() if name in rules.envelopes and name not in groups
    }

    with model.part("programme"):
        national: dict[str, Affine] = {}
        for group, money in groups.items():
            total = model.variable(
                f"national_{group}",
                (year,),
                scale=float(setting.budget.mean()) or 1.0,
                unit=unit,
                doc=f"all money of {group}",
            )
            model.constrain(
                f"spending_{group}", total - money.sum("region") == 0.0, doc="national total of an envelope"
            )
            if rules.floor > 0:
                model.constrain(
                    f"floor_{group}",
                    money - total * share * rules.floor >= 0.0,
                    unit=unit,
                    doc="floor per head, (3)",
                )
            model.constrain(
                f"ceiling_{group}",
                money - total * share * rules.ceiling <= 0.0,
                unit=unit,
                doc="ceiling per head, (3)",
            )
            national[group] = total
        spent = add(national[group] for group in whole)
        model.constrain("budget", spent <= budget, unit=unit, doc="money available, (1)")
        for group, total in national.items():
            limits = rules.envelopes.get(group)
            if limits is not None and limits.min_share > 0:
                model.constrain(
                    f"share_least_{group}", total - spent * limits.min_share >= 0.0, unit=unit, doc="(2)"
                )
            if limits is not None and limits.max_share < 1:
                model.constrain(
                    f"share_most_{group}", total - spent * limits.max_share <= 0.0, unit=unit, doc="(2)"
                )
        everything = add(groups[group] for group in whole)
        _smooth(model, setting, everything)
        _promises(model, setting, amounts, everything)
    model.ledger.credit("receipts", "programme", everything)
    model.ledger.credit("financing", "programme", spent * Data((region,), setting.financing_share))
    return spent


def _smooth(model: Model, setting: Setting, everything: Affine) -> None:
    """Rules (4): neither up nor down by more than the limit from one year to the next, year 0 included."""
    limit = setting.scenario.programme.change_limit
    if limit is None:
        return
    region, year = everything.dims
    years = len(setting.years)
    step = limit * setting.equal
    start = np.zeros((len(setting.regions), years))
    start[:, 0] = setting.year_zero
    backward = np.eye(years) - np.eye(years, k=-1)
    change = everything.apply("year", backward, year)
    unit = setting.scenario.money_unit
    model.constrain(
        "change_up",
        change <= Data((region, year), start + step),
        unit=unit,
        doc="largest rise in a year, (4)",
    )
    model.constrain(
        "change_down",
        change >= Data((region, year), start - step),
        unit=unit,
        doc="largest fall in a year, (4)",
    )


def _promises(model: Model, setting: Setting, amounts: dict[str, Affine], everything: Affine) -> None:
    """Rule (5) and protected lines."""
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    region, _ = everything.dims
    if rules.hold_harmless > 0:
        least = rules.hold_harmless * setting.year_zero
        model.constrain(
            "hold_harmless", everything >= Data((region,), least), unit=unit, doc="share of year 0 kept, (5)"
        )
    for name, amount in amounts.items():
        lines: dict[Any, float] = {p.region: p.amount for p in rules.protected if p.instrument == name}
        if lines:
            least = np.array([lines.get(r, 0.0) for r in setting.regions])
            model.constrain(
                f"protected_{name}", amount >= Data((region,), least), unit=unit, doc="promised lines"
            )
