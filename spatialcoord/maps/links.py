"""Links between regions drawn by size: capacity, flow, length saved.

Width and darkness rise together, so that classes can be told apart by colour-blind readers and in greyscale; a white casing
keeps a line visible on any map below it. Where regions have no borders their points stand alone, and where they have no
coordinates either a drawing of the network takes the place of the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.maps.classes import class_of, natural_edges
from spatialcoord.maps.fonts import Fonts, can_write, installed, ordered
from spatialcoord.maps.geometry import Shapes, equal_area_crs
from spatialcoord.maps.layers import Layer, MapClass, range_labels
from spatialcoord.maps.page import INK, QUIET, _figure, _fit, _fraction, _text, draw_regions
from spatialcoord.messages import Catalogue, catalogue

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from spatialcoord.regions import RegionGraph

# one hue that darkens, against the blues and greens of the maps below
COLOURS = {
    1: ("#8a2410",),
    2: ("#d9762b", "#6e1a0c"),
    3: ("#e0913a", "#b84a1c", "#4a0d08"),
    4: ("#e7a13d", "#cf6526", "#96300f", "#4a0d08"),
    5: ("#e7a13d", "#d9762b", "#b84a1c", "#8a2410", "#4a0d08"),
}
WIDTHS = {1: (2.5,), 2: (1.2, 4.0), 3: (0.9, 2.4, 4.8), 4: (0.8, 1.8, 3.2, 5.2), 5: (0.7, 1.5, 2.5, 3.8, 5.6)}
ABSENT = ("#9a9a9a", 0.4)  # colour and width of a link of which there is nothing
CASING = 1.1  # points of white on either side of a line
LAND = "#ececec"
THICK = 350  # with more links lines are drawn thinner, the square root of how many more
ROW, HEAD = 0.2, 0.55  # inches: a line of the legend, title and unit
SHOWN = 5  # links or regions named in a message


@dataclass(frozen=True)
class LinkLayer:
    """What is drawn of the links: for each a class, for each class a width, a colour and a label.

    Attributes
    ----------
    title, unit : str
        Title and unit, in words.
    a, b : tuple of str
        Regions that each link joins.
    classes : tuple of MapClass
        Legend, lowest class first.
    widths : tuple of float
        Width of each class, points.
    index : numpy.ndarray of int, shape (L,)
        Class of each link.
    note : str
        A line under the title; may be empty.
    """

    title: str
    unit: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    classes: tuple[MapClass, ...]
    widths: tuple[float, ...]
    index: np.ndarray
    note: str = ""

    @classmethod
    def of(
        cls, table: pd.DataFrame, title: str, unit: str, lang: str = "en", note: str = "", classes: int = 5
    ) -> LinkLayer:
        """Links in classes by natural breaks; those of value 0 are drawn as hairlines.

        Parameters
        ----------
        table : pandas.DataFrame
            A row a link: regions ``a`` and ``b``, and ``value``, finite and at least 0.
        title, unit, note : str
            In the words of `lang`.
        lang : str
            Language of the legend.
        classes : int
            Most classes, 1 to 5.

        Raises
        ------
        InputError
            Values that have no width.
        """
        words = catalogue(lang)
        values = table["value"].to_numpy(float)
        a, b = (tuple(map(str, table[end])) for end in ("a", "b"))
        wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
        if len(wrong):
            named = ", ".join(f"{a[i]}–{b[i]}" for i in wrong[:SHOWN])
            raise InputError(
                Problem(words.t("map.link_value", links=named), remedy=words.t("map.link_value_remedy"))
            )
        some = values > 0
        index, entries, widths = np.zeros(len(values), dtype=int), [], []
        if not some.all():
            entries.append(MapClass(words.t("map.link_none"), ABSENT[0], int((~some).sum())))
            widths.append(ABSENT[1])
        if some.any():
            edges = natural_edges(values[some], classes)
            inside = class_of(values[some], edges)
            index[some] = inside + len(entries)
            counts = np.bincount(inside, minlength=len(edges) + 1)
            labels = range_labels(values[some], edges, words, words.number)
            colours = COLOURS[len(edges) + 1]
            entries += [MapClass(*each) for each in zip(labels, colours, map(int, counts), strict=True)]
            thin = min(1.0, (THICK / len(values)) ** 0.5)
            widths += [width * thin for width in WIDTHS[len(edges) + 1]]
        return cls(title, unit, a, b, tuple(entries), tuple(widths), index, note)


@dataclass(frozen=True)
class Places:
    """Where regions stand on a map.

    Attributes
    ----------
    position : dict of str to (float, float)
        Point of each region: metres, or of a drawing without scale.
    shapes : Shapes or None
        Their borders in the same projection.
    schematic : bool
        Whether the points come from a drawing of the network, not from coordinates.
    """

    position: dict[str, tuple[float, float]]
    shapes: Shapes | None
    schematic: bool = False

    @classmethod
    def of(cls, graph: RegionGraph) -> Places:
        """Points inside the borders; else the regions' longitude and latitude; else a drawing of the network."""
        if graph.has_geometry:
            inside = graph.frame.geometry.representative_point().get_coordinates().to_numpy()
            shapes = Shapes.of(graph)
        elif graph.has("lon") and graph.has("lat"):
            inside, shapes = np.stack([graph["lon"].values, graph["lat"].values], 1), None
        else:
            return cls(_drawing(graph), None, True)
        from pyproj import Transformer

        crs, _ = equal_area_crs(*inside.T)  # the same points as Shapes.of takes, and so the same projection
        x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*inside.T)
        return cls(
            {region: (float(p), float(q)) for region, p, q in zip(graph.ids, x, y, strict=True)}, shapes
        )


