"""The ministry's table: one row a region, all that the plan does to it, computed in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

MILLION = 1e6


def region_table(plan: Plan) -> pd.DataFrame:
    """What the plan does to each region.

    Money is in the case's money unit (millions of its currency) summed over the programme; "per head" is in
    single units of the currency a year, the mean over the programme's years, so that it compares with income.

    Parameters
    ----------
    plan : Plan
        A plan that keeps the contract.

    Returns
    -------
    pandas.DataFrame
        Index: region ids in the order of the Dataset. Columns: ``amount``, ``amount_per_head``,
        ``equal_per_head`` (the same money per head, a year), ``ratio_to_equal``, ``share_of_budget`` (of the
        region's own yearly budget expenditure; absent where the graph does not hold it), ``target_before``,
        ``target_after``, ``change_per_head`` (after less before), ``change_to_equal`` (after less the same
        money per head), ``receipts``, ``cofinance``, ``financing``, ``net`` (receipts less co-finance less
        financing), ``binding_rule``, ``at_floor``, ``at_ceiling``.
    """
    data = plan.dataset
    population = data["population"].to_series().astype(float)
    years = data.sizes["year"]
    amount = data["amount"].sum(("instrument", "year")).to_series()
    equal = data["amount_equal"].sum(("instrument", "year")).to_series()
    target = data["target_per_head"].to_pandas()
    flows = {name: data[name].sum("year").to_series() for name in ("receipts", "cofinance", "financing")}
    columns = {
        "amount": amount,
        "amount_per_head": amount * MILLION / population / years,
        "equal_per_head": equal * MILLION / population / years,
        "ratio_to_equal": (amount / equal).where(equal > 0, 1.0),
    }
    if plan.graph.has("budget_expenditure"):
        own = plan.graph["budget_expenditure"].to_series().reindex(population.index)
        columns["share_of_budget"] = amount / years / own
    columns |= {
        "target_before": target.loc["before"],
        "target_after": target.loc["after"],
        "change_per_head": target.loc["after"] - target.loc["before"],
        "change_to_equal": target.loc["after"] - target.loc["equal_per_head"],
        **flows,
        "net": flows["receipts"] - flows["cofinance"] - flows["financing"],
        "binding_rule": data["binding_rule"].to_series().astype(str),
        "at_floor": data["at_floor"].to_series(),
        "at_ceiling": data["at_ceiling"].to_series(),
    }
    return pd.DataFrame(columns, index=population.index)


def instrument_totals(plan: Plan) -> pd.DataFrame:
    """Money by line over the programme: index instrument, columns ``amount``, ``share``, ``envelope``."""
    data = plan.dataset
    amount = data["amount"].sum(("region", "year")).to_series()
    total = amount.sum()
    share = amount / total if total > 0 else amount * 0.0
    return pd.DataFrame(
        {"amount": amount, "share": share, "envelope": data["envelope"].to_series().astype(str)}
    )
