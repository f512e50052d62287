"""Links that a plan changes, drawn by what they save, on the regions' gain in market access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.maps.links import link_map

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spatialcoord.results import Plan

NAME = "transport_project_link"


def builds_links(plan: Plan) -> bool:
    """Whether the plan builds or shortens a link."""
    return f"{NAME}_open" in plan.dataset and bool(_built(plan).any())


def _built(plan: Plan) -> np.ndarray:
    """Links that come into use, shape (L,); the Dataset also holds those of projects that are not built."""
    return np.asarray(np.isfinite(plan.dataset[f"{NAME}_open"].values.astype(float)))


def plan_links(plan: Plan, lang: str = "en") -> Figure:
    """Map of the links that the plan builds or shortens, by effective kilometres saved; what is not built is left out.

    Parameters
    ----------
    plan : Plan
        With transport projects.
    lang : str
        Language of the words.

    Raises
    ------
    InputError
        The plan has no transport projects, or builds none of them.
    """
    from spatialcoord.maps.layers import layer
    from spatialcoord.maps.links import fonts_for
    from spatialcoord.results import Words

    data = plan.dataset
    words = fonts_for(lang)[1]  # English where no font here can write the language
    if not builds_links(plan):
        none = "builds none of its projects" if f"{NAME}_open" in data else "has no transport projects"
        raise InputError(
            Problem(
                f"the plan changes no links: it {none}",
                where="--what links",
                why="Links are changed by the instrument transport_project.",
                remedy="Plan with transport projects, or choose another map.",
            )
        )
    built = _built(plan)
    before, after = (data[f"{NAME}_{when}"].values[built] for when in ("before", "after"))
    ends = {end: data[f"transport_link_{end}"].values.astype(str)[built] for end in ("a", "b")}
    # a new link saves nothing that is known: it has no length before, and is drawn by its own
    new = np.isnan(before)
    table = pd.DataFrame({**ends, "value": np.maximum(np.where(new, after, before - after), 0.0)})
    # what the instrument tells of regions, where it opens any market at all
    access = "transport_project_access"
    below = layer(plan, access, Words(plan, words.lang)) if data[access].values.any() else None
    return link_map(
        plan.graph,
        table,
        words.t("map.plan_links"),
        words.t("map.plan_links_unit"),
        lang,
        words.t("map.plan_links_new") if new.any() else "",
        below,
    )