def _drawing(graph: RegionGraph) -> dict[str, tuple[float, float]]:
    import networkx

    net = networkx.Graph()
    net.add_nodes_from(graph.ids)
    net.add_edges_from(graph.links[["a", "b"]].itertuples(index=False, name=None))
    return {region: (float(x), float(y)) for region, (x, y) in networkx.kamada_kawai_layout(net).items()}


def draw_links(axes: Axes, places: Places, layer: LinkLayer, lang: str = "en") -> None:
    """Draw links and the regions' points on axes, on whatever map of the regions is there.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to; their extent is left as it is.
    places : Places
        Points of the regions.
    layer : LinkLayer
        The links.
    lang : str
        Language of messages.

    Raises
    ------
    InputError
        A link names a region that has no place.
    """
    from matplotlib.collections import LineCollection

    strangers = sorted({*layer.a, *layer.b} - places.position.keys())
    if strangers:
        raise InputError(
            Problem(catalogue(lang).t("map.link_stranger", regions=", ".join(strangers[:SHOWN])))
        )
    ends = np.array([(places.position[a], places.position[b]) for a, b in zip(layer.a, layer.b, strict=True)])
    for k, (entry, width) in enumerate(zip(layer.classes, layer.widths, strict=True)):
        lines = list(ends[layer.index == k])  # the widest last, on top
        if width > ABSENT[1]:
            axes.add_collection(
                LineCollection(
                    lines, colors="white", linewidths=width + CASING, capstyle="round", zorder=3 + 0.1 * k
                )
            )
        axes.add_collection(
            LineCollection(
                lines, colors=entry.colour, linewidths=width, capstyle="round", zorder=3.05 + 0.1 * k
            )
        )
    points = np.array(list(places.position.values())).reshape(-1, 2)
    size = 14.0 * min(1.0, 40.0 / max(len(points), 1))
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=size,
        c=INK,
        edgecolors="white",
        linewidths=0.3 if len(points) < 100 else 0.0,
        zorder=4,
    )


