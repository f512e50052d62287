r"""The rules of the programme: budget, envelopes, floors and ceilings per head, smooth change, promises kept.

With amounts :math:`x_{irt}` of instrument i, envelope totals :math:`N_{et}=\sum_{i\in e,r}x_{irt}`, population shares
:math:`\pi_r` and budget :math:`B_t`:

.. math::

    \textstyle\sum_e N_{et} &\le B_t + \textstyle\sum_r \ell_{rt} + \textstyle\sum_{i,s<t} \beta_{its} N_{is} & (1)\\
    \underline s_e \textstyle\sum_{e'} N_{e't} \le N_{et} &\le \overline s_e \textstyle\sum_{e'} N_{e't} & (2)\\
    f\,\pi_r N_{et} \le \textstyle\sum_{i\in e} x_{irt} &\le c\,\pi_r N_{et} & (3)\\
    |X_{rt}-X_{r,t-1}| &\le d\,\pi_r B_t & (4)\\
    X_{rt} &\ge h X_{r0} & (5)\\
    \textstyle\sum_{r\in g} X_{rt} &\le k \textstyle\sum_{r\in g} A_{rt} & (6)\\
    X_{rt} &\ge \varphi_f s_{fr} B_t & (7)

with :math:`X_{rt}=\sum_i x_{irt}`, the year-0 allocation :math:`X_{r0}`, floor f, ceiling c, change limit d,
hold-harmless share h, tax :math:`\ell_{rt}` that rates of their own bring (negative: cost), share :math:`\beta_{its}` of
loans of year s that comes back in year t, caps k on the money of a group g as a share of a figure A of it, and the share :math:`\varphi_f` that is kept of what a
statutory formula f would give of the budget, :math:`s_{fr}` of it to region r. A region
that no line of a group admits has no floor in it, and :math:`\pi_r` in (3) are shares of the people in regions that are
admitted. Those who pay for the programme pay what it costs beyond such tax; a loan costs them its grant equivalent. An
envelope none of whose lines is planned per head (:attr:`Instrument.per_head`) has neither floor nor ceiling: rules of its own
spread its money. Whole projects (:attr:`Instrument.whole`) count in (1), (2) and (5) to (7), while (3) and (4) hold for all other
money, of which :math:`N_{et}` in (3) is then the sum. Transfers and investment are separate envelopes: with linear transfers
any aversion to inequality would otherwise send everything to a handful of regions. A single line named among the envelopes
is a group of its own in (2) and (3).
"""

from __future__ import annotations

import numpy as np

from spatialcoord import registry
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.instruments.base import by_line, lines_of, part_of
from spatialcoord.model import Affine, Data, Model
from spatialcoord.model.affine import add


def enter_programme(model: Model, setting: Setting, amounts: dict[str, Affine]) -> Affine:
    """Write the rules (1)-(7) into the model and post receipts and financing.

    Parameters
    ----------
    model : Model
        Receives the block `programme`.
    setting : Setting
        Baseline.
    amounts : dict of Affine, dims (region, year)
        Programme money by line; lines that are not of the budget are left out by whoever calls.

    Returns
    -------
    Affine, dims (year,)
        Money spent each year, million currency.
    """
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
    groups: dict[str, Affine] = {}
    divided: dict[str, Affine] = {}  # the same without whole projects
    admitted: dict[str, Array] = {}
    per_head: set[str] = set()
    lumpy: set[str] = set()
    most = line_limits(setting)

    def join(group: str, line: str) -> None:
        groups[group] = groups[group] + amounts[line] if group in groups else amounts[line]
        if part_of(line)[0].whole:
            lumpy.add(group)
            return
        divided[group] = divided[group] + amounts[line] if group in divided else amounts[line]
        admitted[group] = admitted.get(group, False) | (most[line].max(axis=1) > 0)
        if part_of(line)[0].per_head:
            per_head.add(group)

    for line in amounts:
        join(part_of(line)[0].envelope, line)
    whole = tuple(groups)
    # a line named beside the envelopes is held to the same floor and ceiling, and to its own share of the money
    for line in amounts:
        name = line.partition(".")[0]
        if name in rules.envelopes and name not in whole:
            join(name, line)

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
            national[group] = total
            if group not in per_head:
                continue
            if group in lumpy:
                money = divided[group]
                total = model.variable(
                    f"divided_{group}",
                    (year,),
                    scale=float(setting.budget.mean()) or 1.0,
                    unit=unit,
                    doc=f"money of {group} without whole projects",
                )
                model.constrain(
                    f"dividing_{group}", total - money.sum("region") == 0.0, doc="what is held to (3)"
                )
            # equal per head is meant among those who may receive: a fund for few could not spend its money otherwise
            among = np.where(admitted[group], setting.share, 0.0)
            share = Data((region,), among / (among.sum() or 1.0))
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
        nothing = Affine.zero((region, year))  # where all lines stand beside the budget
        spent = add([nothing.sum("region"), *(national[group] for group in whole)])
        back = _repaid(setting, amounts) + [model.ledger.total("levy", (region, year)).sum("region")]
        budget = Data((year,), setting.budget)
        model.constrain("budget", spent - add(back) <= budget, unit=unit, doc="money available, (1)")
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
        everything = add([nothing, *(groups[group] for group in whole)])
        if amounts:
            changing = [divided[group] for group in whole if group in divided]
            if changing:
                _smooth(model, setting, add([nothing, *changing]))
            _promises(model, setting, amounts, everything)
            _caps(model, setting, everything)
        cost = line_costs(setting)
        received = add([nothing, *(amount * cost[line] for line, amount in amounts.items())])
        received = received + model.ledger.total("granted", (region, year))
        paid = spent
        apart = {"levy", "granted"} & set(model.ledger.accounts)
        if apart or any(cost[line] != 1.0 for line in amounts):
            # a variable of its own: every region's income holds it, the sum behind it runs over all regions
            paid = model.variable(
                "net_cost",
                (year,),
                lower=-np.inf,
                scale=float(setting.budget.mean()) or 1.0,
                unit=unit,
                doc="what the programme costs those who pay for it",
            )
            levied = model.ledger.total("levy", (region, year)).sum("region")
            model.constrain(
                "net_cost_balance",
                paid - received.sum("region") + levied == 0.0,
                doc="grants and grant equivalents less tax paid more",
            )
    model.ledger.credit("receipts", "programme", received)
    model.ledger.credit("financing", "programme", paid * Data((region,), setting.financing_share))
    return spent


