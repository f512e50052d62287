"""What a map shows: for each region a class, for each class a colour, a label and a count.

Layers know nothing of how they are drawn; the picture (:mod:`spatialcoord.maps.page`) and the report use the
same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.maps.classes import class_of, digits_for, is_zero, natural_edges, own_zero, symmetric_edges
from spatialcoord.messages import Catalogue
from spatialcoord.registry import did_you_mean
from spatialcoord.results import Spoken, Words, instrument_totals, region_table
from spatialcoord.results.more import more
from spatialcoord.results.table import MILLION

if TYPE_CHECKING:
    from spatialcoord.results import Plan

# ColorBrewer YlGnBu and BrBG, Okabe and Ito: all told apart by colour-blind readers.
SEQUENTIAL = {
    1: ("#41b6c4",),
    2: ("#c7e9b4", "#225ea8"),
    3: ("#edf8b1", "#7fcdbb", "#2c7fb8"),
    4: ("#e8f1b0", "#a1dab4", "#41b6c4", "#225ea8"),
    5: ("#e8f1b0", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"),
}
BELOW = ("#dfc27d", "#bf812d", "#8c510a")
ABOVE = ("#80cdc1", "#35978f", "#01665e")
QUALITATIVE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#f0e442",
    "#000000",
    "#882255",
)
NEUTRAL = "#dcdcdc"


@dataclass(frozen=True)
class MapClass:
    """One entry of a legend: its words, its colour, how many regions it holds."""

    label: str
    colour: str
    count: int


@dataclass(frozen=True)
class Layer:
    """One map.

    Attributes
    ----------
    key : str
        Name of the layer.
    title, unit : str
        Title and unit, in words.
    classes : tuple of MapClass
        Legend, lowest class first.
    index : numpy.ndarray of int, shape (R,)
        Class of each region, in the order of the Dataset.
    values : tuple of str
        Value of each region, written out.
    note : str
        A line under the title; may be empty.
    """

    key: str
    title: str
    unit: str
    classes: tuple[MapClass, ...]
    index: np.ndarray
    values: tuple[str, ...]
    note: str = ""

    def colours(self) -> list[str]:
        """Colour of each region."""
        return [self.classes[i].colour for i in self.index]


def layer(plan: Plan, what: str, words: Words) -> Layer:
    """One layer by name.

    Parameters
    ----------
    plan : Plan
        The plan.
    what : str
        "per_head", "change" or "binding"; the name of an instrument; or any number of the Dataset that has one
        value a region.
    words : Words
        Words of the plan in the language of the map.

    Raises
    ------
    InputError
        There is nothing of that name to map; the message suggests the nearest.
    """
    if what in LAYERS:
        return LAYERS[what](plan, words)
    instruments = [str(name) for name in plan.dataset["instrument"].values]
    if what in instruments:
        return instrument_layers(plan, words)[instruments.index(what)]
    numbers = [
        str(k) for k, v in plan.dataset.data_vars.items() if v.dims == ("region",) and v.dtype.kind in "fi"
    ]
    others = {one.key: one for one in more_layers(plan, words)}
    if what in others:
        return others[what]
    if what in numbers:
        return _number_layer(plan, what, words)
    known = list(dict.fromkeys([*LAYERS, *instruments, *others, *numbers]))
    raise InputError(Problem(f"there is no map of '{what}'", remedy=did_you_mean(what, known)))


def main_layers(plan: Plan, words: Words) -> list[Layer]:
    """The three maps of every plan: allocation per head, change per head, binding rule."""
    return [make(plan, words) for make in LAYERS.values()]


def instrument_layers(plan: Plan, words: Words) -> list[Layer]:
    """One layer for every instrument of the plan, money per head a year, all in the same classes.

    The same classes let the eye compare the lines with each other, which is what they stand side by side for.
    """
    data = plan.dataset
    if not data.sizes["instrument"]:  # all money stands beside the budget
        return []
    years = data.sizes["year"]
    per_head = (
        (data["amount"].sum("year") * MILLION / data["population"] / years)
        .transpose("instrument", "region")
        .values
    )
    zeros = is_zero(per_head)
    # one line that reaches few regions is enough: all lines have the same classes
    own = bool((zeros.mean(axis=1) > 0.5).any()) and not zeros.all()
    edges = natural_edges(per_head[~zeros] if own else per_head.ravel())
    totals = instrument_totals(plan)
    layers = []
    for i, (name, title) in enumerate(zip(data["instrument"].values, words.instruments, strict=True)):
        row = totals.iloc[i]
        note = words.t(
            "map.line_total",
            amount=words.amount(row["amount"], words.money),
            share=words.percent(row["share"], 0),
        )
        layers.append(
            sequential(
                str(name),
                title,
                words.unit(words.per_head),
                per_head[i],
                edges,
                words,
                note,
                zeros[i] if own else None,
            )
        )
    return layers


def more_layers(plan: Plan, words: Words) -> list[Layer]:
    """One layer for every number by region that an instrument tells beside its amounts; money per head a year."""
    per_head = MILLION / (plan.dataset["population"].values * plan.dataset.sizes["year"])
    layers = []
    for one in more(plan, words):
        values = one.values * per_head if one.money else one.values
        unit = words.unit(words.per_head if one.money else one.unit)
        if values.any():
            layers.append(plain_layer(one.key, one.title, unit, values, words))
    return layers


def _allocation(plan: Plan, words: Words) -> Layer:
    values = region_table(plan)["amount_per_head"].to_numpy()
    title, unit = words.t("map.allocation"), words.unit(words.per_head)
    return sequential("per_head", title, unit, values, _edges(values), words, words.t("map.allocation_note"))


def _change(plan: Plan, words: Words) -> Layer:
    values = region_table(plan)["change_per_head"].to_numpy()
    target = words.target
    title = words.t("map.change", target=target[:1].lower() + target[1:])
    return diverging("change", title, words.unit(words.per_head), values, words, words.t("map.change_note"))


def _rule(plan: Plan, words: Words) -> Layer:
    rules = plan.dataset["binding_rule"].values.astype(str)
    # colours go by the order of the case's rules, so that a rule has the same colour on every map of the case
    order = [r for r in map(str, plan.dataset["rule"].values) if r != "none"]
    order += sorted(set(rules) - set(order) - {"none"})
    colour = {rule: QUALITATIVE[i % len(QUALITATIVE)] for i, rule in enumerate(order)} | {"none": NEUTRAL}
    present = [rule for rule in (*order, "none") if (rules == rule).any()]
    classes = tuple(MapClass(words.label("rule", r), colour[r], int((rules == r).sum())) for r in present)
    index = np.array([present.index(r) for r in rules])
    values = tuple(words.label("rule", r) for r in rules)
    return Layer("binding", words.t("map.rule"), "", classes, index, values, words.t("map.rule_note"))


LAYERS: dict[str, Callable[[Plan, Words], Layer]] = {
    "per_head": _allocation,
    "change": _change,
    "binding": _rule,
}


def _number_layer(plan: Plan, name: str, words: Words) -> Layer:
    array = plan.dataset[name]
    values, title, unit = (
        array.values.astype(float),
        str(array.attrs["long_name"]),
        words.unit(array.attrs["units"]),
    )
    return plain_layer(name, title[:1].upper() + title[1:], unit, values, words)


def plain_layer(name: str, title: str, unit: str, values: np.ndarray, words: Spoken) -> Layer:
    """A layer of any numbers, shape (R,), finite: two colours about zero where some are negative."""
    if values.min() < 0.0:
        return diverging(name, title, unit, values, words)
    return sequential(name, title, unit, values, _edges(values), words)


def _edges(values: np.ndarray) -> list[float]:
    return natural_edges(values[~own_zero(values)])


def sequential(
    key: str,
    title: str,
    unit: str,
    values: np.ndarray,
    edges: list[float],
    words: Spoken,
    note: str = "",
    zero: np.ndarray | None = None,
) -> Layer:
    """A layer of numbers from low to high in classes with these edges.

    Parameters
    ----------
    key, title, unit, note : str
        As in :class:`Layer`.
    values : numpy.ndarray, shape (R,)
        Finite numbers.
    edges : list of float
        Inner edges of the classes, rising; empty for one class; of the values that are not of the class of zero.
    words : Spoken
        The language.
    zero : numpy.ndarray of bool, shape (R,), optional
        Values of the class of zero (:func:`own_zero`); found from the values by default.
    """
    own = zero is not None or bool(own_zero(values).any())
    zero = own_zero(values) if zero is None else zero
    colours: tuple[str, ...] = SEQUENTIAL[len(edges) + 1]
    index = class_of(values, edges)
    labels = range_labels(values[~zero], edges, words, words.number)
    if own:
        index = np.where(zero, 0, index + 1)
        labels, colours = [words.t("map.zero"), *labels], (NEUTRAL, *colours)
    classes = _classes(labels, colours, index)
    digits = max(digits_for(edges), _digits_of_values(values))
    return Layer(key, title, unit, classes, index, tuple(words.number(v, digits) for v in values), note)


def diverging(key: str, title: str, unit: str, values: np.ndarray, words: Spoken, note: str = "") -> Layer:
    """A layer of changes: two colours about zero, the same classes on either side.

    Parameters
    ----------
    key, title, unit, note : str
        As in :class:`Layer`.
    values : numpy.ndarray, shape (R,)
        Finite numbers.
    words : Words
        Words of the plan.
    """
    edges = symmetric_edges(values)
    index = class_of(values, edges)
    side = (len(edges) + 1) // 2
    colours = (*reversed(BELOW[:side]), *ABOVE[:side]) if edges else (NEUTRAL,)
    if edges and side < len(BELOW):  # fewer classes take the stronger colours, so that the map does not fade
        colours = (*reversed(BELOW[-side:]), *ABOVE[-side:])
    labels = range_labels(values, edges, words, words.signed)
    zero = own_zero(values)
    if zero.any():
        index = np.where(zero, side, index + (values > 0.0))
        labels, colours = (
            [*labels[:side], words.t("map.no_change"), *labels[side:]],
            (*colours[:side], NEUTRAL, *colours[side:]),
        )
    digits = max(digits_for(edges), _digits_of_values(values))
    written = tuple(words.signed(v, digits) for v in values)
    return Layer(key, title, unit, _classes(labels, colours, index), index, written, note)


def _classes(labels: list[str], colours: tuple[str, ...], index: np.ndarray) -> tuple[MapClass, ...]:
    counts = np.bincount(index, minlength=len(labels))
    return tuple(MapClass(label, c, int(n)) for label, c, n in zip(labels, colours, counts, strict=True))


def range_labels(
    values: np.ndarray, edges: list[float], words: Spoken | Catalogue, write: Callable[[float, int], str]
) -> list[str]:
    """Words of each class: "under 40", "40 to 60", "60 and over"."""
    if not edges:
        return [
            write(float(values[0]), _digits_of_values(values)) if len(values) else words.t("map.no_value")
        ]
    digits = digits_for(edges)
    text = [write(edge, digits) for edge in edges]
    between = [words.t("map.between", low=a, high=b) for a, b in pairwise(text)]
    return [words.t("map.under", high=text[0]), *between, words.t("map.over", low=text[-1])]


def _digits_of_values(values: np.ndarray) -> int:
    """Decimals that show three significant figures of the middling value that is not zero, none above 100."""
    sizes = np.abs(values[values != 0])
    middle = float(np.median(sizes)) if len(sizes) else 0.0
    return 0 if middle >= 100 or middle == 0 else int(min(6, max(0, 2 - np.floor(np.log10(middle)))))
