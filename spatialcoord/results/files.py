"""Write a folder of results so that it is never left half written.

Files are made in a temporary folder beside the target, or in it where it exists, and only when all of them are there are they moved in,
one atomic rename each. A file that spatialcoord did not write is never replaced.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
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
    "links.png",
    "report.html",
    "summary.json",
)


def is_ours(folder: Path, study: str | None = None) -> bool:
    """Whether a folder holds results that spatialcoord wrote: a ``summary.json`` with a fingerprint.

    Parameters
    ----------
    folder : Path
        The folder.
    study : str, optional
        Kind of study whose results are meant ("pareto"); a plan when left out.
    """
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(summary, dict) or "fingerprint" not in summary:
        return False
    return "certificate" in summary if study is None else summary.get("study") == study


def refuse_foreign(folder: Path, outputs: Sequence[str] = OUTPUTS, study: str | None = None) -> None:
    """Raise InputError where the folder holds a file of a result's name that is not such a result.

    Parameters
    ----------
    folder : Path
        The folder.
    outputs : sequence of str
        Names of the results.
    study : str, optional
        As in :func:`is_ours`.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(Problem("is a file, not a folder", where=str(folder), remedy="Name another folder."))
    foreign = [] if is_ours(folder, study) else [name for name in outputs if (folder / name).exists()]
    if foreign:
        raise InputError(
            Problem(
                f"holds {', '.join(foreign)}, which "
                + (
                    "spatialcoord did not write"
                    if study is None
                    else f"is not of a study of this kind ({study})"
                ),
                where=str(folder),
                remedy="Name another folder, or move the files away.",
            )
        )


@contextmanager
def writing(folder: str | Path, outputs: Sequence[str] = OUTPUTS, study: str | None = None) -> Iterator[Path]:
    """A temporary folder whose files become the results of `folder` when the block ends without an error.

    Results of an earlier run that this one does not make again are removed: they would belong to another
    plan. Files of other names are left alone.

    Parameters
    ----------
    folder : str or Path
        Where the results go; made with its parents when absent.
    outputs : sequence of str
        Names that results may have, in the order in which they are moved into place.
    study : str, optional
        Kind of study ("pareto"); a plan when left out.

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
    refuse_foreign(target, outputs, study)
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
        _move(draft, target, outputs)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move(draft: Path, target: Path, outputs: Sequence[str]) -> None:
    made = {path.name for path in draft.iterdir()}
    unknown = made - set(outputs)
    if unknown:
        raise ValueError(f"not the name of a result: {sorted(unknown)}")
    if not target.exists():
        os.rename(draft, target)
        return
    for name in outputs:
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
