"""What the loop found as one Dataset with a dimension ``cycle``, and as tables."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord.coordination.coordinate import Coordinated
from spatialcoord.coordination.table import Table
from spatialcoord.economy.setting import Array
from spatialcoord.results import Spoken

# columns of the log in this order; what else an entry says stands in the last, as JSON
LOG = (
    "cycle",
    "step",
    "kind",
    "year",
    "institution",
    "who",
    "against",
    "region",
    "instrument",
    "asked",
    "accepted",
    "amount",
    "unit",
    "probability",
    "state",
    "ruling",
    "dispute",
)


def dataset_of(found: Coordinated) -> xr.Dataset:
    """Everything by cycle, with units; what a cycle does not have is missing."""
    case, cycles = found.case, found.cycles
    setting, scenario = case.setting, case.scenario
    table = Table.of(setting, scenario.negotiation.between)
    lines = list(cycles[0]["amounts"])
    kinds = list(cycles[0]["believed"])
    money = f"{scenario.money_unit}/yr"

    def each(read: Any, shape: tuple[int, ...] = ()) -> Array:
        rows = []
        for one in cycles:
            value = read(one)
            rows.append(np.full(shape, np.nan) if value is None else np.asarray(value, dtype=float))
        return np.stack(rows)

    def of(part: str, key: str) -> Any:
        return lambda one: None if not one[part] else one[part].get(key)

    def belief(key: str) -> Any:
        return lambda one: [one["learnt"].get(kind, {}).get(key, np.nan) for kind in kinds]

    c, by_region, by_kind, by_unit = (
        "cycle",
        ("cycle", "line", "region"),
        ("cycle", "capital"),
        ("cycle", "unit"),
    )
    n = (len(table.ids),)
    variables: dict[str, tuple[Any, Array, str, str]] = {
        "allocation": (
            by_region,
            np.stack([[np.array(one["amounts"][line]).mean(axis=1) for line in lines] for one in cycles]),
            money,
            "money of the plan, mean of the programme's years",
        ),
        "index_planned": (c, each(of("plan", "index")), "1", "disparity as planned"),
        "index_simulated": (c, each(of("simulated", "index")), "1", "disparity, plan simulated"),
        "index_same_per_head": (
            c,
            each(of("simulated", "index_same_per_head")),
            "1",
            "the same money per head",
        ),
        "index_no_programme": (c, each(of("simulated", "index_no_programme")), "1", "no programme"),
        "index_realised": (c, each(of("realised", "index")), "1", "plan simulated and agreement as kept"),
        "output_gain": (
            c,
            each(of("simulated", "output_gain")),
            money,
            "simulated output above no programme",
        ),
        "output_gain_same_per_head": (
            c,
            each(of("simulated", "output_gain_same_per_head")),
            money,
            "the same money per head",
        ),
        "output_gain_realised": (
            c,
            each(of("realised", "output_gain")),
            money,
            "plan simulated, agreement as kept",
        ),
        "agreed": (c, each(of("agreement", "total")), money, "gained together beyond the plan, as agreed on"),
        "kept": (c, each(of("agreement", "kept_total")), money, "the same as kept"),
        "agreement_income": (
            by_unit,
            each(of("agreement", "income"), n),
            money,
            "income beyond the plan, as agreed",
        ),
        "agreement_payment": (
            by_unit,
            each(of("agreement", "paid"), n),
            money,
            "net payments received, as agreed",
        ),
        "kept_when_due": (
            c,
            each(of("supervision", "kept_when_due")),
            "1",
            "share of obligations paid when due",
        ),
        "kept_share": (c, each(of("supervision", "kept")), "1", "share of obligations paid in the end"),
        "withheld": (c, each(of("supervision", "withheld")), scenario.money_unit, "withheld in all years"),
        "recovered": (
            c,
            each(of("supervision", "recovered")),
            scenario.money_unit,
            "of that paid in the end",
        ),
        "penalties": (c, each(of("supervision", "penalty_paid")), scenario.money_unit, "penalties paid"),
        "belief": (
            by_kind,
            each(lambda one: [one["believed"][k] for k in kinds]),
            "1",
            "elasticity believed in",
        ),
        "estimate": (by_kind, each(belief("estimate")), "1", "elasticity estimated from what was observed"),
        "estimate_low": (by_kind, each(belief("low")), "1", "lower end of its 95 % interval"),
        "estimate_high": (by_kind, each(belief("high")), "1", "upper end of its 95 % interval"),
    }
    truth = np.array([found.rules.truth.get(kind, np.nan) for kind in kinds])
    variables["planted"] = ("capital", truth, "1", "elasticity of the simulated world")
    return xr.Dataset(
        {
            name: (dims, np.asarray(values, dtype=float), {"units": units, "long_name": about})
            for name, (dims, values, units, about) in variables.items()
        },
        coords={
            "cycle": [one["cycle"] for one in cycles],
            "first_year": ("cycle", [one["years"][0] for one in cycles]),
            "last_year": ("cycle", [one["years"][-1] for one in cycles]),
            "line": lines,
            "region": list(setting.regions),
            "name": ("region", case.graph.names("en").values.astype(str)),
            "unit": list(table.ids),
            "capital": np.array(kinds, dtype=str),
        },
        attrs={
            "case": scenario.case,
            "currency": scenario.currency,
            "money_unit": scenario.money_unit,
            "price_year": scenario.price_year,
            "fingerprint": case.fingerprint,
            "seed": found.rules.seed,
            "stopped": found.stopped,
        },
    )


def log_of(found: Coordinated) -> pd.DataFrame:
    """Every statement, agreement, payment, violation, ruling and update, a row each, with the unit of its amounts."""
    once = found.case.scenario.money_unit
    rows = []
    for one in found.cycles:
        for entry in one["log"]:
            rest = {key: value for key, value in entry.items() if key not in LOG and value != ""}
            row = {key: entry.get(key, "") for key in LOG}
            if any(key in entry for key in ("asked", "amount")):
                # what is paid in a year that is named is an amount of that year, all else is so much a year
                row["unit"] = once if entry.get("year") else f"{once}/yr"
            more = json.dumps(finite(rest), ensure_ascii=False, allow_nan=False) if rest else ""
            rows.append({**row, "more": more})
    return pd.DataFrame(rows, columns=[*LOG, "more"])


def finite(value: Any) -> Any:
    """Plain values with None for what is no finite number: JSON has no sign for it."""
    if isinstance(value, Mapping):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def lacks_of(found: Coordinated) -> dict[str, dict[str, float]]:
    """The first cycle with everything and without something: what was agreed on, kept, lost, and what came of it."""
    result = {}
    for name, one in {"everything": found.cycles[0], **found.counterfactuals}.items():
        agreement, watched = one["agreement"], one["supervision"]
        result[name] = {
            "agreed": agreement["total"] if agreement else 0.0,
            "kept": agreement["kept_total"] if agreement else 0.0,
            "kept_share": watched["kept"] if watched else float("nan"),
            "lost": watched["withheld"] - watched["recovered"] if watched else 0.0,
            "output": one["realised"]["output_gain"],
            "index": one["realised"]["index"],
        }
    return result


def tables_of(found: Coordinated, lang: str) -> dict[str, pd.DataFrame]:
    """Cycles, counterfactuals and log; heads of the first two in the language and with units."""
    words, money = Spoken(lang), f"{found.case.scenario.money_unit}/yr"
    once = found.case.scenario.money_unit

    def head(key: str, unit: str = "", **values: Any) -> str:
        name = words.t(f"coordination.column.{key}", **values)
        return words.t("summary.table.with_unit", name=name, unit=words.unit(unit)) if unit else name

    lacks, rows = lacks_of(found), []
    full = lacks["everything"]
    for name, one in lacks.items():
        what = "coordination.column.everything" if name == "everything" else f"coordination.name.{name}"
        rows.append(
            {
                head("what"): words.t(what),
                head("agreed", money): one["agreed"],
                head("kept", money): one["kept"],
                head("kept_share", "1"): one["kept_share"],
                head("lost", once): one["lost"],
                head("output", money): one["output"],
                head("index", "1"): one["index"],
                head("agreed_loss", money): full["kept"] - one["kept"],
                head("output_loss", money): full["output"] - one["output"],
                head("index_loss", "1"): one["index"] - full["index"],
            }
        )
    return {
        "cycles": _cycles(found, words, head, money),
        "counterfactuals": pd.DataFrame(rows),
        "benefit_cost": _benefit_cost(found, words, head, money),
        "log": log_of(found),
    }


def _benefit_cost(found: Coordinated, words: Spoken, head: Any, money: str) -> pd.DataFrame:
    """Benefits and costs of the simulated plan of every cycle, by region."""
    names = found.case.graph.names(words.lang).values.astype(str)
    named = dict(zip(found.case.setting.regions, names, strict=True)) | {
        "": words.t("coordination.column.all")
    }
    return pd.DataFrame(
        [
            {
                head("cycle"): one["cycle"],
                head("party"): named[e["party"]],
                head("counterfactual"): words.t(f"coordination.column.{e['counterfactual']}"),
                head("benefit", money): e["benefit"],
                head("cost", money): e["cost"],
                head("net", money): e["net"],
                head("ratio", "1"): np.nan if e["ratio"] is None else e["ratio"],
            }
            for one in found.cycles
            for e in one["benefit_cost"]
        ]
    )


def _cycles(found: Coordinated, words: Spoken, head: Any, money: str) -> pd.DataFrame:
    rows = []
    for i, one in enumerate(found.cycles):
        agreement, watched, seen = one["agreement"] or {}, one["supervision"] or {}, one["simulated"]
        row = {
            head("cycle"): one["cycle"],
            head("first_year"): one["years"][0],
            head("last_year"): one["years"][-1],
            head("index_none", "1"): seen["index_no_programme"],
            head("index_same", "1"): seen["index_same_per_head"],
            head("index_plan", "1"): seen["index"],
            head("index", "1"): one["realised"]["index"],
            head("output", money): one["realised"]["output_gain"],
            head("agreed", money): agreement.get("total", np.nan),
            head("kept", money): agreement.get("kept_total", np.nan),
            head("kept_share", "1"): watched.get("kept", np.nan),
            head("moved", "1"): found.moved[i - 1] if i else np.nan,
        }
        for kind, believed in one["believed"].items():
            named = words.t(f"coordination.name.capital_{kind}")
            learnt = one["learnt"].get(kind, {})
            row[head("belief", "1", kind=named)] = believed
            for key in ("estimate", "low", "high", "truth"):
                row[head(key, "1", kind=named)] = learnt.get(key, np.nan)
        rows.append(row)
    return pd.DataFrame(rows)
