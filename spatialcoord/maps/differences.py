"""Maps of the difference between two plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spatialcoord.maps.layers import NEUTRAL, Layer, MapClass, diverging
from spatialcoord.registry import outcomes
from spatialcoord.results import Comparison, Words

TINY = 1e-9  # of the larger figure: a difference that is only arithmetic


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
    layers = []
    for name, title in titles.items():
        if name in table and len(table):
            scale = max(1.0, float(table[[f"{name}_first", f"{name}_other"]].abs().to_numpy().max()))
            values = table[name].where(table[name].abs() > TINY * scale, 0.0).to_numpy(float)
            layers.append(_with_unchanged(diverging(name, title, unit, values, words, note), values, words))
    return layers


def _with_unchanged(layer: Layer, values: np.ndarray, words: Words) -> Layer:
    """The same layer with a class of its own, in grey, for regions to which nothing happened."""
    same = values == 0.0
    grey = any(entry.colour == NEUTRAL for entry in layer.classes)
    if not same.any() or (grey and not same.all()):  # where most are, zero has a class already
        return layer
    unchanged = MapClass(words.t("compare.unchanged"), NEUTRAL, int(same.sum()))
    if same.all():
        return replace(layer, classes=(unchanged,), index=np.zeros_like(layer.index))
    index = np.where(same, 0, layer.index + 1)
    counts = np.bincount(index, minlength=len(layer.classes) + 1)[1:]
    classes = (replace(entry, count=int(n)) for entry, n in zip(layer.classes, counts, strict=True))
    return replace(layer, classes=(unchanged, *classes), index=index)
