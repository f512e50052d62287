"""Published games that come with the package."""

from __future__ import annotations

import csv
from pathlib import Path

from spatialcoord.errors import InputError, Problem
from spatialcoord.games.game import Game


def _folder() -> Path:
    """Where the tables lie: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data" / "games", package.parent / "data" / "games"):
        if folder.is_dir():
            return folder
    raise InputError(
        Problem(
            "the bundled games are missing",
            str(package / "data" / "games"),
            "the installation is incomplete",
            "Install the package again.",
        )
    )


def example(name: str) -> Game:
    """A published cost game; `data/games/sources.md` says where the figures are from and how sure they are.

    Parameters
    ----------
    name : {"tva", "skane"}
        The Tennessee Valley Authority's dams by purpose (navigation, flood control, power; thousand USD; Straffin and Heaney 1981), or
        six groups of municipalities in Skåne that may share water supply (million SEK; Young, Okada and Hashimoto 1982).

    Raises
    ------
    InputError
        No such example.
    """
    known = sorted(path.stem for path in _folder().glob("*.csv"))
    if name not in known:
        raise InputError(Problem(f"there is no example '{name}'", remedy="Examples: " + ", ".join(known)))
    with (_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Game(
        {tuple(row["coalition"].split("+")): float(row["cost"]) for row in rows},
        kind="cost",
        unit=rows[0]["unit"],
    )
