"""A small plan that keeps the contract, made from a graph by a rule of thumb instead of an optimisation.

Poorer regions get more per head, between half and twice the equal amount; the numbers are plausible, add up,
and are computed with the package's own measures, so that tables, maps and reports have something true to
show.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from spatialcoord import disparity
from spatialcoord.regions import RegionGraph
from spatialcoord.results import Plan
from spatialcoord.results.contract import describe

INSTRUMENTS = {
    "general_transfer": ("General transfer", "一般性转移支付", "transfer", 0.3),
    "infrastructure": ("Infrastructure investment", "基础设施投资", "investment", 0.4),
    "human_capital": ("Human-capital investment", "人力资本投资", "investment", 0.3),
}
RULES = ("ceiling", "floor", "change_limit", "absorption", "hold_harmless", "protected")
FINGERPRINT = "5a" * 32


def sample_graph(n: int = 8, geometry: bool = True) -> RegionGraph:
    """A synthetic graph of `n` regions."""
    return RegionGraph.synthetic(n, seed=3, geometry=geometry)


def sample_dataset(graph: RegionGraph, instruments: dict = INSTRUMENTS, names_zh: bool = True) -> xr.Dataset:
    """The Dataset of a plan; `instruments` maps name to (title, title in Chinese, envelope, share)."""
    n, years, periods = len(graph), np.arange(2021, 2026), np.arange(2021, 2036)
    population, output = graph["population"].values, graph["output"].values
    head = output * 1e6 / population
    want = np.clip((head.mean() / head) ** 2, 0.5, 2.0)
    want[np.argsort(head)[n // 2]] = 1.3
    equal = 0.004 * output.sum() * population / population.sum()
    for _ in range(50):
        want = np.clip(want * (equal.sum() / (want * equal).sum()), 0.5, 2.0)
    want *= equal.sum() / (want * equal).sum()
    share = np.array([line[3] for line in instruments.values()])
    share = share / share.sum()
    tilt = np.clip(1 + 0.3 * np.outer(np.linspace(-1, 1, len(share)), np.linspace(-1, 1, n)), 0.5, 1.5)
    mix = tilt * share[:, None] / (tilt * share[:, None]).sum(axis=0)
    amount = (mix * (want * equal))[:, :, None] * np.linspace(0.95, 1.05, len(years))
    amount_equal = (share[:, None] * equal)[:, :, None] * np.ones(len(years))
    tax = graph["tax_revenue"].values if graph.has("tax_revenue") else output
    spent = amount.sum((0, 1))
    financing = np.outer(tax / tax.sum(), spent)
    flow = 1.06 ** (periods - periods[0])

    def path(money: np.ndarray) -> np.ndarray:
        gain = np.zeros((n, len(periods)))
        gain[:, : len(years)] += money.sum(0) - financing * (money.sum() / amount.sum())
        return gain

    gain = {
        "before": 0.0 * path(amount),
        "after": path(amount) + 0.02 * amount.sum((0, 2))[:, None],
        "equal_per_head": path(amount_equal) + 0.0201 * amount_equal.sum((0, 2))[:, None],
    }
    made = {
        k: np.outer(output, flow) + (0.02 * m.sum((0, 2))[:, None] if m is not None else 0.0)
        for k, m in (("before", None), ("after", amount), ("equal_per_head", amount_equal))
    }
    income = {k: (np.outer(output, flow) + gain[k]) * 1e6 / population[:, None] for k in gain}
    weight = 1.04 ** -(periods - periods[0]).astype(float)
    weight /= weight.sum()
    target = {k: v @ weight for k, v in income.items()}
    received, paid = (1e6 * v.sum(1) / population for v in (amount.sum(0), financing))
    change = target["after"] - target["before"]
    contribution = np.array([0.1 * received, change - 0.1 * received + 0.1 * paid, -0.1 * paid])
    outcomes, measures = list(gain), ("gini", "hoover", "theil_t", "theil_l", "cv")
    ratio = want
    rule = np.where(ratio > 1.99, "ceiling", np.where(ratio < 0.52, "floor", "none")).astype(object)
    rule[np.argsort(head)[n // 2]] = "change_limit"
    price = np.array([np.where(rule == r, 1e-5 * (1 + ratio), 0.0) for r in RULES])
    ids = list(graph.ids)
    zh = list(graph.names("zh").values) if names_zh else [""] * n
    return describe(
        xr.Dataset(
            {
                "amount": (("instrument", "region", "year"), amount),
                "amount_equal": (("instrument", "region", "year"), amount_equal),
                "year_zero": (("region",), amount.sum(0)[:, 0] * np.linspace(0.85, 1.05, n)),
                "receipts": (("region", "year"), amount.sum(0)),
                "cofinance": (("region", "year"), 0.0 * amount.sum(0)),
                "financing": (("region", "year"), financing),
                "population": (("region",), population),
                "income_per_head": (("outcome", "region", "period"), np.stack(list(income.values()))),
                "output": (("outcome", "region", "period"), np.stack([made[k] for k in outcomes])),
                "target_per_head": (("outcome", "region"), np.stack(list(target.values()))),
                "simulated_per_head": (
                    ("outcome", "region"),
                    np.stack([target[o] * (1.0 + 1e-4 * (o == "after")) for o in outcomes]),
                ),
                "target_weight": (("period",), weight),
                "disparity": (
                    ("measure", "outcome"),
                    np.array(
                        [[getattr(disparity, m)(v, population) for v in target.values()] for m in measures]
                    ),
                ),
                "mean_target": (
                    ("outcome",),
                    np.array([v @ population / population.sum() for v in target.values()]),
                ),
                "binding_rule": (("region",), rule.astype(str)),
                "price": (("rule", "region"), price),
                "price_of_more": (("rule", "region"), price * (np.array(RULES) != "floor")[:, None]),
                "price_of_less": (("rule", "region"), price * (np.array(RULES) == "floor")[:, None]),
                "contribution": (("account", "region"), contribution),
                "at_floor": (("region",), rule == "floor"),
                "at_ceiling": (("region",), rule == "ceiling"),
            },
            coords={
                "instrument": list(instruments),
                "region": ids,
                "year": years,
                "period": periods,
                "outcome": outcomes,
                "measure": list(measures),
                "measure_unit": ("measure", ["1"] * len(measures)),
                "rule": list(RULES),
                "account": ["income_receipts", "output", "financing"],
                "name": ("region", list(graph.names("en").values)),
                "name_zh": ("region", zh),
                "instrument_title": ("instrument", [line[0] for line in instruments.values()]),
                "instrument_title_zh": ("instrument", [line[1] for line in instruments.values()]),
                "envelope": ("instrument", [line[2] for line in instruments.values()]),
                **{level: ("region", graph.level(level).values) for level in graph.levels},
            },
            attrs={
                "case": "sample",
                "title": "A sample programme",
                "title_zh": "示例规划",
                "currency": "CNY",
                "money_unit": "million CNY",
                "price_year": 2019,
                "target": "income",
                "objective": "equity_adjusted_mean",
                "fingerprint": FINGERPRINT,
                "scenario": "case: sample\nprogramme:\n  years: {first: 2021, last: 2025}\n",
            },
        )
    )


def sample_summary(dataset: xr.Dataset) -> dict:
    """The summary that belongs to :func:`sample_dataset`."""
    index = dataset["disparity"].to_pandas()
    output = dataset["output"].sum(("region", "period")).to_series()
    mean = dataset["mean_target"].to_series()
    gained = output["after"] - output["before"]
    spent = float(dataset["amount"].sum())
    money = dataset.attrs["money_unit"]
    gini = index.loc["gini"]
    binding = [
        {"rule": rule, "regions": int((dataset["binding_rule"] == rule).sum()), "price": 2e-5}
        for rule in ("ceiling", "floor", "change_limit")
    ]
    return {
        "status": "optimal",
        "objective": {
            "name": "equity_adjusted_mean",
            "value": mean["after"] * (1 - gini["after"]),
            "unit": "CNY per head",
        },
        "disparity": {m: dict(index.loc[m]) for m in index.index},
        "output": {
            **dict(output),
            "unit": money,
            "gained": gained,
            "best_attainable_gain": gained * 1.08,
            "forgone": gained * 0.08,
        },
        "mean": {**dict(mean), "unit": "CNY per head"},
        "budget": {"available": spent, "spent": spent, "unspent": 0.0, "unit": money},
        "at_floor": int(dataset["at_floor"].sum()),
        "at_ceiling": int(dataset["at_ceiling"].sum()),
        "verdict": {
            "label": "better",
            "text_key": "summary.verdict.better",
            "range": [0.0003, 0.0011],
            "gain": gini["equal_per_head"] - gini["after"],
        },
        "sensitivity": [
            {"parameter": "horizon", "value": 5, "unit": "yr", "gain": 0.0004},
            {"parameter": "gamma", "value": 0.05, "unit": "1", "gain": 0.0003},
            {"parameter": "rho", "value": -0.2, "unit": "1", "gain": 0.0011},
        ],
        "horizons": [
            {
                "years": y,
                "disparity_before": gini["before"],
                "disparity_after": gini["after"] + d,
                "disparity_equal_per_head": gini["equal_per_head"] + d,
                "output_gained_after": gained * y / 15,
            }
            for y, d in ((5, 0.0002), (15, 0.0), (25, 0.0001))
        ],
        "simulated": {
            "settled": True,
            "before": mean["before"] * (1 - gini["before"]),
            "after": mean["after"] * (1 - gini["after"]) + 1.0,
            "equal_per_head": mean["equal_per_head"] * (1 - gini["equal_per_head"]),
            "planner": mean["after"] * (1 - gini["after"]),
            "lower": mean["after"] * (1 - gini["after"]),
            "upper": mean["after"] * (1 - gini["after"]) + 2.0,
            "unit": "CNY per head",
            "model_gap": 0.04,
            "output_gap": 1e-4,
            "tolerance": 0.1,
            "within": True,
            "index": dict(gini),
            "output_gained": {"planner": gained, "simulated": gained, "unit": money},
            "mechanisms": ["capital_mobility", "migration"],
            "missing": [],
            "assumed": [],
            "rounds": 0,
            "accepted": 0,
        },
        "certificate": {
            "max_violation": 3e-10,
            "solver_gap": 2e-12,
            "approximation_gap": 4e-5,
            "reduction_gap": 0.003,
            "objective_recomputed": mean["after"] * (1 - gini["after"]),
        },
        "size": {"variables": 1234, "rows": 2345, "nonzeros": 6789},
        "seconds": {"build": 0.1, "handover": 0.01, "solve": 0.2, "read": 0.01},
        "versions": {"spatialcoord": "0.1.0"},
        "fingerprint": FINGERPRINT,
        "caveats": [
            {"en": "Figures are nominal.", "zh": "数据按现价计算。"},
            "Regions <alone> & nothing below them.",
        ],
        "binding": [row for row in binding if row["regions"]],
        "marginal_product": {
            "infrastructure": {"lines": ["infrastructure"], "min": 0.1, "mean": 0.15, "max": 0.2}
        },
    }


def sample_plan(n: int = 8, geometry: bool = True, graph: RegionGraph | None = None) -> Plan:
    """A plan over a synthetic graph of `n` regions, or over `graph`."""
    graph = graph or sample_graph(n, geometry)
    dataset = sample_dataset(graph)
    return Plan(dataset, graph, sample_summary(dataset))
