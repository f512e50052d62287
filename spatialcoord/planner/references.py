"""The plan's money by group beside a table of the case: a budget in force, a law's allocation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.economy.setting import Array
from spatialcoord.errors import Problem
from spatialcoord.instruments.base import part_of
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import MILLION
from spatialcoord.registry import did_you_mean

COLUMNS = ("group", "amount", "unit")


def reference_problems(case: Case) -> list[Problem]:
    """What is wrong with the tables that the scenario compares with."""
    problems = []
    for i, reference in enumerate(case.scenario.comparisons):
        where, held = f"comparisons.{i}", list(case.graph.levels)
        if reference.level not in held:
            problems.append(
                Problem(
                    f"the regions have no level '{reference.level}'",
                    f"{where}.level",
                    remedy=did_you_mean(reference.level, held),
                )
            )
            continue
        problems += [
            Problem(
                f"the scenario does not use the instrument '{name}'",
                f"{where}.instruments",
                remedy=did_you_mean(name, list(case.scenario.instruments)),
            )
            for name in reference.instruments
            if name not in case.scenario.instruments
        ]
        problems += _table_problems(case, reference, f"{where}.file")
    return problems


def references(case: Case, amounts: dict[str, Array]) -> list[dict[str, Any]]:
    """Every comparison: shares and money per head and year by group, in the plan and in the table.

    Parameters
    ----------
    case : Case
        With a folder that holds the tables.
    amounts : dict of numpy.ndarray, shape (R, Y)
        Money by line, million currency a year.

    Returns
    -------
    list of dict
        `level`, `title`, `source`, `note`, `unit` of the table's amounts and `rows`, each with `group`, `group_zh`,
        `population_share`, `amount`, `share`, `per_head` of the plan and `reference_amount`, `reference_share`,
        `reference_per_head`; per head in currency a year.
    """
    setting, found = case.setting, []
    for reference in case.scenario.comparisons:
        table = _read(case, reference).set_index("group")
        chosen = reference.instruments or case.scenario.instruments
        money = sum(
            (
                a
                for line, a in amounts.items()
                if part_of(line)[0].name in chosen and part_of(line)[0].budgeted
            ),
            np.zeros((len(setting.regions), len(setting.years))),
        ).sum(axis=1)
        level = reference.level
        member = case.graph.level(level).values.astype(str)
        chinese = dict(zip(member, case.graph.level(level, "zh").values.astype(str), strict=True))
        total, listed = money.sum(), float(table["amount"].sum())
        rows = []
        for group, amount in table["amount"].items():
            inside = member == group
            people = float(setting.population[inside].sum())
            paid = float(money[inside].sum())
            rows.append(
                {
                    "group": str(group),
                    "group_zh": chinese[str(group)],
                    "population_share": people / float(setting.population.sum()),
                    "amount": paid,
                    "share": paid / float(total) if total > 0 else 0.0,
                    "per_head": paid * MILLION / people / len(setting.years),
                    "reference_amount": float(amount),
                    "reference_share": float(amount) / listed,
                    "reference_per_head": float(amount) * MILLION / people / reference.years,
                }
            )
        found.append(
            {
                "level": level,
                "title": reference.title.model_dump(exclude_none=True),
                "source": reference.source,
                "note": reference.note.model_dump(exclude_none=True) if reference.note else None,
                "unit": str(table["unit"].iloc[0]),
                "rows": rows,
            }
        )
    return found


def _read(case: Case, reference: Any) -> pd.DataFrame:
    assert case.folder is not None
    return pd.read_csv(case.folder / reference.file, dtype={"group": str, "unit": str})


def _table_problems(case: Case, reference: Any, where: str) -> list[Problem]:
    if case.folder is None or not (case.folder / reference.file).is_file():
        return [
            Problem(
                f"there is no file '{reference.file}'", where, remedy="Put the table beside the scenario."
            )
        ]
    try:
        table = _read(case, reference)
    except (ValueError, OSError) as error:
        return [Problem(f"'{reference.file}' cannot be read: {error}", where, remedy="Mend the table.")]
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        return [
            Problem(
                f"'{reference.file}' has no column {', '.join(missing)}",
                where,
                remedy=f"Its columns are {', '.join(COLUMNS)}.",
            )
        ]
    amount = pd.to_numeric(table["amount"], errors="coerce")
    if not (amount > 0).all():
        return [
            Problem(f"an amount in '{reference.file}' is not above zero", where, remedy="Mend the table.")
        ]
    known = sorted(set(case.graph.level(reference.level).values.astype(str)))
    if sorted(table["group"]) != known:
        return [
            Problem(
                f"the groups in '{reference.file}' are not those of '{reference.level}'",
                where,
                f"The level has {', '.join(known[:5])}{', ...' if len(known) > 5 else ''}, each once.",
                "Give every group one row.",
            )
        ]
    return []
