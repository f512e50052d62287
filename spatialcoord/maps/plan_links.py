"""Links that a plan changes, drawn by what they save, on the regions' gain in market access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.maps.links import link_map
from spatialcoord.messages import catalogue

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spatialcoord.results import Plan

NAME = "transport_project_link"


def plan_links(plan: Plan, lang: str = "en") -> Figure:
    """Map of the links that the plan builds or shortens, by effective kilometres saved.

    Parameters
    ----------
    plan : Plan
        With transport projects.
    lang : str
        Language of the words.

    Raises
    ------
    InputError
        The plan has no transport projects.
    """
    from spatialcoord.maps.layers import layer
    from spatialcoord.results import Words

    data, words = plan.dataset, catalogue(lang)
    if f"{NAME}_before" not in data:
        raise InputError(
            Problem(
                "the plan changes no links",
                where="--what links",
                why="Links are changed by the instrument transport_project.",
                remedy="Plan with transport projects, or choose another map.",
            )
        )
    before, after = data[f"{NAME}_before"].values, data[f"{NAME}_after"].values
    ends = {end: data[f"transport_link_{end}"].values.astype(str) for end in ("a", "b")}
    # a new link saves what it is long against the great circle: it has no length before, and is drawn by its own
    saved = np.where(np.isnan(before), np.nan_to_num(after), np.nan_to_num(before - after))
    table = pd.DataFrame({**ends, "value": saved})
    access = layer(plan, "transport_project_access", Words(plan, lang))
    return link_map(
        plan.graph,
        table,
        words.t("map.plan_links"),
        "km",
        lang,
        words.t("map.plan_links_note", layer=access.title),
        access.colours(),
    )
