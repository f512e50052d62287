"""Regions that lag behind, for instruments that serve no others."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.economy.water_filling import water_fill
from spatialcoord.errors import Problem
from spatialcoord.scenario.parameters import Parameters, quantity


class LaggingParams(Parameters):
    """Which regions are eligible."""

    output_per_head: float = quantity(
        0.8,
        unit="share of the mean",
        low=0.6,
        high=1.0,
        bound=(0.0, None),
        source="13 CFR 301.3 (Economic Development Administration): income per head at most 80 % of the nation's; here output",
        verified=True,
        description="regions whose output per head is at most this share of the mean are eligible",
    )


def lagging(setting: Setting, params: LaggingParams) -> Array:
    """Whether each region's output per head (at its price level) is at most the share of the mean, bool, shape (R,)."""
    persons = setting.purchasing_persons
    mean = setting.base_output.sum() / persons.sum()
    return np.asarray(setting.base_output / persons <= params.output_per_head * mean)


def lagging_problems(setting: Setting, params: LaggingParams, where: str) -> list[Problem]:
    """That no region is eligible."""
    if lagging(setting, params).any():
        return []
    share = (setting.base_output / setting.purchasing_persons).min()
    share *= setting.purchasing_persons.sum() / setting.base_output.sum()
    return [
        Problem(
            f"no region has output per head of at most {params.output_per_head:g} times the mean",
            where=f"{where}.output_per_head",
            why="The instrument serves only regions that lag behind.",
            remedy=f"Raise the share to {share + 5e-5:.4f} or more, or take the instrument out.",
        )
    ]


def equal_within(setting: Setting, most: Array, amount: Array) -> Array:
    """The total of each year, the same per head among the regions with room, and nowhere beyond it, shape (R, Y)."""
    most = np.broadcast_to(most, amount.shape)
    years = [
        water_fill(setting.population, min(total, room.sum()), np.zeros(len(room)), room)
        for total, room in zip(amount.sum(axis=0), most.T, strict=True)
    ]
    return np.column_stack(years)