def _repaid(setting: Setting, amounts: dict[str, Affine]) -> list[Affine]:
    """What comes back to the budget by year, for each line that lends."""
    found = []
    for name, params in setting.scenario.instruments.items():
        part = registry.instruments.get(name)()
        for line, back in by_line(name, part.repaid(setting, params)).items():
            if back is not None and line in amounts:
                year = amounts[line].dims[1]
                found.append(amounts[line].sum("region").apply("year", back, year))
    return found


def repaid_to_budget(setting: Setting, amounts: dict[str, Array]) -> Array:
    """What comes back to the budget of given amounts, million currency a year, shape (Y,)."""
    total = np.zeros(len(setting.years))
    for name, params in setting.scenario.instruments.items():
        part = registry.instruments.get(name)()
        for line, back in by_line(name, part.repaid(setting, params)).items():
            if back is not None and line in amounts:
                total = total + back @ amounts[line].sum(axis=0)
    return total


def _caps(model: Model, setting: Setting, everything: Affine) -> None:
    """Rules (6): all money of a group within a share of a figure of it."""
    region, year = everything.dims
    growth = setting.growth_factor @ setting.year_in_period
    for level, cap in setting.scenario.programme.caps.items():
        figure = setting.attribute(cap.of)[:, None] * growth
        if level == "region":
            money, room = everything, Data((region, year), cap.share * figure)
        else:
            member = setting.graph.level(level).values.astype(str)
            labels = list(dict.fromkeys(member))
            matrix = (np.array(labels)[:, None] == member[None, :]).astype(float)
            group = model.dim(level, labels)
            money = everything.apply("region", matrix, group)
            room = Data((group, year), cap.share * (matrix @ figure))
        model.constrain(
            f"cap_{level}",
            money <= room,
            unit=setting.scenario.money_unit,
            doc=f"cap on the money of a {level}, (6)",
        )


def line_limits(setting: Setting) -> dict[str, Array]:
    """Most money of each line, million currency a year, shape (R, Y); inf without limit, zero where none is admitted."""
    shape = (len(setting.regions), len(setting.years))
    return {
        line: np.broadcast_to(most, shape)
        for name, params in setting.scenario.instruments.items()
        for line, most in by_line(name, registry.instruments.get(name)().most(setting, params)).items()
    }


def line_costs(setting: Setting) -> dict[str, float]:
    """What a unit of each line costs those who pay for the programme."""
    return {
        line: float(cost)
        for name, params in setting.scenario.instruments.items()
        for line, cost in by_line(name, registry.instruments.get(name)().cost(setting, params)).items()
    }


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
    """Rules (5), (7) and protected lines."""
    rules, unit = setting.scenario.programme, setting.scenario.money_unit
    region, _ = everything.dims
    if rules.hold_harmless > 0:
        least = rules.hold_harmless * setting.year_zero
        model.constrain(
            "hold_harmless", everything >= Data((region,), least), unit=unit, doc="share of year 0 kept, (5)"
        )
    for name, share in rules.formula_floor.items():
        if share > 0:
            least = share * setting.formula_share(name)[:, None] * setting.budget
            model.constrain(
                f"formula_floor_{name}",
                everything >= Data(everything.dims, least),
                unit=unit,
                doc="share of a formula's amount, (7)",
            )
    # an instrument of several lines keeps its promises with all of them together
    for name in dict.fromkeys(promised.instrument for promised in rules.protected):
        least = np.zeros(len(setting.regions))
        for promised in rules.protected:
            if promised.instrument == name:
                least[setting.regions.index(promised.region)] += promised.amount
        money = add([amounts[line] for line in lines_of(name)])
        model.constrain(f"protected_{name}", money >= Data((region,), least), unit=unit, doc="promised lines")
