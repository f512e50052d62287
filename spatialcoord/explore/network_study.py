"""Where capacity of transport between regions should grow: the convex network of a case as a study with a certified bracket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.labels import Labels
from spatialcoord.explore.study import Study
from spatialcoord.messages import catalogue
from spatialcoord.network import Network, Solved, Transport, design, network_of
from spatialcoord.planner.case import Case

# of everybody's consumption: distance of the bracket's ends, in networks of few links and of many, where each digit takes minutes
FINE, COARSE, MANY = 1e-6, 1e-4, 200
SECONDS = 1.5e-4  # times the square of the number of links, measured on networks of 39 to 552 links
SHOWN = 5  # links named in a sentence
GROWN = 1e-6  # of what stands: less is no growth
WHERE = "--capacity"


def check_capacity(capacity: float, anew: bool = False, lang: str = "en") -> None:
    """Refuse a capacity that is none, or less than what is to stay.

    Raises
    ------
    InputError
        Not above 0, not finite, or below 1 where what stands stays.
    """
    t = catalogue(lang).t
    if not (np.isfinite(capacity) and capacity > 0):
        what, remedy = "network.no_capacity", "network.no_capacity_remedy"
    elif capacity < 1 and not anew:
        what, remedy = "network.too_little", "network.too_little_remedy"
    else:
        return
    raise InputError(Problem(t(what, capacity=f"{capacity:g}"), where=WHERE, remedy=t(remedy)))


def network_seconds(net: Network) -> float:
    """About how long it takes to close the bracket of a network, seconds; rough."""
    return SECONDS * len(net.a) ** 2


def network(
    case: Case,
    capacity: float = 1.5,
    anew: bool = False,
    lang: str = "en",
    progress: Callable[[str, str], None] | None = None,
) -> Study:
    r"""Best capacities of the links of a case, what then flows, and a bracket around the best welfare.

    The welfare is the population's mean of the logarithm of consumption per head, so that a difference :math:`d` of two welfares
    is worth :math:`e^{d}-1` of everybody's consumption (Fajgelbaum and Schaal 2020, Econometrica 88(4); see
    :mod:`spatialcoord.network`).

    Parameters
    ----------
    case : Case
        From :func:`spatialcoord.load_case`; output, population, coordinates and links of its regions are what counts.
    capacity : float
        Capacity of all links together, each counted by its length, as a multiple of what stands.
    anew : bool
        Whether what stands may be placed anew; otherwise it stays and only what is beyond it is chosen.
    lang : str
        Language of the picture, of the tables' heads and of the sentences, "en" or "zh".
    progress : callable, optional
        Called with the name of the step and where it stands.

    Returns
    -------
    Study
        Of kind "network"; its Dataset has dimensions ``region`` and ``link``.

    Raises
    ------
    InputError
        The capacity is none, or the case has no links, coordinates or figures.
    SolveError
        The solver failed.
    """
    from spatialcoord.maps.links import fonts_for, link_map

    words = catalogue(lang)
    check_capacity(capacity, anew, lang)
    params, tell = Transport(), progress or (lambda step, where: None)
    net = network_of(case.graph, capacity, params, keep=not anew, where=WHERE)
    tell("network", words.t("network.step.standing"))
    tolerance = FINE if len(net.a) <= MANY else COARSE
    standing = design(network_of(case.graph, params=params, fixed=True, where=WHERE), tolerance)
    tell("network", words.t("network.step.new"))
    found = design(net, tolerance)
    labels = Labels(case, words)
    data = _dataset(case, net, found, standing)
    summary = _summary(case, capacity, anew, params, found, standing, data, tolerance)
    summary["sentences"] = _sentences(labels, summary, data)
    drawn = fonts_for(lang)[1]
    table = pd.DataFrame(
        {end: data[f"link_{end}"].values.astype(str) for end in ("a", "b")}
        | {"value": np.maximum(data["capacity"].values, 0.0)}
    )
    figure = link_map(
        case.graph,
        table,
        drawn.t("network.figure.title"),
        drawn.t("network.figure.unit"),
        lang,
        drawn.t("network.figure.note", capacity=f"{capacity:g}"),
    )
    return Study("network", data, summary, _tables(labels, data), {"links": figure})


def _dataset(case: Case, net: Network, found: Solved, standing: Solved) -> xr.Dataset:
    """Capacities, flows, consumption and prices with units; money is output a year at the case's prices."""
    graph, scenario = case.graph, case.scenario
    output, people = graph["output"].to_numpy(), graph["population"].to_numpy()
    goods = float(output.mean())  # million currency a year in a unit of goods
    per_head = 1e6 * goods / float(people.mean())
    price = found.price / float(found.price @ net.weight)
    low, high = np.minimum(price[net.a], price[net.b]), np.maximum(price[net.a], price[net.b])
    money, head = f"{scenario.money_unit}/yr", f"{scenario.currency} per head"
    data: dict[str, tuple[str, Any, str, str]] = {
        "length": ("link", net.building, "km", "length of a link, great circle"),
        "capacity": ("link", found.capacity, "1", "capacity of a link, times what stands"),
        "flow": ("link", goods * found.net_flow, money, "goods that flow from a to b, net; negative: from b to a"),
        "used_up": ("link", goods * found.used_up, money, "goods used up by transport on a link"),
        "price_gap": ("link", high / low - 1.0, "1", "by how much goods are dearer at the dearer end"),
        "endowment": ("region", per_head * net.endowment / net.population, head, "output per head"),
        "consumption_standing": ("region", per_head * standing.per_head, head, "consumption per head, what stands"),
        "consumption": ("region", per_head * found.per_head, head, "consumption per head"),
        "price": ("region", price, "1", "price of goods, of the mean of all people"),
    }  # fmt: skip
    return xr.Dataset(
        {
            name: (dim, np.asarray(values, dtype=float), {"units": unit, "long_name": about})
            for name, (dim, values, unit, about) in data.items()
        },
        coords={
            "region": list(net.regions),
            "link": list(net.links),
            "link_a": ("link", [net.regions[i] for i in net.a]),
            "link_b": ("link", [net.regions[i] for i in net.b]),
            "name": ("region", graph.names("en").values.astype(str)),
            "name_zh": ("region", graph.names("zh").values.astype(str)),
        },
        attrs={
            "case": scenario.case,
            "currency": scenario.currency,
            "money_unit": scenario.money_unit,
            "price_year": scenario.price_year,
            "fingerprint": case.fingerprint,
        },
    )


