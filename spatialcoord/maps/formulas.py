"""Maps of the plan's money beside that of statutory formulas, in the same classes, so that the eye can compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.maps.classes import natural_edges
from spatialcoord.maps.layers import Layer, sequential
from spatialcoord.results import Words
from spatialcoord.results.formulas import entries
from spatialcoord.results.table import MILLION

if TYPE_CHECKING:
    from spatialcoord.results import Plan


def formula_layers(plan: Plan, words: Words) -> list[Layer]:
    """Money per head and year: the same for all, by each formula, in the plan; empty where there is no formula."""
    found, data = entries(plan), plan.dataset
    if not found:
        return []
    yearly = MILLION / data["population"].values / data.sizes["year"]
    money = {
        words.t("summary.column.equal_per_head"): data["amount_equal"].sum(("instrument", "year")).values,
        **{words.text(e["title"]): data["formula_amount"].sel(formula=e["name"]).values for e in found},
        words.t("summary.formula.plan"): data["amount"].sum(("instrument", "year")).values,
    }
    per_head = np.stack(list(money.values())) * yearly
    # rounded: the same amount per head must not fall into two classes
    per_head = np.round(per_head, 9)
    edges, unit = natural_edges(per_head.ravel()), words.unit(words.per_head)
    return [
        sequential(f"formula_{i}", title, unit, values, edges, words)
        for i, (title, values) in enumerate(zip(money, per_head, strict=True))
    ]
