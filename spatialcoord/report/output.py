"""Write everything a run hands over, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spatialcoord.maps import builds_links, map_page, plan_links
from spatialcoord.report.page import render
from spatialcoord.results.files import writing

if TYPE_CHECKING:
    from spatialcoord.results import Plan

DPI = 150


def publish(plan: Plan, folder: str | Path, lang: str = "en", maps: bool = True) -> list[Path]:
    """Write the data files of a plan (see :meth:`Plan.write`), ``map.png``, ``links.png`` and ``report.html``.

    Where the regions have no borders there is no ``plan.gpkg`` and no ``map.png``; ``links.png`` is there where the plan
    builds or shortens links.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : str or Path
        Where to; made when absent. Nothing is left half written, and only files of an earlier run are
        replaced.
    lang : str
        Language of the words.
    maps : bool
        Whether to draw ``map.png`` and ``links.png``.

    Returns
    -------
    list of Path
        The files written, sorted by name.

    Raises
    ------
    InputError
        The folder holds files that an earlier run did not write, or cannot be written.
    """
    with writing(folder) as draft:
        plan.write(draft, lang)
        (draft / "report.html").write_text(render(plan, lang), encoding="utf-8")
        if maps and plan.graph.has_geometry:
            map_page(plan, draft / "map.png", lang)
        if maps and builds_links(plan):
            plan_links(plan, lang).savefig(draft / "links.png", dpi=DPI)
        names = sorted(path.name for path in draft.iterdir())
    return [Path(folder) / name for name in names]
