"""``spatialcoord polygons``: a copy of a case with the real polygons of its regions."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import typer

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import catalogue
from spatialcoord.regions import case_folder


def copy_with_polygons(case: str, out: Path, year: str, scale: str, lang: str) -> None:
    """Copy a case's folder to `out` with the polygons of its regions in place of its shapes; whole or not at all.

    Raises
    ------
    InputError
        An unknown case or language, a folder that exists, or polygons that cannot be had.
    """
    from spatialcoord.planner import load_case
    from spatialcoord.regions.gisco import fetch_polygons

    words = catalogue(lang)
    if out.exists():
        raise InputError(Problem("exists already", where=str(out), remedy="Name a folder that does not."))
    loaded = load_case(case)
    geometry = loaded.scenario.regions.geometry
    names = [geometry] if isinstance(geometry, str) else list(geometry or ())
    if len(names) != 1:
        raise InputError(
            Problem(
                "the case does not have one file of shapes that could be replaced",
                where="regions.geometry",
                remedy="Take a case with one such file, such as eu.",
            )
        )
    polygons = fetch_polygons(loaded.graph.ids, year, scale)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        draft = Path(work) / "case"
        shutil.copytree(case_folder(case), draft)
        (draft / names[0]).write_text(polygons.to_json(drop_id=True), encoding="utf-8")
        load_case(draft)  # as good as the one it came from
        draft.rename(out)
    typer.echo(words.t("cli.polygons", count=len(polygons), folder=out, year=year))
