"""The pool of a formula that shares a given amount of money."""

from __future__ import annotations

from typing import Any

from spatialcoord.economy.setting import Setting
from spatialcoord.scenario.parameters import Parameters, quantity


class Pool(Parameters):
    """Money of a year that a formula shares out."""

    pool: float | None = quantity(
        None,
        unit="million CUR/yr",
        description="Money of a year that is shared out; absent: the first year's budget of the case's programme.",
        bound=(0, 1e15),
    )


def pool_of(setting: Setting, params: Any) -> float:
    """The pool of a year, million currency."""
    return float(setting.budget[0]) if params.pool is None else float(params.pool)
