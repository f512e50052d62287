"""``spatialcoord compare``: saved plans side by side, on the console and as a page."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import Catalogue, catalogue

if TYPE_CHECKING:
    from spatialcoord.results import Plan

MARK = '<meta name="generator" content="spatialcoord">'  # every page of ours has it near its beginning


def compare_folders(folders: Sequence[Path], out: Path | None, lang: str) -> None:
    """Load plans, print how they differ, and write a page where one is wanted.

    Parameters
    ----------
    folders : sequence of Path
        Folders that runs wrote; the others are compared with the first. One will do where its scenario names formulas.
    out : Path, optional
        Page to write (.html); only a page that spatialcoord wrote is replaced.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError
        Fewer than two folders without a formula to compare with, a folder without a plan (all such folders at once), or a page that cannot be written.
    """
    words = catalogue(lang)
    if out is not None:
        _check(out, words)
    plans = _load(folders)
    if len(plans) < 2 and not any(plan.summary.get("formulas") for plan in plans):
        what = words.t("compare.one_plan", count=len(folders))
        raise InputError(Problem(what, remedy=words.t("compare.one_plan_remedy")))

    from rich.console import Console

    from spatialcoord.results import compare, print_comparison

    comparison = compare(plans, names_of(folders))
    console = Console()
    if out is not None:  # before anything is printed: a reader that closes the pipe does not lose the page
        from spatialcoord.report import render_comparison

        _write(out, render_comparison(comparison, lang))
    print_comparison(console, comparison, lang)
    if out is None:
        console.print(words.t("compare.page_hint"), markup=False, highlight=False)
        return
    console.print(words.t("cli.written_file", file=out), markup=False, highlight=False, soft_wrap=True)


def names_of(folders: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that tell the folders apart; a number behind a folder named twice."""
    parts = [folder.resolve().parts for folder in folders]
    deepest = max(map(len, parts))
    names = ["/".join(p[-1:]) for p in parts]
    for depth in range(2, deepest + 1):
        if len(set(names)) == len(set(parts)):
            break
        names = ["/".join(p[-depth:]) for p in parts]
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            names[i] = f"{name} ({seen[name]})"
    return names


def _load(folders: Sequence[Path]) -> list[Plan]:
    from spatialcoord.results import Plan

    plans: list[Plan] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            plans.append(Plan.load(folder))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return plans


def _check(out: Path, words: Catalogue) -> None:
    """Refuse what is no page, and to replace a file of somebody else."""
    if out.suffix.lower() not in (".html", ".htm"):
        what, remedy = words.t("compare.not_html", name=out.name), words.t("compare.not_html_remedy")
        raise InputError(Problem(what, where="--out", remedy=remedy))
    if not out.exists():
        return
    try:
        with out.open(encoding="utf-8", errors="replace") as file:
            ours = MARK in file.read(2000)
    except OSError:
        ours = False
    if not ours:
        raise InputError(
            Problem(words.t("compare.foreign"), where=str(out), remedy=words.t("compare.foreign_remedy"))
        )


def _write(out: Path, page: str) -> None:
    # beside the target first: a page is whole or not there
    draft = out.with_name(f".{out.stem}.{secrets.token_hex(4)}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(page, encoding="utf-8")
        os.replace(draft, out)
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror or error}", where=str(out))) from None
    finally:
        draft.unlink(missing_ok=True)