def link_panel(
    figure: Figure,
    places: Places,
    layer: LinkLayer,
    fonts: Fonts,
    words: Catalogue,
    box: tuple[float, float, float, float],
    below: Layer | None = None,
) -> None:
    """A map of links with its title above and its legend below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Where to.
    places : Places
        Points and borders of the regions.
    layer : LinkLayer
        The links.
    fonts : Fonts
        Fonts that can write the words.
    words : Catalogue
        Language of the legend's head.
    box : tuple of float
        Left, bottom, width and height in inches.
    below : Layer, optional
        What colours the regions, with its legend beside that of the links; a plain grey by default.
    """
    left, bottom, width, height = box
    coloured = below if places.shapes is not None else None
    rows = max(len(layer.classes), len(coloured.classes) + 1 if coloured else 0)
    legend = (rows + 1) * ROW + 0.1
    _fit(
        figure,
        _text(figure, fonts, left, bottom + height - 0.2, layer.title, size=12.5, weight="bold"),
        width,
    )
    notes = [layer.unit, layer.note, words.t("map.link_schematic") if places.schematic else ""]
    subtitle = words.t("map.join").join(part for part in notes if part)
    _fit(figure, _text(figure, fonts, left, bottom + height - 0.42, subtitle, size=8.5, colour=QUIET), width)
    axes = figure.add_axes(_fraction(figure, left, bottom + legend, width, height - legend - HEAD))
    if places.shapes is None:
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.margins(0.05)
    else:
        draw_regions(axes, places.shapes, below.colours() if below else [LAND] * len(places.position))
    draw_links(axes, places, layer, words.lang)
    y = bottom + legend - ROW
    _text(figure, fonts, left + 2.3, y, words.t("map.links"), size=7.5, colour=QUIET, ha="right")
    for entry, thick in reversed(list(zip(layer.classes, layer.widths, strict=True))):
        y -= ROW
        _sample(figure, left, y + 0.045, entry.colour, thick)
        _text(figure, fonts, left + 0.55, y, entry.label, size=8.5)
        _text(figure, fonts, left + 2.3, y, str(entry.count), size=8.5, colour=QUIET, ha="right")
    if coloured:
        _regions_legend(figure, fonts, words, coloured, left + 2.9, bottom + legend - ROW, left + width)


def _regions_legend(
    figure: Figure, fonts: Fonts, words: Catalogue, below: Layer, x: float, y: float, right: float
) -> None:
    """What the colours of the regions mean: title with unit, then a patch a class."""
    from matplotlib.patches import Rectangle

    title = words.t("map.join").join(part for part in (below.title, below.unit) if part)
    _fit(figure, _text(figure, fonts, x, y, title, size=8.5), right - x - 0.7)
    _text(figure, fonts, right, y, words.t("map.regions"), size=7.5, colour=QUIET, ha="right")
    for entry in reversed(below.classes):
        y -= ROW
        at = _fraction(figure, x, y - 0.01, 0.3, 0.13)
        figure.add_artist(Rectangle(at[:2], *at[2:], facecolor=entry.colour))
        _text(figure, fonts, x + 0.45, y, entry.label, size=8.5)
        _text(figure, fonts, right, y, str(entry.count), size=8.5, colour=QUIET, ha="right")


def _sample(figure: Figure, x: float, y: float, colour: str, width: float) -> None:
    from matplotlib.lines import Line2D

    left, bottom, across, _ = _fraction(figure, x, y, 0.42, 0.0)
    line = Line2D(
        [left, left + across], [bottom, bottom], color=colour, linewidth=width, solid_capstyle="butt"
    )
    figure.add_artist(line)


def fonts_for(lang: str) -> tuple[Fonts, Catalogue]:
    """Fonts, and the words of `lang`, or of English where no font here can write it."""
    stack, words = installed(), catalogue(lang)
    if lang != "en" and not can_write(stack, words.t("map.allocation")):
        words = catalogue("en")
    return Fonts(ordered(stack, words.lang)), words


def link_map(
    graph: RegionGraph,
    table: pd.DataFrame,
    title: str,
    unit: str,
    lang: str = "en",
    note: str = "",
    below: Layer | None = None,
) -> Figure:
    """One map of links as a figure of its own.

    Parameters
    ----------
    graph : RegionGraph
        The regions, with or without borders.
    table : pandas.DataFrame
        A row a link: regions ``a`` and ``b``, and ``value``.
    title, unit, note : str
        Words of the map, in `lang`.
    lang : str
        Language of the legend.
    below : Layer, optional
        What colours the regions; a plain grey by default.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with ``figure.savefig(path)``.

    Raises
    ------
    InputError
        A link without a place or with a value that has no width.
    """
    fonts, words = fonts_for(lang)
    layer = LinkLayer.of(table, title, unit, words.lang, note)
    figure = _figure(7.2, 7.2)
    link_panel(figure, Places.of(graph), layer, fonts, words, (0.4, 0.3, 6.4, 6.6), below)
    return figure
