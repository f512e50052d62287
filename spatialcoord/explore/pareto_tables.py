"""A front as a Dataset and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord import registry
from spatialcoord.instruments.base import line_title, of_budget
from spatialcoord.messages import catalogue
from spatialcoord.planner.dataset import reported
from spatialcoord.planner.evaluate import MILLION, Evaluation, measure_unit

if TYPE_CHECKING:
    from spatialcoord.explore.pareto import Traced
    from spatialcoord.messages import Catalogue
    from spatialcoord.planner.aims import Aim

REFERENCES = ("plan", "before", "equal_per_head")


def dataset(traced: Traced) -> xr.Dataset:
    """Everything about a front, with `units` and `long_name` on every variable.

    Parameters
    ----------
    traced : Traced
        The front.

    Returns
    -------
    xarray.Dataset
        Dimensions point (1, 2, ... ascending in the first objective), instrument, region, year, objective, measure and
        reference (the plan of ``run``, no programme, the same money per head).
    """
    case, points = traced.case, traced.front.points
    setting, graph, scenario = case.setting, case.graph, case.scenario
    names = list(of_budget(points[0].amounts))
    measures = reported(setting)
    currency, money = scenario.currency, f"{scenario.money_unit}/yr"
    per_head = f"{currency} per head"
    amount = np.stack([[p.amounts[n] for n in names] for p in points])
    references = references_of(traced)
    knee = np.arange(len(points)) == (-1 if traced.knee is None else traced.knee)
    index = traced.index
    step = "" if index is None else f" per {traced.step:g} of {traced.aims[index].name}"

    def about(dims: Any, values: Any, units: str, long_name: str) -> tuple[Any, Any, dict[str, str]]:
        return dims, values, {"units": units, "long_name": long_name}

    variables = {
        "amount": about(
            ("point", "instrument", "region", "year"), amount, money, "programme money by line and point"
        ),
        "amount_per_head": about(
            ("point", "region"),
            MILLION * amount.sum(axis=(1, 3)) / setting.population / len(setting.years),
            f"{per_head} and year",
            "programme money per head, mean of the programme years",
        ),
        "target_per_head": about(
            ("point", "region"),
            np.stack([p.evaluation.target for p in points]),
            per_head,
            "what is made equal, per head",
        ),
        "objective_value": about(
            ("point", "objective"), traced.values, "see objective_unit", "objectives, evaluated exactly"
        ),
        "normalised": about(
            ("point", "objective"),
            traced.normalised(traced.values),
            "1",
            "objectives from 0, worst among the ends, to 1, best",
        ),
        "disparity": about(
            ("point", "measure"),
            [[p.evaluation.disparity(m) for m in measures] for p in points],
            "see measure_unit",
            "disparity by every measure",
        ),
        "output_gain": about("point", [p.evaluation.output_gain for p in points], money, "gain in output"),
        "mean_target": about("point", traced.means, per_head, "mean of what is made equal, per head"),
        "bulge": about(
            "point", traced.bulge, "1", "distance from the line or plane through the ends, normalised"
        ),
        "knee": about("point", knee, "1", "the point that stands out most, or is nearest to the best of all"),
        "solver_gap": about(
            "point", [p.gap for p in points], "1", "relative distance to the solver's bound; NaN: none"
        ),
        "proved": about(
            "point", [p.proved for p in points], "1", "the solver proved that nothing does better"
        ),
        "reference_value": about(
            ("reference", "objective"),
            [[a.of(setting, e) for a in traced.aims] for e in references.values()],
            "see objective_unit",
            "objectives of the plan that run gives, without the programme, with the same money per head",
        ),
        "population": about("region", setting.population, "persons", "population"),
    }
    if np.isfinite(traced.prices).any():
        variables["price_of_equality"] = about(
            "point",
            traced.prices,
            per_head + step,
            "mean of what is made equal given up for a step to the next more equal point",
        )
    if np.isfinite(traced.rates).any():
        variables["rate_at_the_margin"] = about(
            "point",
            traced.rates * traced.step,
            per_head + step,
            f"{traced.aims[traced.front.sought].name} per head given up at the margin, from the dual of the bound",
        )
    return xr.Dataset(
        variables,
        coords={
            "point": np.arange(1, len(points) + 1),
            "instrument": names,
            "region": list(setting.regions),
            "year": list(setting.years),
            "objective": [a.name for a in traced.aims],
            "objective_title": ("objective", [a.title["en"] for a in traced.aims]),
            "objective_unit": ("objective", [a.unit.format(currency=currency) for a in traced.aims]),
            "measure": measures,
            "measure_unit": (
                "measure",
                [measure_unit(setting, m) for m in measures],
            ),
            "reference": list(REFERENCES),
            "name": ("region", graph.names("en").values.astype(str)),
            "name_zh": ("region", graph.names("zh").values.astype(str)),
            "instrument_title": ("instrument", [line_title(n) for n in names]),
            "instrument_title_zh": ("instrument", [line_title(n, "zh") for n in names]),
        },
        attrs={
            "case": scenario.case,
            "title": scenario.title.in_language("en"),
            "title_zh": scenario.title.in_language("zh"),
            "currency": currency,
            "money_unit": scenario.money_unit,
            "price_year": scenario.price_year,
            "target": scenario.objective.of,
            "fingerprint": case.fingerprint,
            "scenario": scenario.to_yaml(),
        },
    )


def references_of(traced: Traced) -> dict[str, Evaluation]:
    """What points are held against, by name, in the order of :data:`REFERENCES`."""
    outcome = traced.outcome
    return dict(zip(REFERENCES, (outcome.after, outcome.before, outcome.equal_per_head), strict=True))


def title_of(aim: Aim, words: Catalogue) -> str:
    """Title of an objective in the language."""
    return aim.title.get(words.lang, aim.title["en"])


def unit_of(aim: Aim, traced: Traced, words: Catalogue) -> str:
    """Unit of an objective in the language; empty for a pure number."""
    unit = aim.unit.format(currency=traced.case.scenario.currency)
    return "" if unit in ("1", "") else words.unit(unit)


def headed(title: str, unit: str, words: Catalogue) -> str:
    """A head with its unit."""
    return words.t("pareto.with_unit", title=title, unit=unit) if unit else title


def tables(traced: Traced, data: xr.Dataset, lang: str) -> dict[str, pd.DataFrame]:
    """``pareto``: a row a point; ``regions``: money per head a year, a row a region, a column a point."""
    words = catalogue(lang)
    yes, no = words.t("summary.yes"), words.t("summary.no")
    currency = traced.case.scenario.currency
    per_head = words.unit(f"{currency} per head")
    points: dict[str, Any] = {words.t("pareto.point"): data["point"].values}
    for k, aim in enumerate(traced.aims):
        points[headed(title_of(aim, words), unit_of(aim, traced, words), words)] = traced.values[:, k]
    extra = {"output_gain": f"{traced.case.scenario.money_unit}/yr", "mean_target": f"{currency} per head"}
    for name, unit in extra.items():
        points.setdefault(headed(words.t(f"pareto.{name}"), words.unit(unit), words), data[name].values)
    for m in data["measure"].values:
        part = registry.measures.get(str(m))
        unit = measure_unit(traced.case.setting, str(m))
        head = headed(part.title.get(lang, part.title["en"]), "" if unit == "1" else words.unit(unit), words)
        points.setdefault(head, data["disparity"].sel(measure=m).values)
    step = {} if traced.index is None else {"step": plain_step(traced), "unit": per_head}
    for name in ("price_of_equality", "rate_at_the_margin"):
        if name in data:
            title = title_of(traced.aims[traced.index or 0], words)
            by = title_of(traced.aims[traced.front.sought], words)
            points[words.t(f"pareto.{name}", index=title, by=by, **step)] = data[name].values
    points[knee_word(traced, words)] = [yes if k else "" for k in data["knee"].values]
    points[words.t("pareto.proved")] = [yes if k else no for k in data["proved"].values]
    points[words.t("pareto.solver_gap")] = data["solver_gap"].values
    names = data["name_zh" if lang == "zh" else "name"].values
    regions: dict[str, Any] = {
        words.t("pareto.id"): data["region"].values,
        words.t("pareto.region"): names,
    }
    for i, row in zip(data["point"].values, data["amount_per_head"].values, strict=True):
        head = words.t("pareto.point_number", number=int(i))
        regions[headed(head, words.t("pareto.per_year", unit=per_head), words)] = row
    return {"pareto": pd.DataFrame(points), "regions": pd.DataFrame(regions)}


def knee_word(traced: Traced, words: Catalogue) -> str:
    """What to call the point worth a look."""
    return words.t("pareto.knee" if len(traced.aims) == 2 else "pareto.nearest")


def plain_step(traced: Traced) -> str:
    """The step of the index without exponent."""
    return f"{traced.step:.12f}".rstrip("0").rstrip(".")
