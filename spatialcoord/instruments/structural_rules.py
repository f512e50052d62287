"""What the law of a programming period says of regions: their category, the Union's share in the cost, who is admitted.

The code holds the rules, ``eu_periods.toml`` the numbers of each period with source and whether they were checked.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

import numpy as np

from spatialcoord.economy.setting import Array, Setting

Period = Literal["2000-2006", "2007-2013", "2014-2020", "2021-2027"]
PERIODS: tuple[str, ...] = get_args(Period)
CATEGORIES = ("less_developed", "transition", "more_developed")


@lru_cache
def table() -> dict[str, dict[str, dict[str, Any]]]:
    """Every number of every period with ``value``, ``source`` and ``verified``."""
    text = files("spatialcoord.instruments").joinpath("eu_periods.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache
def rules(period: str) -> dict[str, float]:
    """Numbers of a period by key."""
    return {key: float(row["value"]) for key, row in table()[period].items()}


def output_index(setting: Setting, groups: np.ndarray | None = None) -> Array:
    r"""Output per head in purchasing power against the mean of all regions, shape (R,); of groups where given.

    .. math:: i_r = \frac{\sum_{s\in g(r)} Y_s/\pi_s}{\sum_{s\in g(r)} p_s} \Big/ \frac{\sum_s Y_s/\pi_s}{\sum_s p_s} \qquad (1)

    Figures are those of the case's base year, where the law takes the mean of three years before the decision.
    """
    real = setting.base_output / setting.attribute_or("price_level", 1.0)
    people = setting.population
    mean = real.sum() / people.sum()
    if groups is None:
        return real / people / mean
    _, member = np.unique(groups, return_inverse=True)
    return (np.bincount(member, real) / np.bincount(member, people))[member] / mean


def labels(setting: Setting, level: str) -> np.ndarray:
    """Labels of a level as keys: "less developed" is ``less_developed``."""
    raw = setting.graph.level(level).values.astype(str)
    return np.array([label.strip().lower().replace(" ", "_") for label in raw])


def categories(setting: Setting, params: Any) -> np.ndarray:
    """Category of every region, shape (R,): from the level that the scenario names, or from equation (1).

    A period that knew no transition regions counts them among the more developed.
    """
    known = rules(params.period)
    if params.category_level:
        found = labels(setting, params.category_level)
    else:
        index = output_index(setting)
        found = np.full(len(index), "more_developed", dtype="<U16")
        for name in ("transition", "less_developed"):
            found[index < known.get(f"threshold.{name}", 0.0)] = name
    if "cofinance.transition" not in known:
        found = np.where(found == "transition", "more_developed", found)
    return found


def member_states(setting: Setting, params: Any) -> np.ndarray:
    """Member state of every region, shape (R,); without the level every region is one of its own."""
    if params.member_level in setting.graph.levels:
        return np.asarray(setting.graph.level(params.member_level).values.astype(str))
    return np.array(setting.regions)


def national(setting: Setting, params: Any) -> tuple[list[str], np.ndarray, Array]:
    """Groups that national rules hold for: regions of one category in one member state, or in all of them.

    Returns
    -------
    list of str, numpy.ndarray, numpy.ndarray
        Names of the groups, category of each, and 0/1 matrix (groups, R).
    """
    category = categories(setting, params)
    has = params.member_level in setting.graph.levels
    state = member_states(setting, params) if has else np.full(len(category), "")
    keys = list(dict.fromkeys(zip(state.tolist(), category.tolist(), strict=True)))
    matrix = np.array([(state == s) & (category == c) for s, c in keys], dtype=float)
    names = [f"{s}: {c}" if s else c for s, c in keys]
    return names, np.array([c for _, c in keys]), matrix


def union_share(setting: Setting, params: Any, fund: str) -> Array:
    """Largest share of the Union in the cost of a programme, shape (R,)."""
    known = rules(params.period) | {f"cofinance.{k}": v for k, v in params.cofinance.union_share.items()}
    if f"cofinance.{fund}" in known:
        return np.full(len(setting.regions), known[f"cofinance.{fund}"])
    category = categories(setting, params)
    share = np.array([known[f"cofinance.{c}"] for c in category])
    if "threshold.poor_member_state" in known:
        poor = output_index(setting, member_states(setting, params)) < known["threshold.poor_member_state"]
        share = _where(share, category, poor, known, "poor_member_state")
    if params.previous_level:
        before = labels(setting, params.previous_level)
        for name in CATEGORIES:
            share = _where(share, category, before == name, known, f"formerly_{name}")
    far = np.isin(setting.regions, params.outermost)
    return np.where(far, known.get("cofinance.outermost", share), share)


def _where(
    share: Array, category: np.ndarray, holds: np.ndarray, known: dict[str, float], condition: str
) -> Array:
    """The shares with those of a condition where it holds and the period has one for the category."""
    special = np.array([known.get(f"cofinance.{c}.{condition}", np.nan) for c in category])
    return np.where(holds & ~np.isnan(special), special, share)
