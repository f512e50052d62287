"""One figure a region on a map, where there is no plan: a formula's amounts, a class, an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.maps.fonts import graph_lettering
from spatialcoord.maps.geometry import Shapes
from spatialcoord.maps.layers import QUALITATIVE, Layer, MapClass, plain_layer
from spatialcoord.maps.page import QUIET, _figure, _panel, _text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spatialcoord.regions import RegionGraph
    from spatialcoord.results import Spoken

ABSENT = "#f1f1f1"  # of regions without a value; lighter than that of no change, and no colour of a class


def region_map(
    graph: RegionGraph,
    values: np.ndarray,
    title: Mapping[str, str],
    unit: str,
    lang: str = "en",
    note: str = "",
    labels: Mapping[str, Mapping[str, str]] | None = None,
    yearly: bool = False,
) -> Figure:
    """A map of numbers or of classes.

    Parameters
    ----------
    graph : RegionGraph
        Regions with borders.
    values : numpy.ndarray, shape (R,)
        Numbers (NaN: no value), or texts, each a class.
    title : mapping of str to str
        Title by language; where no font can write the one asked for, that of English is taken.
    unit : str
        Unit of the numbers; "" for classes.
    lang : str
        Language.
    note : str
        A line at the foot, in English and in the language alike (a fingerprint, a source).
    labels : mapping, optional
        Words of classes by language.
    yearly : bool
        Whether the numbers are of a year, which is then said beside the unit.

    Returns
    -------
    matplotlib.figure.Figure
    """
    letters, shapes = graph_lettering(graph, lang), Shapes.of(graph)
    words = letters.words
    head = title.get(words.lang) or title["en"]
    if values.dtype.kind in "fiub":
        drawn = _numbers(values.astype(float), head, words.unit(unit) if unit != "1" else "", words)
    else:
        drawn = _classes(values.astype(str), head, words, labels or {})
    if yearly:
        drawn = replace(drawn, note=words.t("map.yearly"))
    figure = _figure(7.2, 7.2)
    _panel(figure, drawn, shapes, letters, (0.4, 0.45, 6.4, 6.3), legend=1.75)
    projection = words.t(f"map.projection.{shapes.projection}")
    _text(
        figure,
        letters,
        0.4,
        0.16,
        words.t("map.join").join(part for part in (note, projection) if part),
        7.5,
        QUIET,
    )
    return figure


def _numbers(values: np.ndarray, title: str, unit: str, words: Spoken) -> Layer:
    held = np.isfinite(values)
    none = MapClass(words.t("map.no_value"), ABSENT, int((~held).sum()))
    if not held.any():
        return Layer("value", title, unit, (none,), np.zeros(len(values), dtype=int), ("–",) * len(values))
    drawn = plain_layer("value", title, unit, values[held], words)
    if held.all():
        return drawn
    index = np.zeros(len(values), dtype=int)
    index[held] = drawn.index + 1
    written = np.full(len(values), "–", dtype=object)
    written[held] = drawn.values
    return replace(drawn, classes=(none, *drawn.classes), index=index, values=tuple(written))


def _classes(values: np.ndarray, title: str, words: Spoken, labels: Mapping[str, Mapping[str, str]]) -> Layer:
    listed = list(labels)  # classes stand in the order of the words, unknown ones after them

    def rank(name: str) -> tuple[int, str]:
        return (listed.index(name) if name in labels else len(listed), name)

    found = sorted(set(map(str, values)), key=rank)
    index = np.array([found.index(name) for name in values])
    classes = tuple(
        MapClass(
            words.text(labels.get(name, name.replace("_", " "))),
            QUALITATIVE[i % len(QUALITATIVE)],
            int((index == i).sum()),
        )
        for i, name in enumerate(found)
    )
    return Layer("value", title, "", classes, index, tuple(classes[i].label for i in index))
