"""Maps: choropleths of a plan that a planner can read, in an equal-area projection that fits the regions."""

from spatialcoord.maps.differences import difference_layers
from spatialcoord.maps.formulas import formula_layers
from spatialcoord.maps.geometry import Shapes
from spatialcoord.maps.layers import Layer, MapClass, instrument_layers, layer, main_layers, more_layers
from spatialcoord.maps.links import LinkLayer, Places, draw_links, link_map, link_panel
from spatialcoord.maps.page import choropleth, draw_regions, map_page
from spatialcoord.maps.plan_links import builds_links, plan_links

__all__ = [
    "Layer",
    "LinkLayer",
    "MapClass",
    "Places",
    "Shapes",
    "builds_links",
    "choropleth",
    "difference_layers",
    "draw_links",
    "draw_regions",
    "formula_layers",
    "instrument_layers",
    "layer",
    "link_map",
    "link_panel",
    "main_layers",
    "map_page",
    "more_layers",
    "plan_links",
]
