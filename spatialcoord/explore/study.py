"""What every study hands over: a Dataset, tables, pictures and a summary, written all together or not at all."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from spatialcoord.results.contract import plain
from spatialcoord.results.exports import neutral
from spatialcoord.results.files import refuse_foreign, writing
from spatialcoord.results.store import ENGINE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 150


@dataclass(frozen=True)
class Study:
    """Result of a study around a case.

    Attributes
    ----------
    kind : str
        Name of the study and of its Dataset's file ("pareto").
    dataset : xarray.Dataset
        Everything found; every variable has ``units`` and ``long_name`` in its attributes.
    summary : dict
        What ``summary.json`` says; holds at least ``fingerprint``, the case's.
    tables : dict of pandas.DataFrame
        By file name without ending; heads carry the units.
    figures : dict of matplotlib.figure.Figure
        By file name without ending.
    pages : dict of str
        HTML by file name without ending.
    elsewhere : tuple of str
        Files that such a study makes of other cases; one that an earlier run left in the folder is removed.
    """

    kind: str
    dataset: xr.Dataset
    summary: dict[str, Any]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the files; the summary is moved last, so that it never speaks of files that are not there yet."""
        return tuple(
            dict.fromkeys(
                (
                    f"{self.kind}.nc",
                    *(f"{name}.csv" for name in self.tables),
                    *(f"{name}.png" for name in self.figures),
                    *(f"{name}.html" for name in self.pages),
                    *self.elsewhere,
                    "summary.json",
                )
            )
        )

    def save(self, folder: str | Path) -> list[Path]:
        """Write the study, all of it or nothing.

        Parameters
        ----------
        folder : str or Path
            Where to; made when absent.

        Returns
        -------
        list of Path
            The files written, sorted by name.

        Raises
        ------
        InputError
            The folder holds files of these names that are not of such a study, or cannot be written.
        """
        with writing(folder, self.outputs, self.kind) as draft:
            self.dataset.to_netcdf(draft / f"{self.kind}.nc", engine=ENGINE)
            for name, table in self.tables.items():
                safe = table.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
                # the mark at the beginning lets a spreadsheet see that the file is UTF-8
                safe.to_csv(draft / f"{name}.csv", index=False, encoding="utf-8-sig")
            for name, figure in self.figures.items():
                figure.savefig(draft / f"{name}.png", dpi=DPI)
            for name, page in self.pages.items():
                (draft / f"{name}.html").write_text(page, encoding="utf-8")
            summary = plain({"study": self.kind, **self.summary})
            text = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
            (draft / "summary.json").write_text(text + "\n", encoding="utf-8")
            names = sorted(path.name for path in draft.iterdir())
        return [Path(folder) / name for name in names]


def refuse_taken(folder: Path, kind: str) -> None:
    """Say before anything takes time that a folder holds results of something else.

    Raises
    ------
    InputError
        The folder's ``summary.json`` is not of such a study, or the folder is a file.
    """
    refuse_foreign(folder, (f"{kind}.nc", "summary.json"), kind)
