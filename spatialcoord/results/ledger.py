r"""Who pays and who receives: every flow of a plan's money between the regions, the programme and the rest.

With programme money received P (a loan at its grant equivalent), share of the financing F, tax paid more :math:`\ell`, own
co-finance n, debt service d, own money of firms k and net payments from other regions h, in every year

.. math::

    \text{total}_r &= P_r - F_r - \ell_r - n_r - d_r - k_r + h_r & (1)\\
    \textstyle\sum_r P_r &= \textstyle\sum_r (F_r + \ell_r), \qquad \textstyle\sum_r h_r = 0 & (2)

The programme pays P and takes F and :math:`\ell`; whoever builds with the own money of regions and firms, and lends to
them, is outside; what regions pay each other stays between them. Each flow is entered where it is paid and where it arrives,
so every column sums to zero; that the programme keeps nothing and no payment between regions is lost, (2), is a statement on
the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

PROGRAMME, OUTSIDE = "programme", "outside"
REGIONS = "regions"  # at the other end stand regions, each with an entry of its own
# what a unit of each flow is to a region, and who stands at its other end
FLOWS: dict[str, tuple[float, str]] = {
    "receipts": (1.0, PROGRAMME),
    "financing": (-1.0, PROGRAMME),
    "levy": (-1.0, PROGRAMME),
    "cofinance": (-1.0, OUTSIDE),
    "debt_cost": (-1.0, OUTSIDE),
    "private_cost": (-1.0, OUTSIDE),
    "compensation": (1.0, REGIONS),
}


def ledger_table(plan: Plan, year: int | None = None) -> pd.DataFrame:
    """Who pays and who receives, by flow.

    Parameters
    ----------
    plan : Plan
        A plan that keeps the contract.
    year : int, optional
        One year of the programme; left out, all of them together.

    Returns
    -------
    pandas.DataFrame
        Index: region ids in the order of the Dataset, then ``programme`` (the common purse) and ``outside`` (builders and
        lenders that own money goes to). Columns: ``receipts``, ``financing``, ``levy``, ``cofinance``, ``debt_cost``,
        ``private_cost``, ``compensation`` and their sum ``total``; what arrives is positive, what is paid negative. Every column sums to
        zero; the total of the programme is zero where payments equal receipts. ``attrs["units"]`` holds the money unit (a
        year where a year was asked for), ``attrs["years"]`` the years.

    Raises
    ------
    InputError
        The programme does not pay in that year.
    """
    data, years = plan.dataset, [int(y) for y in plan.dataset["year"].values]
    if year is not None and year not in years:
        raise InputError(
            Problem(
                f"the programme does not pay in {year}",
                where="year",
                remedy=f"Name a year from {years[0]} to {years[-1]}, or none for all together.",
            )
        )
    chosen = years if year is None else [year]
    regions = [str(region) for region in data["region"].values]
    columns = {}
    for flow, (sign, other_end) in FLOWS.items():
        # what nobody pays is not in the Dataset
        paid = data[flow].sel(year=chosen).sum("year").values if flow in data else np.zeros(len(regions))
        ends = {PROGRAMME: 0.0, OUTSIDE: 0.0}
        if other_end != REGIONS:
            ends[other_end] = -sign * float(paid.sum())
        columns[flow] = np.array([*(sign * paid), ends[PROGRAMME], ends[OUTSIDE]]) + 0.0  # no minus zero
    table = pd.DataFrame(columns, index=pd.Index([*regions, PROGRAMME, OUTSIDE], name="who"))
    table["total"] = table.sum(axis=1)
    money = str(data.attrs["money_unit"])
    table.attrs = {"units": money if year is None else f"{money}/yr", "years": chosen}
    return table
