"""The ministry's table: one row a region, all that the plan does to it, computed in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spatialcoord.disparity import location_quotient

if TYPE_CHECKING:
    import xarray as xr

    from spatialcoord.results.plan import Plan

MILLION = 1e6
RECEIVED = ("receipts", "compensation")
# the last two only where an instrument sets tax rates, and where regions pay each other
FLOWS = ("receipts", "cofinance", "financing", "levy", "compensation")


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
        ``equal_per_head`` (the same money per head, a year), ``ratio_to_equal``, ``location_quotient`` (share of
        the programme's money over share of output without the programme), ``share_of_budget`` (of the
        region's own yearly budget expenditure; absent where the graph does not hold it), ``year_before`` (amount
        of the year before the programme), ``change_first`` (of the first year on the year before, a share),
        ``change_yearly`` (mean yearly change from the first to the last year, a share), ``target_before``,
        ``target_after``, ``change_per_head`` (after less before), ``change_to_equal`` (after less the same
        money per head), ``receipts``, ``cofinance``, ``financing``, ``levy`` (tax paid more under rates of its
        own; absent where there are none), ``compensation`` (net payments from other regions; absent where there are none),
        ``net`` (receipts and compensation less co-finance, financing and levy), ``binding_rule``, ``at_floor``, ``at_ceiling``.
        A change from nothing is not a number.
    """
    data = plan.dataset
    population = data["population"].to_series().astype(float)
    years = data.sizes["year"]
    amount = data["amount"].sum(("instrument", "year")).to_series()
    equal = data["amount_equal"].sum(("instrument", "year")).to_series()
    target = data["target_per_head"].to_pandas()
    flows = {name: data[name].sum("year").to_series() for name in FLOWS if name in data}
    columns = {
        "amount": amount,
        "amount_per_head": amount * MILLION / population / years,
        "equal_per_head": equal * MILLION / population / years,
        "ratio_to_equal": (amount / equal).where(equal > 0, 1.0),
        "location_quotient": _quotient(amount, data["output"].sel(outcome="before").isel(period=0)),
    }
    if plan.graph.has("budget_expenditure"):
        own = plan.graph["budget_expenditure"].to_series().reindex(population.index)
        columns["share_of_budget"] = amount / years / own
    columns |= {
        "year_before": data["year_zero"].to_series(),
        **_changes(year_table(plan)),
        "target_before": target.loc["before"],
        "target_after": target.loc["after"],
        "change_per_head": target.loc["after"] - target.loc["before"],
        "change_to_equal": target.loc["after"] - target.loc["equal_per_head"],
        **flows,
        "net": sum(flow if name in RECEIVED else -flow for name, flow in flows.items()),
        "binding_rule": data["binding_rule"].to_series().astype(str),
        "at_floor": data["at_floor"].to_series(),
        "at_ceiling": data["at_ceiling"].to_series(),
    }
    return pd.DataFrame(columns, index=population.index)


def total_row(plan: Plan) -> dict[str, float]:
    """What :func:`region_table` says of all regions together: sums of money, means over all people.

    Shares, ratios and changes are those of the sums; rules and limits have no total.
    """
    table, data = region_table(plan), plan.dataset
    population = data["population"].to_series()
    share = population / population.sum()
    sums = [name for name in ("amount", "year_before", *FLOWS, "net") if name in table]
    means = [c for c in table if c.endswith("_per_head") or c.startswith("target_") or c == "change_to_equal"]
    total = {name: float(table[name].sum()) for name in sums}
    total |= {str(name): float(table[name] @ share) for name in means}
    total["ratio_to_equal"] = _ratio(total["amount_per_head"], total["equal_per_head"])
    total["location_quotient"] = 1.0 if total["amount"] > 0 else float("nan")
    if "share_of_budget" in table:
        own = float(plan.graph["budget_expenditure"].sum())
        total["share_of_budget"] = _ratio(total["amount"] / data.sizes["year"], own)
    changes = _changes(year_table(plan).sum().to_frame().T)
    return total | {name: float(values.iloc[0]) for name, values in changes.items()}


def line_table(plan: Plan) -> pd.DataFrame:
    """Money of each region by instrument over the programme: index region, columns instrument."""
    return plan.dataset["amount"].sum("year").transpose("region", "instrument").to_pandas()


def year_table(plan: Plan) -> pd.DataFrame:
    """Money of each region by year: index region, columns the year before the programme and its years."""
    data = plan.dataset
    years = data["amount"].sum("instrument").transpose("region", "year").to_pandas()
    years.insert(0, int(years.columns[0]) - 1, data["year_zero"].to_series())
    return years


def _changes(years: pd.DataFrame) -> dict[str, pd.Series]:
    """Relative changes of money by year: first year on the year before, and a year on average from then on."""
    before, first, last = (years.iloc[:, i] for i in (0, 1, -1))
    steps = years.shape[1] - 2
    nothing = pd.Series(float("nan"), index=years.index)
    return {
        "change_first": (first / before - 1.0).where(before > 0),
        "change_yearly": ((last / first) ** (1.0 / steps) - 1.0).where(first > 0) if steps else nothing,
    }


def _quotient(money: pd.Series, output: xr.DataArray) -> pd.Series:
    """Location quotient of the money against output; not a number where nothing is paid out."""
    if money.sum() <= 0:
        return pd.Series(float("nan"), index=money.index)
    # a solver's zero may lie a little below
    return pd.Series(location_quotient(money.clip(lower=0.0).values, output.values), index=money.index)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def instrument_totals(plan: Plan) -> pd.DataFrame:
    """Money by line over the programme: index instrument, columns ``amount``, ``share``, ``envelope``."""
    data = plan.dataset
    amount = data["amount"].sum(("region", "year")).to_series()
    total = amount.sum()
    share = amount / total if total > 0 else amount * 0.0
    return pd.DataFrame(
        {"amount": amount, "share": share, "envelope": data["envelope"].to_series().astype(str)}
    )
