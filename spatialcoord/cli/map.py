"""``spatialcoord map``: one map of a saved plan."""

from __future__ import annotations

from pathlib import Path

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import catalogue
from spatialcoord.registry import did_you_mean

SHOWS = ("per_head", "change", "binding")


def draw_map(folder: Path, what: str, out: Path | None, lang: str) -> None:
    """Draw one map of the plan in `folder`.

    Parameters
    ----------
    folder : Path
        Folder that a run wrote.
    what : str
        "per_head" (money per head), "change" (in what is made equal, per head) or "binding" (the rule that holds).
    out : Path, optional
        Picture to write; ``map_<what>.png`` in `folder` by default.
    lang : str
        Language of the words in the picture.

    Raises
    ------
    InputError
        No plan there, an unknown map or language, or regions without borders.
    """
    words = catalogue(lang)
    if what not in SHOWS:
        raise InputError(Problem(f"there is no map '{what}'", where="--what", remedy=did_you_mean(what, list(SHOWS))))
