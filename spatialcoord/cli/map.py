"""``spatialcoord map``: one map of a saved plan."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import catalogue

FORMATS = (".png", ".svg", ".pdf")


def draw_map(folder: Path, what: str, out: Path | None, lang: str) -> None:
    """Draw one map of the plan in `folder` and say where it is.

    Parameters
    ----------
    folder : Path
        Folder that a run wrote.
    what : str
        "per_head" (money per head a year), "change" (in what is made equal, per head), "binding" (the rule that holds each
        region), "links" (what transport projects build), the name of an instrument, or any number of the Dataset with one value a region.
    out : Path, optional
        Picture to write (.png, .svg or .pdf), replaced where it exists; ``map_<what>.png`` in `folder` by default.
    lang : str
        Language of the words in the picture.

    Raises
    ------
    InputError
        No plan there, an unknown map or language, regions without borders, or a picture that cannot be written.
    """
    words = catalogue(lang)
    target = out or folder / f"map_{what}.png"
    if target.suffix.lower() not in FORMATS:
        raise InputError(
            Problem(
                f"'{target.name}' is no picture",
                where="--out",
                remedy=f"End the name in {', '.join(FORMATS)}.",
            )
        )

    from rich.console import Console

    from spatialcoord.results import Plan

    plan = Plan.load(folder)

    from spatialcoord.maps import choropleth, plan_links

    figure = plan_links(plan, lang) if what == "links" else choropleth(plan, what, lang)
    # beside the target first: a picture is whole or not there
    draft = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.partial{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(draft)
        os.replace(draft, target)
    except OSError as error:
        raise InputError(
            Problem(f"cannot be written: {error.strerror or error}", where=str(target))
        ) from None
    finally:
        if draft.exists():  # not where the folder itself could not be made
            draft.unlink()
    console = Console(markup=False, highlight=False, soft_wrap=True)
    console.print(words.t("cli.written_file", file=target))
