"""Write a folder of results so that it is never left half written.

Files are made in a temporary folder beside the target, or in it where it exists, and only when all of them are there are they moved in,
one atomic rename each. A file that spatialcoord did not write is never replaced.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spatialcoord.errors import InputError, Problem

# Moved in this order: summary.json comes last, so that its fingerprint never speaks of files that are not
# there yet.
OUTPUTS = (
    "plan.nc",
    "plan.gpkg",
    "allocation.csv",
    "allocation.xlsx",
    "map.png",
    "report.html",
    "summary.json",
)


def is_ours(folder: Path) -> bool:
    """Whether a folder holds results that spatialcoord wrote: a ``summary.json`` with a fingerprint."""
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(summary, dict) and "fingerprint" in summary and "certificate" in summary


def refuse_foreign(folder: Path) -> None:
    """Raise InputError where the folder holds a file of a result's name that is not a result."""
    if folder.exists() and not folder.is_dir():
        raise InputError(Problem("is a file, not a folder", where=str(folder), remedy="Name another folder."))
    foreign = [] if is_ours(folder) else [name for name in OUTPUTS if (folder / name).exists()]
    if foreign:
        raise InputError(
            Problem(
                f"holds {', '.join(foreign)}, which spatialcoord did not write",
                where=str(folder),
                remedy="Name another folder, or move the files away.",
            )
        )


@contextmanager
def writing(folder: str | Path) -> Iterator[Path]:
    """A temporary folder whose files become the results of `folder` when the block ends without an error.

    Results of an earlier run that this one does not make again are removed: they would belong to another
    plan. Files of other names are left alone.

    Parameters
    ----------
    folder : str or Path
        Where the results go; made with its parents when absent.

    Yields
    ------
    Path
        Write here.

    Raises
    ------
    InputError
        The folder holds a file of a result's name that is not a result, or cannot be written.
    """
    target = Path(folder).absolute()
    refuse_foreign(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # inside a folder that exists, so that it is on the same file system even where that is a mount point
        beside = target if target.exists() else target.parent
        draft = beside / f".{target.name}.{secrets.token_hex(4)}.partial"
        draft.mkdir()
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        yield draft
        _move(draft, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move(draft: Path, target: Path) -> None:
    made = {path.name for path in draft.iterdir()}
    unknown = made - set(OUTPUTS)
    if unknown:
        raise ValueError(f"not the name of a result: {sorted(unknown)}")
    if not target.exists():
        os.rename(draft, target)
        return
    for name in OUTPUTS:
        if name in made:
            os.replace(draft / name, target / name)
        else:
            (target / name).unlink(missing_ok=True)


def _unwritable(target: Path, error: OSError) -> InputError:
    return InputError(
        Problem(
            f"cannot be written: {error.strerror or error}",
            where=str(target),
            why="Earlier results there are unchanged or were replaced whole.",
            remedy="Free space, or name a folder you may write to.",
        )
    )
