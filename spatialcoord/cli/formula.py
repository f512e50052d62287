"""``spatialcoord formula``: what a law would give each region, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.explore.formula_study import Worked
    from spatialcoord.formulas.base import Formula

WIDTH = 160  # characters of a line where output goes to a file, which has no width of its own
SHOWN = 12  # regions of a long list that are printed; all stand in the tables


def work_formula(
    name: str, case: str | None, out: Path | None, region: str | None, overrides: Iterable[str], lang: str
) -> None:
    """Work a formula out for a case, print its steps and, where asked, write them.

    Parameters
    ----------
    name : str
        Registered name of the formula.
    case : str, optional
        Name of a bundled case, or a folder; by default the first case of the formula.
    out : Path, optional
        Folder for tables, map and summary; nothing is written without it.
    region : str, optional
        Id or name of the region whose steps are printed; by default the one that gets most per head.
    overrides : iterable of str
        ``key=value`` of the formula, or ``path=value`` of the scenario.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError
        Formula, case, region, language or folder is no good; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)

    from rich.console import Console

    from spatialcoord import registry
    from spatialcoord.explore.formula_study import KIND, Worked, study_of
    from spatialcoord.explore.study import refuse_taken
    from spatialcoord.planner.case import read_case

    formula = registry.formulas.get(name, "formula")
    paths = [f"formulas.{name}={{}}", *(_path(name, formula, text) for text in overrides)]
    chosen = case or formula.cases[0]
    loaded, problems = read_case(chosen, paths)
    if loaded is None:
        raise InputError(problems)
    if out is not None:
        refuse_taken(out, KIND)
    worked = Worked(loaded, name, lang)
    shown = _shown(worked) if region is None else worked.region(region)
    written = study_of(worked).save(out) if out is not None else []
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    _print(console, worked, shown, region is not None)
    if out is not None:
        console.print(words.t("cli.written", folder=out), markup=False, highlight=False, soft_wrap=True)
        for path in written:
            console.print(f"  {path.name}", markup=False, highlight=False)


def _path(name: str, formula: type[Formula], text: str) -> str:
    """An override of the formula as one of the scenario; one of the scenario as it is."""
    from spatialcoord.scenario import Scenario

    key = text.partition("=")[0].strip()
    own = list(formula.Params.model_fields)
    if key.split(".")[0] in own:
        return f"formulas.{name}.{text.strip()}"
    if "." in key or key in Scenario.model_fields:
        return text
    remedy = (
        did_you_mean(key, own) if own else "It takes none; values of the scenario have a dot in their path."
    )
    raise InputError(Problem(f"the formula has no value '{key}'", where="--set", remedy=remedy))


def _shown(worked: Worked) -> int:
    """The region whose steps are shown where none is named: the one that gets most per head, or reaches most."""
    if (
        worked.sheet.money is None
    ):  # where most can be seen: the largest figure among the results, else the first region
        for key in (worked.sheet.result, *worked.sheet.lines):
            values = worked.sheet[key]
            if values.dtype.kind in "fiu" and np.isfinite(values).any():
                return int(np.nanargmax(values))
        return 0
    return int((worked.sheet.amount / worked.case.setting.population).argmax())


def _print(console: Console, worked: Worked, region: int, alone: bool) -> None:
    from rich.markup import escape

    from spatialcoord.results.console import bullets

    words, sheet = worked.words, worked.sheet
    title = worked.case.scenario.title.in_language(words.lang)
    console.print(f"\n{escape(words.t('formula.title', formula=worked.title, case=title))}", style="bold")
    console.print(bullets(worked.sentences()), highlight=False)
    _table(
        console,
        worked,
        words.t("formula.steps_of", region=worked.region_names[region]),
        [
            (f"{worked.say(s.key)}\n  {s.key}", worked.cell(s, region), s.unit, s.rule, worked.law_of(s))
            for s in sheet.steps
        ],
    )
    if sheet.totals:
        rows = [
            (
                f"{worked.say(t.key)}\n  {t.key}",
                worked.number(t.value),
                t.unit,
                t.rule,
                worked.law_of(t),
            )
            for t in sheet.totals
        ]
        _table(console, worked, words.t("formula.all_regions"), rows)
    if not alone:
        _results(console, worked)


def _table(console: Console, worked: Worked, title: str, rows: list[tuple[str, str, str, str, str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    t = worked.words.t
    table = Table(box=SIMPLE_HEAD, title=escape(title), title_justify="left", title_style="bold")
    for key in ("step", "value", "unit", "rule", "law"):
        table.add_column(t(f"formula.column.{key}"), justify="right" if key == "value" else "left")
    for step, value, unit, rule, law in rows:
        named = worked.words.unit(unit) if unit not in ("", "1") else ""
        table.add_row(*(escape(cell) for cell in (step, value, named, rule, law)))
    console.print(table)


def _results(console: Console, worked: Worked) -> None:
    """The result of every region, of many the first: most per head on top."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    from spatialcoord.explore.formula_study import amounts_table

    found = amounts_table(worked)
    if worked.sheet.money is not None:
        found = found.sort_values(found.columns[-1], ascending=False, kind="stable")
    t = worked.words.t
    table = Table(
        box=SIMPLE_HEAD, title=escape(t("formula.results")), title_justify="left", title_style="bold"
    )
    for i, head in enumerate(found.columns):
        table.add_column(escape(str(head)), justify="left" if i < 2 else "right")
    for row in found.head(SHOWN).itertuples(index=False):
        table.add_row(
            *(escape(worked.number(cell) if isinstance(cell, float) else str(cell)) for cell in row)
        )
    console.print(table)
    if len(found) > SHOWN:
        more = t("formula.more", count=len(found) - SHOWN)
        console.print(more, markup=False, highlight=False, soft_wrap=True)