def _summary(
    case: Case,
    capacity: float,
    anew: bool,
    params: Transport,
    found: Solved,
    standing: Solved,
    data: xr.Dataset,
    tolerance: float,
) -> dict[str, Any]:
    upper = min(found.upper, found.upper_by_prices)
    most = min(standing.upper, standing.upper_by_prices)
    return {
        "case": case.scenario.case,
        "fingerprint": case.fingerprint,
        "status": found.status,
        "capacity": capacity,
        "anew": anew,
        "welfare": {
            "lower": found.lower,
            "upper": upper,
            "upper_of_relaxation": found.upper,
            "upper_by_prices": found.upper_by_prices,
            "gap": found.gap,
            "tolerance": tolerance,
            "closed": bool(found.gap <= tolerance),
            "unit": "mean logarithm of consumption per head, in that of the mean output per head",
        },
        "standing": {"lower": standing.lower, "upper": most},
        # of everybody's consumption: the plan is worth at least the first, no plan more than the second
        "gain": {
            "lower": float(np.expm1(found.lower - most)),
            "upper": float(np.expm1(upper - standing.lower)),
            "unit": "share of everybody's consumption",
        },
        "used_up": float(data["used_up"].sum()),
        "money_unit": case.scenario.money_unit,
        "links": data.sizes["link"],
        "grown": int((data["capacity"] > 1.0 + GROWN).sum()),
        "parameters": params.model_dump(include={"beta", "gamma", "cost_per_1000km", "aversion"}),
        "rounds": found.rounds,
        "tangents": found.tangents,
        "max_violation": found.violation,
    }  # fmt: skip


def _sentences(labels: Labels, summary: dict[str, Any], data: xr.Dataset) -> list[dict[str, str]]:
    """Sentences under heads ("result", "links", "caveats"), computed from summary and Dataset."""
    words, gain, welfare = labels.words, summary["gain"], summary["welfare"]
    t = words.t
    order = np.argsort(-data["capacity"].values, kind="stable")[:SHOWN]
    ends = [data[f"link_{end}"].values.astype(str) for end in ("a", "b")]
    named = [
        t(
            "network.link",
            a=labels.region(ends[0][i]),
            b=labels.region(ends[1][i]),
            capacity=words.number(float(data["capacity"].values[i]), 2),
        )
        for i in order
        if data["capacity"].values[i] > 1.0 + GROWN
    ]
    closed = "closed" if welfare["closed"] else "open"
    groups = {
        "result": [
            t(
                f"network.gain.{'anew' if summary['anew'] else 'kept'}",
                capacity=f"{summary['capacity']:g}",
                lower=words.percent(gain["lower"], 3),
                upper=words.percent(gain["upper"], 3),
            ),
            t(
                f"network.bracket.{closed}",
                lower=words.number(welfare["lower"], 6),
                upper=words.number(welfare["upper"], 6),
                gap=words.percent(welfare["gap"], 5),
            ),
            t("network.used_up", money=words.money(summary["used_up"], f"{summary['money_unit']}/yr")),
        ],
        "links": [t("network.grown", grown=summary["grown"], links=summary["links"])]
        + ([t("network.largest", links=t("network.and").join(named))] if named else []),
        "caveats": [t("network.proxies"), t("network.shared_out"), t("network.no_cost")],
    }
    return [{"head": head, "text": text} for head, texts in groups.items() for text in texts]


def _tables(labels: Labels, data: xr.Dataset) -> dict[str, pd.DataFrame]:
    """A row a link and a row a region; heads in the language and with units."""
    words = labels.words

    def head(key: str) -> str:
        unit = data[key].attrs["units"] if key in data.data_vars else "1"
        name = words.t(f"network.column.{key}")
        return name if unit == "1" else words.t("summary.table.with_unit", name=name, unit=words.unit(unit))

    ends = {
        head(f"{what}_{end}"): (
            data[f"link_{end}"].values
            if what == "key"
            else [labels.region(r) for r in data[f"link_{end}"].values.astype(str)]
        )
        for end in ("a", "b")
        for what in ("key", "region")
    }
    links = ends | {
        head(key): data[key].values for key in ("length", "capacity", "flow", "used_up", "price_gap")
    }
    regions = {
        head("key"): data["region"].values,
        head("region"): [labels.region(r) for r in data["region"].values.astype(str)],
    } | {head(key): data[key].values for key in ("endowment", "consumption_standing", "consumption", "price")}
    return {"links": pd.DataFrame(links), "regions": pd.DataFrame(regions)}
