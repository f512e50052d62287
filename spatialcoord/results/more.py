"""What instruments tell beside the programme's money: money beside the budget, rates, loans, money lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from spatialcoord.results.sheets import Sheet
from spatialcoord.results.tab import Column, Tab, form_for
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

MILLION = 1e6
PAIRS_SHOWN = 12


@dataclass(frozen=True)
class More:
    """One number by region.

    Attributes
    ----------
    key, title, unit : str
        Name, title in the language of the words, unit.
    values : numpy.ndarray, shape (R,)
        By region; of a number that has years their sum where it is money of a year, their mean otherwise.
    money : bool
        Whether the values are money that may be added up over regions.
    """

    key: str
    title: str
    unit: str
    values: np.ndarray
    money: bool


def more(plan: Plan, words: Words) -> list[More]:
    """Every number by region that an instrument tells beside its amounts, in the order of the Dataset."""
    return list(_beside(plan, words)) + list(_told(plan, words))


def _beside(plan: Plan, words: Words) -> Iterator[More]:
    if "beside" not in plan.dataset:
        return
    titles = plan.dataset["line_title_zh" if words.lang == "zh" else "line_title"].values
    whole = plan.dataset["beside"].sum("year").transpose("line", "region")
    for line, title, values in zip(whole["line"].values, titles, whole.values, strict=True):
        yield More(str(line), str(title), words.money, values, True)


def _told(plan: Plan, words: Words) -> Iterator[More]:
    for key, array in plan.dataset.data_vars.items():
        if "instrument" not in array.attrs or "region" not in array.dims:
            continue
        unit = str(array.attrs["units"])
        flow = unit == f"{words.money}/yr" and "year" in array.dims
        title = str(array.attrs.get(f"long_name_{words.lang}") or array.attrs["long_name"])
        title = whole = title[:1].upper() + title[1:]
        rest = [str(dim) for dim in array.dims if dim not in ("region", "year")]
        for part in _parts(array, rest):
            over = [dim for dim in part.dims if dim == "year"]
            values = part.sum(over) if flow else part.mean(over)
            labels = [str(part[dim].values) for dim in rest]
            name = ".".join((str(key), *labels))
            if over and not flow:  # a column without its year would read as that of the end
                title = words.t("summary.more.mean_of_years", title=whole)
            head = " · ".join((title, *(words.label("part", label) for label in labels)))
            yield More(name, head, words.money if flow else unit, values.values.astype(float), flow)


def _parts(array: xr.DataArray, dims: list[str]) -> Iterator[xr.DataArray]:
    """The array for every label of further dimensions."""
    if not dims:
        yield array
        return
    for label in array[dims[0]].values:
        yield from _parts(array.sel({dims[0]: label}), dims[1:])


def _approved(plan: Plan, words: Words) -> Iterator[list[str]]:
    """Which of the projects of a fund, or of any other instrument, are approved, a row an instrument."""
    for key, array in plan.dataset.data_vars.items():
        projects = [str(dim) for dim in array.dims if str(dim).endswith("_project")]
        if "instrument" not in array.attrs or len(array.dims) != 1 or not projects:
            continue
        if not str(key).endswith("_approved"):
            continue
        title = str(array.attrs.get(f"long_name_{words.lang}") or array.attrs["long_name"])
        # a fund is known by its letters; projects with names of their own say by their title what they are
        named = f"{projects[0]}_name" + ("_zh" if words.lang == "zh" else "")
        if named in array.coords:
            title = title[:1].upper() + title[1:]
        else:
            title = f"{str(key).removesuffix('_approved').upper()}: {title}"
        labels = array[named if named in array.coords else projects[0]].values
        names = [str(name) for name, value in zip(labels, array.values, strict=True) if value > 0.5]
        joint = "、" if words.lang == "zh" and named in array.coords else ", "
        told = words.t(
            "summary.more.approved", names=joint.join(names) or "–", count=len(names), total=array.size
        )
        yield [title, told, ""]


def _between(plan: Plan, words: Words) -> Iterator[list[str]]:
    """What pairs of regions agree on, the largest first, a row for every figure of pairs."""
    names = dict(zip(map(str, plan.dataset["region"].values), words.names, strict=True))
    for array in plan.dataset.data_vars.values():
        dim = next((str(dim) for dim in array.dims if str(dim).endswith("_pair")), "")
        if "instrument" not in array.attrs or not dim:
            continue
        unit, stem = str(array.attrs["units"]), dim.removesuffix("_pair")
        flow = "year" in array.dims
        title = str(array.attrs.get(f"long_name_{words.lang}") or array.attrs["long_name"])
        values = array.sum("year").values if flow else array.values
        ends = zip(array[f"{stem}_payer"].values, array[f"{stem}_receiver"].values, strict=True)
        pairs = [
            (float(value), words.t("summary.more.pair", payer=names[str(a)], receiver=names[str(b)]))
            for value, (a, b) in zip(values, ends, strict=True)
            if np.isfinite(value) and value > 1e-6 * np.max(values[np.isfinite(values)], initial=0.0)
        ]
        if not pairs:
            continue
        pairs.sort(key=lambda pair: -pair[0])
        told = [
            f"{name} "
            + (
                words.amount(value, words.money)
                if flow
                else words.t("units.money_per_year", money=words.amount(value, words.money))
                if unit == f"{words.money}/yr"
                else f"{words.small(value)} {words.unit(unit)}".strip()
            )
            for value, name in pairs[:PAIRS_SHOWN]
        ]
        text = words.t("summary.join").join(told)
        if len(pairs) > PAIRS_SHOWN:
            text = words.t("summary.more.pairs_more", names=text, count=len(pairs) - PAIRS_SHOWN)
        yield [title[:1].upper() + title[1:], text, pairs[0][1]]


def more_sheet(plan: Plan, words: Words) -> Sheet | None:
    """Total (of money) or least, mean and most of every such number; None where there is none."""
    rows = []
    weight = plan.dataset["population"].values / float(plan.dataset["population"].sum())
    for one in more(plan, words):
        size = np.abs(one.values)
        largest = np.flatnonzero(np.isclose(size, size.max(), rtol=1e-6, atol=0.0))
        most = words.names[largest[0]]
        if not size.max() > 0:
            most = "–"
        elif len(largest) > 1:
            most = words.t("summary.more.most_shared", name=most, count=len(largest) - 1)
        if one.money:
            told = words.amount(float(one.values.sum()), one.unit)
            lost, won = (float(part.sum()) for part in (one.values.clip(max=0.0), one.values.clip(min=0.0)))
            if min(-lost, won) > 1e-6 * size.max():
                ends = {"won": words.amount(won, one.unit), "lost": words.amount(-lost, one.unit)}
                told = words.t("summary.more.both", total=told, **ends)
            rows.append([one.title, told, most])
        elif one.unit == f"{words.money}/yr":
            rows.append([one.title, words.signed_amount(float(one.values.sum()), one.unit), most])
        else:
            spread = (one.values.min(), float(weight @ one.values), one.values.max())
            told = " – ".join(words.small(float(x)) for x in spread)
            rows.append([one.title, f"{told} {words.unit(one.unit)}".strip(), most])
    rows.extend(_between(plan, words))
    rows.extend(_approved(plan, words))
    if not rows:
        return None
    return Sheet([words.t(f"summary.more.{name}") for name in ("what", "value", "most")], rows)


def more_tab(plan: Plan, words: Words) -> Tab:
    """A column for every such number, a row for every region."""
    found = more(plan, words)
    columns = [Column(words.t("summary.table.region")), Column(words.t("summary.table.name"))]
    columns += [
        Column(
            words.t("summary.table.with_unit", name=one.title, unit=words.unit(one.unit))
            if one.unit != "1"
            else one.title,
            form_for(one.values),
            16,
        )
        for one in found
    ]
    rows = zip(plan.dataset["region"].values, words.names, *(one.values for one in found), strict=True)
    return Tab(words.t("summary.tab.more"), columns, list(rows) if found else [], frozen=2)
