"""Which column of somebody's file is what, by its name: a proposal that the planner is told and can change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from spatialcoord.errors import InputError, Problem
from spatialcoord.regions.attributes import ATTRIBUTES, some
from spatialcoord.regions.units import SIZES

IDS = (
    "id", "regionid", "code", "regioncode", "iso", "isocode", "iso31662", "nutsid", "nuts", "hasc", "adcode", "fips", "geoid", "gid",
    "shapeid", "pcode", "admcode", "行政区划代码", "代码",
)  # fmt: skip
NAMES = {
    "name": (
        "name",
        "nameen",
        "regionname",
        "region",
        "province",
        "state",
        "county",
        "district",
        "nutsname",
        "shapename",
        "admname",
    ),
    "name_zh": ("namezh", "namecn", "namech", "名称", "中文名", "省份", "省", "地区"),
}
FIGURES = {
    "population": ("population", "pop", "people", "inhabitants", "residents", "populationtotal", "totalpopulation", "人口", "常住人口"),
    "output": ("output", "gdp", "grp", "gva", "grossdomesticproduct", "grossregionalproduct", "地区生产总值", "生产总值"),
    "own_revenue": ("ownrevenue", "revenue", "budgetrevenue", "一般公共预算收入", "财政收入"),
    "tax_revenue": ("taxrevenue", "tax", "taxes", "税收收入", "税收"),
    "budget_expenditure": ("budgetexpenditure", "expenditure", "spending", "一般公共预算支出", "财政支出"),
    "corporate_income_tax": ("corporateincometax", "corporatetax", "企业所得税"),
    "personal_income": ("personalincome", "个人收入"),
    "net_transfer_received": ("nettransferreceived", "nettransfer", "transfers"),
    "past_allocation": ("pastallocation", "allocation"),
    "capital_infrastructure": ("capitalinfrastructure", "infrastructurecapital", "publiccapital"),
    "capital_human": ("capitalhuman", "humancapital"),
    "capital_private": ("capitalprivate", "privatecapital"),
    "capital_research": ("capitalresearch", "researchcapital", "rdcapital"),
    "standard_cost_index": ("standardcostindex", "costindex"),
    "area_km2": ("area", "areakm", "面积"),
}  # fmt: skip
# words of a column's name that say in what it is counted or how it was made, not what it is
ASIDE = {
    *SIZES,
    "persons",
    "km",
    "km2",
    "sqkm",
    "est",
    "estimate",
    "yr",
    "year",
    "total",
    "cur",
    "number",
    "no",
    "of",
    "in",
    "adm",
}


@dataclass
class Recognised:
    """A proposal for a file.

    Attributes
    ----------
    id : str
        Column of region ids.
    columns : dict of str to str
        Attribute or name to column.
    units : dict of str to str
        Unit in words of those attributes whose column's name says a size ("thousand persons").
    left : list of str
        Columns that were not recognised.
    """

    id: str
    columns: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def recognise(frame: pd.DataFrame, file: str, id_column: str | None = None) -> Recognised:
    """What the columns of a file seem to be.

    Parameters
    ----------
    frame : pandas.DataFrame
        Cells as text, as :func:`spatialcoord.regions.tables.read_table` gives them.
    file : str
        The file, for messages.
    id_column : str, optional
        Column of region ids; found by its name if absent.

    Raises
    ------
    InputError
        No such column, or none that can hold ids: they must be there, and different, in every row.
    """
    columns = [str(c) for c in frame.columns if c != "geometry"]
    found = Recognised(_id(frame, columns, file, id_column))
    ranks: dict[
        str, tuple[bool, int]
    ] = {}  # a figure's own name comes before others, a later year before an earlier one
    for column in columns:
        if column == found.id:
            continue
        words = re.findall(r"[a-z]+2?(?![a-z])|\d+|[\u4e00-\u9fff]+", column.lower())
        year = max((int(w) for w in words if re.fullmatch("(19|20|21)\\d\\d", w)), default=0)
        plain = "".join(w for w in words if w not in ASIDE and not w.isdigit() and not _is_currency(w))
        name = next((n for n, known in {**NAMES, **FIGURES}.items() if plain in known), None)
        rank = (name is not None and plain == name.replace("_", ""), year)
        if name is None or (name in found.columns and rank <= ranks[name]):
            found.left.append(column)
            continue
        if name in found.columns:
            found.left.append(found.columns[name])
        found.columns[name], ranks[name] = column, rank
        found.units.pop(name, None)
        sizes = [w for w in words if w in SIZES]
        if sizes and name in ATTRIBUTES:
            currency = next((w.upper() for w in words if _is_currency(w)), "CUR")
            thing = currency if "CUR" in ATTRIBUTES[name].unit else ATTRIBUTES[name].unit
            found.units[name] = " ".join([*sizes, thing])
    return found


def _is_currency(word: str) -> bool:
    return word in (
        "cny",
        "rmb",
        "usd",
        "eur",
        "gbp",
        "jpy",
        "inr",
        "brl",
        "zar",
        "chf",
        "pln",
        "mxn",
        "cad",
        "aud",
        "krw",
        "idr",
        "try",
    )


def _id(frame: pd.DataFrame, columns: list[str], file: str, given: str | None) -> str:
    if given is not None and given not in columns:
        raise InputError(
            Problem(f"{file} has no column '{given}'", "--id", remedy=f"Columns: {some(columns)}.")
        )
    usable = [c for c in columns if (frame[c] != "").all() and frame[c].is_unique]
    if given is not None:
        if given not in usable:
            double = frame[given][frame[given].duplicated()].unique()
            why = f"Twice there: {some(double)}." if len(double) else "Some rows have none."
            raise InputError(
                Problem(f"column '{given}' of {file} cannot be the ids", "--id", why, "Name another column.")
            )
        return given
    plain = {c: "".join(ch for ch in c.lower() if ch.isalnum()) for c in usable}
    ranked = [c for known in IDS for c in usable if re.sub(r"(?<=[a-z])[\d]$", "", plain[c]) == known]
    ranked += [c for c in usable if plain[c] in NAMES["name"]]
    if not ranked:
        raise InputError(
            Problem(
                f"no column of {file} is known to hold region ids",
                "--from",
                f"Columns: {some(columns)}; different in every row: {some(usable) if usable else 'none'}.",
                "Name it with --id COLUMN.",
            )
        )
    return ranked[0]
