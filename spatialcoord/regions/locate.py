"""Where bundled cases lie: inside an installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean

SCENARIO = "scenario.yaml"


def data_folder() -> Path:
    """Folder with one folder a bundled case, from whatever directory it is asked.

    A wheel carries the cases as ``spatialcoord/data``; a checkout (also one installed in editable mode) has
    them in the top-level ``data``.

    Raises
    ------
    InputError
        Neither is there: the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            return folder
    raise InputError(
        Problem(
            "the bundled cases are missing",
            str(package / "data"),
            "the installation is incomplete",
            "Install the package again, or give the path of a case folder.",
        )
    )


def bundled_cases() -> list[str]:
    """Names of the cases that come with the package, sorted."""
    return sorted(path.parent.name for path in data_folder().glob(f"*/{SCENARIO}"))


def case_folder(name_or_path: str | Path) -> Path:
    """Folder of a case: a bundled one by name, or one of the user's (or a scenario file in it) by path.

    A plain name means the bundled case of that name first; ``./china`` means a folder of your own.

    Raises
    ------
    InputError
        No such case and no such folder; the message suggests the nearest bundled name.
    """
    text = str(name_or_path)
    bundled = data_folder() / text
    if (
        "/" not in text
        and "\\" not in text
        and text not in ("", ".", "..")
        and (bundled / SCENARIO).is_file()
    ):
        return bundled
    path = Path(name_or_path).expanduser()
    if text and path.is_dir():
        return path
    if path.is_file() and path.suffix in (".yaml", ".yml"):
        return path.parent
    raise InputError(
        Problem(
            f"there is no case '{text}'",
            remedy="Give the name of a bundled case or the path of a folder. "
            + did_you_mean(text, bundled_cases()),
        )
    )


def scenario_file(name_or_path: str | Path) -> Path:
    """Scenario file of a case: as :func:`case_folder`, but a file that is named is the one that is read."""
    folder = case_folder(name_or_path)
    path = Path(name_or_path).expanduser()
    return path if path.is_file() and path.parent == folder else folder / SCENARIO
