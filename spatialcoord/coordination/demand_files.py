"""What parties ask for, read from a table or a list that somebody collected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from spatialcoord.coordination.demand_entries import COLUMNS, NEEDED, UNIT, Demand, Entry
from spatialcoord.economy.setting import Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.tables import existing, read_table
from spatialcoord.regions.text_tables import likely_encoding
from spatialcoord.regions.units import factor
from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.document import parse_yaml, shown


def read_demands(path: str | Path, setting: Setting, encoding: str | None = None) -> tuple[Demand, ...]:
    """Demands of a file.

    Parameters
    ----------
    path : str or pathlib.Path
        YAML with a list of demands (keys as the columns), or a table (.csv, .xlsx) with the columns actor, region, instrument, amount and,
        if wanted, weight and note. Amounts are million currency of the case a year, unless the head says otherwise in brackets:
        ``amount (100 million CNY/yr)``.
    setting : Setting
        Baseline of the case they are for.
    encoding : str, optional
        Encoding of a text table; UTF-8 if absent.

    Raises
    ------
    InputError
        Everything that is wrong with it at once, each with file, row and column: columns, actors, regions and instruments that do not exist,
        amounts that are no finite numbers or negative, demands that stand twice, money beside the budget.
    """
    path = Path(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        found, problems = _of_yaml(path)
    else:
        found, problems = _of_table(path, setting, encoding)
    demands: dict[tuple[str, str, str], tuple[Demand, str]] = {}
    for entry in found:
        demand, wrong = entry.checked(setting)
        problems += wrong
        if demand is None:
            continue
        label = (demand.actor, demand.region, demand.instrument)
        if label in demands:
            problems.append(
                Problem(
                    f"{demand.actor} asks twice for '{demand.instrument}' in '{demand.region or 'all regions'}'",
                    entry.place,
                    f"The first stands at {demands[label][1]}.",
                    "Keep one of the two, or add them up.",
                )
            )
        else:
            demands[label] = demand, entry.place
    if problems:
        raise InputError(problems)
    return tuple(demand for demand, _ in demands.values())


def _of_table(path: Path, setting: Setting, encoding: str | None) -> tuple[list[Entry], list[Problem]]:
    """Entries of a table, and what is wrong with its head."""
    try:
        frame = read_table(path, "demands", encoding=encoding)
    except InputError as error:
        raise InputError([_of_demands(problem, path) for problem in error.problems]) from None
    problems: list[Problem] = []
    scale, columns = 1.0, {}
    for head in map(str, frame.columns):
        name, bracket, unit = (
            head.replace("（", "(").replace("）", ")").replace("[", "(").replace("]", ")").partition("(")
        )
        name = name.strip()
        place = f"{path}, column '{head}'"
        if name not in COLUMNS or (bracket and name != "amount"):
            problems.append(
                Problem(f"'{head}' is no column of demands", place, remedy=did_you_mean(name, list(COLUMNS)))
            )
            continue
        if name in columns:
            problems.append(
                Problem(f"the column '{name}' stands twice", place, remedy="Keep one of the two.")
            )
        columns[name] = head
        if bracket:
            scale, wrong = factor(
                unit.strip().removesuffix(")"), UNIT, setting.scenario.currency, "amount", place
            )
            problems += wrong
    lacking = [name for name in NEEDED if name not in columns]
    problems += [
        Problem(
            f"there is no column '{name}'",
            str(path),
            remedy=did_you_mean(name, list(map(str, frame.columns))),
        )
        for name in lacking
    ]
    if lacking:
        return [], problems
    entries = []
    for line, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        values = {name: cells[head] for name, head in columns.items()}
        place = f"{path}, {frame.index.name} {line}"
        entries.append(Entry(values, place, lambda key, p=place: f"{p}, column '{key}'", scale))  # type: ignore[misc]
    return entries, problems


def _of_demands(problem: Problem, path: Path) -> Problem:
    """What the reader of tables of regions says, in words of demands."""
    if problem.what == "the file is not UTF-8":
        name, origin = likely_encoding(path.read_bytes())
        return replace(
            problem, remedy=f"Save it as CSV UTF-8, or name its encoding: {name} (likely, from {origin})."
        )
    return replace(problem, remedy=problem.remedy.replace("one line a region", "one line a demand"))


def _of_yaml(path: Path) -> tuple[list[Entry], list[Problem]]:
    """Entries of a YAML text, and those of its items that are none."""
    name = shown(existing(path))
    try:
        values, lines = parse_yaml(path.read_bytes().decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise InputError(
            Problem("the text is not UTF-8", name, remedy="Save the file with the encoding UTF-8.")
        ) from None
    if not isinstance(values, tuple) or not values:
        raise InputError(
            Problem(
                "the file is not a list of demands" if values else "the file is empty",
                name,
                remedy="Write each as: - {actor: firms, region: ..., instrument: infrastructure, amount: 100}",
            )
        )
    entries, problems = [], []
    for i, item in enumerate(values):
        place = f"{name}:{lines.get((str(i),), 1)}"
        if not isinstance(item, dict):
            problems.append(
                Problem(f"'{item}' is no demand", place, remedy=f"Give the keys {', '.join(NEEDED)}.")
            )
            continue

        def at(key: str, i: int = i, place: str = place) -> str:
            line = lines.get((str(i), key))
            return f"{name}:{line}, {key}" if line else f"{place}, {key}"

        strange = [str(key) for key in item if key not in COLUMNS]
        problems += [
            Problem(f"'{key}' is no key of a demand", at(key), remedy=did_you_mean(key, list(COLUMNS)))
            for key in strange
        ]
        entries.append(Entry({str(k): v for k, v in item.items()}, place, at))
    return entries, problems
