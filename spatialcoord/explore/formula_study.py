"""A statutory formula worked out for a case: its sheet as tables, a map and a summary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from spatialcoord import registry
from spatialcoord.errors import InputError, Problem
from spatialcoord.explore.study import Study
from spatialcoord.formulas.worksheet import Step, Total, Worksheet
from spatialcoord.planner.case import Case
from spatialcoord.registry import did_you_mean
from spatialcoord.results import Spoken

KIND = "formula"
MILLION = 1e6


class Worked:
    """A formula's sheet beside its case and the words of both.

    Parameters
    ----------
    case : Case
        Its scenario holds what was chosen about the formula (``formulas.<name>``).
    name : str
        Registered name of the formula.
    lang : str
        Language of words.

    Raises
    ------
    InputError
        There is no such formula, or the case does not hold what it needs.
    """

    def __init__(self, case: Case, name: str, lang: str = "en") -> None:
        self.case, self.name, self.words = case, name, Spoken(lang)
        self.formula = registry.formulas.get(name)
        try:
            self.sheet: Worksheet = case.setting.formula(name)
        except InputError as error:
            raise InputError([case.placed(problem) for problem in error.problems]) from None

    def say(self, key: str, **values: Any) -> str:
        """Words of a step, total, class or remark of the formula; the key, spaced, of what it has no words for."""
        known = self.formula.words.get(key)
        return self.words.text(known).format(**values) if known else key.replace("_", " ")

    @property
    def title(self) -> str:
        """Title of the formula."""
        return self.words.text(self.formula.title)

    @property
    def region_names(self) -> list[str]:
        """Name of every region."""
        return [str(name) for name in self.case.graph.names(self.words.lang).values]

    def region(self, named: str) -> int:
        """Position of a region by its id or name.

        Raises
        ------
        InputError
            There is no such region.
        """
        ids = list(self.sheet.regions)
        for known in (ids, self.region_names, [str(n) for n in self.case.graph.names("en").values]):
            if named in known:
                return known.index(named)
        raise InputError(
            Problem(
                self.words.t("formula.no_region", region=named),
                where="--region",
                remedy=did_you_mean(named, [*ids, *self.region_names]),
            )
        )

    def cell(self, step: Step, region: int) -> str:
        """What a step says of a region, written out."""
        value = step.values[region]
        if step.values.dtype.kind not in "fiub":
            return self.say(str(value))
        return self.number(float(value))

    def number(self, value: float) -> str:
        """A number with at least six significant figures, for checking by hand; sums of money to the cent of a million."""
        if not np.isfinite(value):
            return "–"
        size = abs(value)
        digits = 0 if size == 0 else int(min(8, max(2 if size < 1e6 else 0, 5 - np.floor(np.log10(size)))))
        if float(value).is_integer() and size < 1e15:
            digits = 0
        return self.words.number(value, digits)

    def law_of(self, part: Step | Total) -> str:
        """The numbers of the law a step uses, with value and article."""
        law = self.sheet.law
        if law is None or not part.numbers:
            return ""
        told = []
        for entry in map(law.entry, part.numbers):
            value = self.number(entry.value) if abs(entry.value) >= 1e6 else f"{entry.value:.10g}"
            unit = "" if entry.unit == "1" else f" {self.words.unit(entry.unit)}"
            said = entry.verified or "from memory" in entry.source
            mark = "" if said else self.words.t("formula.unverified_mark")
            told.append(f"{entry.key} = {value}{unit} ({entry.source}{mark})")
        return "; ".join(told)

    def sentences(self) -> list[str]:
        """What a reader must know: the law, what is partial, what is not verified, remarks."""
        t, sheet, found = self.words.t, self.sheet, []
        source = self.formula.source
        found.append(t("formula.source", source=source) if source else t("formula.no_law"))
        used = sheet.law.used if sheet.law is not None else ()
        if sheet.law is not None and not used:
            found.append(t("formula.no_numbers"))
        elif sheet.law is not None:
            about, doubtful = sheet.law.about, sum(not entry.verified for entry in used)
            found.append(
                t(
                    "formula.law",
                    title=self.words.text(about["title"]),
                    first=about["from"],
                    last=about["to"],
                    count=len(used),
                    doubtful=doubtful,
                )
            )
        if sheet.partial:
            lacks = t("formula.comma").join(
                t("formula.lacks", step=self.say(s.key), columns=", ".join(s.columns)) for s in sheet.skipped
            )
            found.append(t("formula.partial", lacks=lacks))
        return found + [self.say(key, **values) for key, values in sheet.remarks]


def study_of(worked: Worked) -> Study:
    """The sheet as a study: ``steps.csv``, ``amounts.csv``, ``totals.csv``, ``parameters.csv``, ``map.png``.

    Every value stands in the tables unrounded; texts are in the language of `worked`.
    """
    tables = {
        "steps": _steps(worked),
        "totals": _totals(worked),
        "parameters": parameters_table(worked),
        "amounts": amounts_table(worked),
    }
    figures = {}
    sheet, graph = worked.sheet, worked.case.graph
    if graph.has_geometry:
        from spatialcoord.maps.region_map import region_map

        values, unit = _mapped(worked)
        figures["map"] = region_map(
            graph,
            values,
            {lang: text for lang, text in worked.formula.title.items()},
            unit,
            worked.words.lang,
            f"{worked.case.scenario.case}, {worked.case.fingerprint[:12]}",
            worked.formula.words,
            yearly=sheet.money is not None and sheet.result == sheet.money,
        )
    summary = {
        "formula": worked.name,
        "title": worked.formula.title,
        "case": worked.case.scenario.case,
        "fingerprint": worked.case.fingerprint,
        "source": worked.formula.source,
        "law": sheet.law.name if sheet.law is not None else None,
        "parameters": worked.case.scenario.as_dict()["formulas"].get(worked.name, {}),
        "partial": sheet.partial,
        "skipped": [{"step": s.key, "columns": list(s.columns)} for s in sheet.skipped],
        "totals": {t.key: {"value": t.value, "unit": t.unit} for t in sheet.totals},
        "numbers": [
            {"key": e.key, "value": e.value, "unit": e.unit, "source": e.source, "verified": e.verified}
            for e in (sheet.law.used if sheet.law is not None else ())
        ],
        "sentences": worked.sentences(),
    }
    if sheet.money is not None:
        summary["amount"] = dict(zip(sheet.regions, map(float, sheet.amount), strict=True))
        summary["unit"] = f"{worked.case.scenario.money_unit}/yr"
    return Study(KIND, _dataset(worked), summary, tables, figures, ("map.png",))


def _mapped(worked: Worked) -> tuple[np.ndarray, str]:
    """What the map shows: money per head, or the result itself."""
    sheet, setting = worked.sheet, worked.case.setting
    if sheet.money is not None and sheet.result == sheet.money:
        return sheet.amount * MILLION / setting.population, f"{setting.scenario.currency} per head"
    result = next(step for step in sheet.steps if step.key == sheet.result)
    return result.values, result.unit


def _steps(worked: Worked) -> pd.DataFrame:
    """Every step of every region: what a lawyer checks."""
    t, names = worked.words.t, worked.region_names
    rows = [
        {
            t("formula.column.region"): region,
            t("formula.column.name"): names[r],
            t("formula.column.number"): n + 1,
            t("formula.column.key"): step.key,
            t("formula.column.step"): worked.say(step.key),
            t("formula.column.value"): _plain(step, r, worked),
            t("formula.column.unit"): worked.words.unit(step.unit) if step.unit else "",
            t("formula.column.rule"): step.rule,
            t("formula.column.law"): worked.law_of(step),
        }
        for r, region in enumerate(worked.sheet.regions)
        for n, step in enumerate(worked.sheet.steps)
    ]
    return pd.DataFrame(rows)


def _plain(step: Step, region: int, worked: Worked) -> Any:
    value = step.values[region]
    if step.values.dtype.kind not in "fiub":
        return worked.say(str(value))
    return float(value) if np.isfinite(value) else ""


def _totals(worked: Worked) -> pd.DataFrame:
    t = worked.words.t
    columns = [t(f"formula.column.{key}") for key in ("key", "step", "value", "unit", "rule", "law")]
    rows = [
        (
            part.key,
            worked.say(part.key),
            part.value if np.isfinite(part.value) else "",
            worked.words.unit(part.unit),
            part.rule,
            worked.law_of(part),
        )
        for part in worked.sheet.totals
    ]
    return pd.DataFrame(rows, columns=columns)


def parameters_table(worked: Worked) -> pd.DataFrame:
    """Numbers of the law that were used, each with its source and whether it was checked against it."""
    t = worked.words.t
    columns = [t(f"formula.column.{key}") for key in ("key", "value", "unit", "source", "verified")]
    law = worked.sheet.law
    rows = [
        (
            e.key,
            e.value,
            worked.words.unit(e.unit),
            e.source,
            t(f"formula.verified.{str(e.verified).lower()}"),
        )
        for e in (law.used if law is not None else ())
    ]
    return pd.DataFrame(rows, columns=columns)


def amounts_table(worked: Worked) -> pd.DataFrame:
    """The result of every region: for money its lines, the sum, and per head; else the result."""
    t, sheet, setting = worked.words.t, worked.sheet, worked.case.setting
    data: dict[str, Any] = {
        t("formula.column.region"): sheet.regions,
        t("formula.column.name"): worked.region_names,
    }
    steps = {step.key: step for step in sheet.steps}
    for key in dict.fromkeys((*sheet.lines, sheet.result, *((sheet.money,) if sheet.money else ()))):
        step = steps[key]
        head = worked.say(key) + (f" [{worked.words.unit(step.unit)}]" if step.unit not in ("", "1") else "")
        data[head] = [_plain(step, r, worked) for r in range(len(sheet.regions))]
    if sheet.money is not None:
        unit = worked.words.unit(f"{setting.scenario.currency} per head")
        data[f"{t('formula.column.per_head')} [{unit}]"] = sheet.amount * MILLION / setting.population
    return pd.DataFrame(data)


def _dataset(worked: Worked) -> xr.Dataset:
    """Steps as variables over regions, with units, the calculation and the numbers of the law in their attributes."""
    data = {
        step.key: (
            "region",
            step.values if step.values.dtype.kind in "fiub" else step.values.astype(str).astype(object),
            {
                "units": step.unit or "label",
                "long_name": worked.say(step.key),
                "rule": step.rule,
                "law": worked.law_of(step),
            },
        )
        for step in worked.sheet.steps
    }
    return xr.Dataset(
        data,
        coords={"region": list(worked.sheet.regions)},
        attrs={
            "case": worked.case.scenario.case,
            "formula": worked.name,
            "fingerprint": worked.case.fingerprint,
            "source": worked.formula.source,
        },
    )
