"""What is unusual about a scenario's years, money and neighbours, and what is assumed where a figure is not given."""

from __future__ import annotations

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.institutions.membership import formed
from spatialcoord.planner.checks import islands
from spatialcoord.regions.attributes import some
from spatialcoord.registry import instruments


def remarks(setting: Setting) -> list[Problem]:
    """What a planner should look at, though it can be run.

    Parameters
    ----------
    setting : Setting
        Baseline of a case that holds at least population and output.
    """
    return _years_and_money(setting) + _neighbours(setting) + _assumed(setting)


def _years_and_money(setting: Setting) -> list[Problem]:
    """A currency that does not exist, years far apart, a budget of unusual size."""
    from babel.core import get_global

    scenario = setting.scenario
    programme = scenario.programme
    found = []
    if scenario.currency not in get_global("all_currencies") and scenario.currency != "CUR":
        found.append(
            Problem(
                f"'{scenario.currency}' is not the code of a currency",
                "currency",
                remedy="Codes are those of ISO 4217.",
            )
        )
    gap = programme.years.first - scenario.price_year
    if not -1 <= gap <= 10:
        found.append(
            Problem(
                f"prices are of {scenario.price_year}, the programme begins in {programme.years.first}",
                "price_year",
                "Figures grow at one rate from the year before the programme; they should not be far from it.",
                "Check both years.",
            )
        )
    if len(programme.years) > 15:
        found.append(
            Problem(
                f"the programme lasts {len(programme.years)} years",
                "programme.years.last",
                remedy="Check both years.",
            )
        )
    if programme.budget.amount is not None:
        ratio = float(setting.budget[0] / setting.output[:, 0].sum())
        if 1e-8 <= ratio < 1e-4 or 0.05 < ratio <= 0.2:  # beyond that it is refused
            found.append(
                Problem(
                    f"the budget is {ratio:.2g} of the regions' output",
                    "programme.budget.amount",
                    "Regional programmes spend between about 0.0005 and 0.02 of it a year.",
                    f"Check that the amount is in {scenario.money_unit} a year.",
                )
            )
    return found


def _neighbours(setting: Setting) -> list[Problem]:
    graph = setting.graph
    known = len(graph.links) > 0 or graph.has_geometry
    alone = islands(setting) if known else []
    found = []
    if alone and not (setting.spillover and setting.scenario.economy.spillover.weights == "contiguity"):
        found.append(
            Problem(
                f"without a neighbour: {some(alone)}",
                "regions",
                "They share no border with another region and no link joins them.",
                "Link them in a table of `links` (a,b,kind with kind 'link'), or accept them with `accept_islands`.",
            )
        )
    parts = [part for part in graph.components() if len(part) > 1] if known else []
    if len(parts) > 1 and setting.scenario.regions.accept_islands is False:
        found.append(
            Problem(
                f"the regions fall into {len(parts)} parts that nothing joins; one of them: {some(parts[1])}",
                "regions",
                "",
                "Link them in a table of `links`, or accept it with `accept_islands: true`.",
            )
        )
    return found


def instrument_remarks(setting: Setting) -> list[Problem]:
    """What each chosen instrument has to say of its own values, in a case free of errors."""
    return [
        problem
        for name, params in setting.scenario.instruments.items()
        for problem in instruments.get(name)().remarks(setting, params)
    ]


def institution_remarks(setting: Setting) -> list[Problem]:
    """Institutions that exist without an affair in which a chosen instrument moves anything between regions."""
    by_affair: dict[str, list[str]] = {}
    for name in instruments:
        if affair := getattr(instruments.get(name), "affair", ""):
            by_affair.setdefault(affair, []).append(name)
    chosen = setting.scenario.instruments
    return [
        Problem(
            f"the institution '{name}' has no effect on the plan",
            f"institutions.{name}.affairs",
            f"No chosen instrument moves anything between its members in {', '.join(terms.affairs)}.",
            "It counts where regions negotiate. For the plan to use it, choose an instrument of its affairs: "
            + "; ".join(f"{', '.join(names)} ({affair})" for affair, names in sorted(by_affair.items()))
            + ".",
        )
        for name, terms in formed(setting).items()
        if not any(one in chosen for affair in terms.affairs for one in by_affair.get(affair, ()))
    ]


def _assumed(setting: Setting) -> list[Problem]:
    """Figures that are not given and taken to be something."""
    outcome, graph, found = setting.scenario.objective.of, setting.graph, []
    flows = "net_transfer_received"
    said = flows in {
        entry.column for entry in setting.scenario.missing
    }  # the case itself says so, in its own words
    if outcome in ("income", "fiscal_capacity") and not graph.has(flows) and not said:
        found.append(
            Problem(
                "existing fiscal flows between levels of government are taken as zero",
                "regions.tables",
                "No table gives 'net_transfer_received', so disparity before the programme is that of output.",
                "Add the column (expenditure less own revenue is a common stand-in), if there are such flows.",
            )
        )
    same_costs = bool((setting.attribute("standard_cost_index") == 1.0).all())
    if outcome == "fiscal_capacity" and same_costs and not graph.place("standard_cost_index"):
        found.append(
            Problem(
                "public services are taken to cost the same everywhere",
                "regions.tables",
                "No table gives 'standard_cost_index'.",
                "Add the column, if costs differ.",
            )
        )
    return found
