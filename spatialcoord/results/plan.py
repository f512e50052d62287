"""The plan: what a solve hands back, what is saved and loaded, what maps and reports are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions import ATTRIBUTES, Attribute, RegionGraph
from spatialcoord.results import contract, exports, files, store, workbook

if TYPE_CHECKING:
    from spatialcoord.results.explain import Explanation


class Plan:
    """Who gets what, when, from which instrument, and what it does.

    Parameters
    ----------
    dataset : xarray.Dataset
        All results, as :mod:`spatialcoord.results.contract` lists them; missing `units` and `long_name` are
        filled in.
    graph : RegionGraph
        The regions, in the order of the Dataset.
    summary : Mapping
        Headline figures, what ``summary.json`` holds.

    Attributes
    ----------
    dataset : xarray.Dataset
        All results; ``dataset.attrs["summary"]`` holds the summary as JSON text.
    graph : RegionGraph
        The regions.
    summary : dict
        Headline figures.

    Raises
    ------
    InputError
        The Dataset or the summary departs from the contract; every departure is listed.
    """

    def __init__(self, dataset: xr.Dataset, graph: RegionGraph, summary: Mapping[str, Any]) -> None:
        dataset = contract.describe(dataset)
        problems = contract.problems_of(dataset) + contract.summary_problems(summary)
        if "region" in dataset.coords and tuple(map(str, dataset["region"].values)) != tuple(graph.ids):
            problems.append(Problem("differ from those of the graph, or in order", where="region"))
        if dataset.attrs.get("fingerprint") != summary.get("fingerprint"):
            problems.append(Problem("differs between Dataset and summary", where="fingerprint"))
        if problems:
            raise InputError(problems)
        self.summary: dict[str, Any] = contract.plain(summary)
        self.dataset = dataset.assign_attrs(summary=json.dumps(self.summary, ensure_ascii=False))
        self.graph = graph

    @property
    def beside(self) -> dict[str, np.ndarray]:
        """Money beside the programme's budget by line, million currency a year, shape (R, Y)."""
        if "beside" not in self.dataset:
            return {}
        return {
            str(line): self.dataset["beside"].sel(line=line).values for line in self.dataset["line"].values
        }

    def __repr__(self) -> str:
        sizes = ", ".join(f"{dim} {self.dataset.sizes[dim]}" for dim in ("region", "instrument", "year"))
        return f"<Plan {self.dataset.attrs['case']}: {sizes}, {self.summary['status']}>"

    def write(self, draft: Path, lang: str = "en") -> None:
        """Write the data files of the plan into an existing folder; :meth:`save` is the safe way to do so."""
        frame, links, extra = graph_tables(self.graph)
        store.write_dataset(draft / "plan.nc", self.dataset, frame, links, extra)
        exports.write_csv(self, draft / "allocation.csv", lang)
        if len(self.graph) <= workbook.MOST_REGIONS:
            workbook.write_xlsx(self, draft / "allocation.xlsx", lang)
        if self.graph.has_geometry:
            exports.write_gpkg(self, draft / "plan.gpkg")
        text = json.dumps(self.summary, ensure_ascii=False, indent=2)
        (draft / "summary.json").write_text(text + "\n", encoding="utf-8")

    def save(self, folder: str | Path, lang: str = "en") -> list[Path]:
        """Save ``plan.nc``, ``summary.json``, ``allocation.csv`` and ``.xlsx``, and ``plan.gpkg`` where there are borders.

        ``spatialcoord.report.publish`` writes the same files and the map and the report with them.

        Parameters
        ----------
        folder : str or Path
            Where to; made when absent. Nothing is left half written, and only files of an earlier run are
            replaced.
        lang : str
            Language of the heads of ``allocation.csv``.

        Returns
        -------
        list of Path
            The files written.
        """
        with files.writing(folder) as draft:
            self.write(draft, lang)
            names = sorted(path.name for path in draft.iterdir())
        return [Path(folder) / name for name in names]

    def explain(self, region: str, lang: str = "en") -> Explanation:
        """Why a region gets what it gets; see :func:`spatialcoord.results.explain.explain`."""
        from spatialcoord.results.explain import explain

        return explain(self, region, lang)

    @classmethod
    def load(cls, folder: str | Path) -> Plan:
        """The plan saved in a folder, or in a ``plan.nc``, with its regions; equal to what was saved.

        Raises
        ------
        InputError
            There is no plan, it is damaged, or ``summary.json`` beside it belongs to another plan.
        """
        path = Path(folder)
        path = path / "plan.nc" if path.is_dir() or path.suffix != ".nc" else path
        dataset, frame, links, extra = store.read_dataset(path)
        summary = json.loads(dataset.attrs.pop("summary", "{}"))
        _same_plan(path.with_name("summary.json"), summary)
        return cls(dataset, graph_from_tables(frame, links, extra), summary)


def _same_plan(beside: Path, summary: Mapping[str, Any]) -> None:
    if not beside.exists():
        return
    try:
        other = json.loads(beside.read_text(encoding="utf-8")).get("fingerprint")
    except (OSError, ValueError, AttributeError):
        other = None
    if other != summary.get("fingerprint"):
        raise InputError(
            Problem(
                "belongs to another plan than plan.nc, or is damaged",
                where=str(beside),
                remedy="Run the case again.",
            )
        )


def graph_tables(graph: RegionGraph) -> tuple[Any, Any, dict[str, Any]]:
    """Frame, links and the rest of a graph, from which :func:`graph_from_tables` makes it again."""
    own = [
        asdict(attribute) for name, attribute in graph.attributes.items() if ATTRIBUTES.get(name) != attribute
    ]
    return graph.frame, graph.links, {"levels": list(graph.levels), "attributes": own}


def graph_from_tables(frame: Any, links: Any, extra: dict[str, Any]) -> RegionGraph:
    """The graph that :func:`graph_tables` took apart."""
    own = {row["name"]: Attribute(**row) for row in extra["attributes"]}
    return RegionGraph(frame, links=links, levels=extra["levels"], attributes=own, where="plan.nc")
