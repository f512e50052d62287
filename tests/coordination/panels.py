"""Small programmes whose effects are planted, observed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from spatialcoord.coordination.observation import Noise, Panel, observe
from spatialcoord.economy.setting import Array, Setting
from tests.planner.conftest import toy

TRUTH = {"infrastructure": 0.15, "human": 0.05}
SILENT = Noise(0.0, 0.0, 0.0, 0.0)
QUIET = Noise(0.002)
YEARS = tuple(range(2016, 2029))


@cache
def programme(n: int = 14, years: int = 3) -> tuple[Setting, dict[str, Array]]:
    """A made-up case, and money that differs between regions and years and is split differently."""
    setting = toy(n, 0, f"programme.years.last={2020 + years}", "economy.growth=0.03").setting
    rng = np.random.default_rng(1)

    def spread(share: float) -> Array:
        return share * setting.equal * rng.uniform(0.3, 2.5, (n, 1)) * rng.uniform(0.5, 1.5, (n, years))

    return setting, {
        "general_transfer": spread(0.3),
        "infrastructure": spread(0.4),
        "human_capital": spread(0.3),
    }


def panel(seed: int = 0, noise: Noise = QUIET, n: int = 14, truth: dict[str, float] = TRUTH) -> Panel:
    """The programme, observed in five years before it and its eight of effect."""
    setting, amounts = programme(n)
    return observe(setting, amounts, truth, np.random.default_rng(seed), noise, YEARS)


def with_capital(given: Panel, truth: dict[str, float], **log_capital: Array) -> Panel:
    """Another panel with regressors of one's own, whose effect replaces that of the given ones."""
    own = given.log_output - sum(TRUTH[kind] * values for kind, values in given.log_capital.items())
    output = own + sum(truth[kind] * values for kind, values in log_capital.items())
    return replace(given, log_output=output, log_capital=log_capital)
