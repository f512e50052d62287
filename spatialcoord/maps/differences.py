"""Maps of the difference between two plans."""

from __future__ import annotations

from spatialcoord.maps.layers import Layer, diverging
from spatialcoord.registry import outcomes
from spatialcoord.results import Comparison, Words


def difference_layers(comparison: Comparison, plan: int, words: Words) -> list[Layer]:
    """Another plan less the first: money per head, and the change of what is made equal.

    Parameters
    ----------
    comparison : Comparison
        Plans side by side.
    plan : int
        Position of the other plan.
    words : Words
        Words of the first plan.

    Returns
    -------
    list of Layer
        One for each difference that means something, over the regions that both plans have, in the order of
        ``comparison.regions[plan - 1]``; empty where nothing can be compared.
    """
    table = comparison.regions[plan - 1]
    target = words.part(outcomes, comparison.plans[0].dataset.attrs["target"])
    titles = {
        "amount_per_head": words.t("map.allocation"),
        "change_per_head": words.t("map.change", target=target[:1].lower() + target[1:]),
    }
    note = words.t("compare.less", other=comparison.names[plan], first=comparison.names[0])
    unit = words.unit(words.per_head)
    return [
        diverging(name, title, unit, table[name].to_numpy(float), words, note)
        for name, title in titles.items()
        if name in table and len(table)
    ]
