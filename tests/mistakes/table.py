"""Every mistake: how it is made, where it must be said to be, and parts of what must be said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.mistakes.breaking import Mistake, below, cell, content, gone, recoded, row, said, shapes, times


def _sheets(folder: Path) -> None:
    with pd.ExcelWriter(folder / "figures.xlsx") as book:
        pd.read_csv(folder / "figures.csv").to_excel(book, sheet_name="Data", index=False)
    said("file: figures.csv", "file: figures.xlsx\n      sheet: Figures")(folder)


def _layers(folder: Path) -> None:
    import geopandas

    frame = geopandas.read_file(folder / "regions.geojson")
    for layer in ("coast", "land"):
        frame.to_file(folder / "regions.gpkg", layer=layer)
    said("regions.geojson", "regions.gpkg")(folder)


def _two_files(folder: Path) -> None:
    """North in degrees, south in metres of a system that the file does not state."""
    import geopandas

    frame = geopandas.read_file(folder / "regions.geojson")
    frame.iloc[:4].to_file(folder / "north.gpkg")
    frame.iloc[4:].to_crs("EPSG:3857").to_file(folder / "south.shp")
    (folder / "south.prj").unlink()
    said("regions.geojson", "[north.gpkg, south.shp]")(folder)


def _bow_tie(frame):
    from shapely.geometry import Polygon

    frame.loc[1, "geometry"] = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    return frame


def _without_one(frame):
    frame.loc[2, "geometry"] = None
    return frame


def _far_island(frame):
    frame.loc[5, "geometry"] = frame.loc[5, "geometry"].buffer(-0.3)
    return frame


def _without_prj(folder: Path) -> None:
    shapes(lambda frame: frame, "regions.shp")(folder)
    (folder / "regions.prj").unlink()


def _without_dbf(folder: Path) -> None:
    shapes(lambda frame: frame, "regions.shp")(folder)
    (folder / "regions.dbf").unlink()


def _without_cpg(folder: Path) -> None:
    def named(frame):
        frame["note"] = "省份"
        return frame

    shapes(named, "regions.shp", encoding="gbk")(folder)
    (folder / "regions.cpg").unlink()


def _metres(folder: Path) -> None:
    """GeoJSON in metres; without a member `crs` the standard says degrees."""
    shapes(lambda frame: frame.to_crs("EPSG:3857"), "metres.geojson")(folder)
    text = (folder / "metres.geojson").read_text()
    start = text.index('"crs"')
    (folder / "metres.geojson").write_text(text[:start] + text[text.index('"features"') :])


def _numbered(folder: Path) -> None:
    """Ids with leading zeros, which a spreadsheet dropped from one table."""
    ids = dict(
        zip(
            ["ALD", "BIR", "CED", "DEL", "ELM", "FEN", "GOR", "HAZ"],
            (f"0{n}" for n in range(1, 9)),
            strict=True,
        )
    )
    for file in ("regions.geojson", "figures.csv", "links.csv", "more.csv"):
        text = (folder / file).read_text()
        for old, new in ids.items():
            text = text.replace(old, new.lstrip("0") if file == "more.csv" else new)
        (folder / file).write_text(text)


PROMISE = "  protected: [{{region: {region}, instrument: general_transfer, amount: {amount}}}]"
YEARS = "  years: {first: 2025, last: 2029}"
BUDGET = "share_of_output: 0.005"

DECIMAL_COMMAS = "id;net_transfer_received;capital_infrastructure\n" + "".join(
    f"{region};1;7,5\n" for region in ["ALD", "BIR", "CED", "DEL", "ELM", "FEN", "GOR", "HAZ"]
)

SCENARIO = {
    "misspelt key": Mistake((said("price_year", "price_yaer"),), "scenario.yaml:5, price_yaer", ("unknown key", "'price_year'")),
    "misspelt section": Mistake((said("programme:", "program:"),), "scenario.yaml:14, program", ("unknown key", "'programme'")),
    "misspelt parameter": Mistake((said("cofinance", "cofinanse"),), ":21, instruments.infrastructure", ("Did you mean 'cofinance'",)),
    "misspelt instrument": Mistake((said("infrastructure: {", "infrastucture: {"),), ":21, instruments", ("mean 'infrastructure'",)),
    "misspelt envelope": Mistake((said("transfer: {max", "transfers: {max"),), ":18, programme.envelopes.transfers", ("'transfer'",)),
    "missing key": Mistake((said("currency: EUR\n", ""),), "scenario.yaml, currency", ("'currency' is missing", "Three-letter code")),
    "missing section": Mistake((said("regions:", "ergions:"),), "scenario.yaml", ("'regions' is missing", "Add it")),
    "text for a number": Mistake((said("0.005", "little"),), ":16, programme.budget", ("'little' is not a number", "plain number")),
    "percentage": Mistake((said("0.005", "0.5%"),), ":16, programme.budget.share_of_output", ("'0.5%' is not a number", "0.005")),
    "number in quotes": Mistake((said("0.005", "'0.005'"),), ":16", ("is not a number", "without quotes")),
    "not a number": Mistake((said("0.005", ".nan"),), ":16, programme.budget", ("nan",)),
    "negative share": Mistake((said("0.005", "-0.005"),), ":16", ("below the least allowed value 0",)),
    "negative amount": Mistake((said(BUDGET, "amount: -5"),), ":16, programme.budget.amount", ("-5 is below", "million CUR/yr")),
    "half a year": Mistake((said("2029", "2029.5"),), ":15, programme.years.last", ("not a whole number",)),
    "number for a text": Mistake((said("case: mine", "case: 7"),), "scenario.yaml:1, case", ("7 is not a text", "quotes")),
    "text for a section": Mistake((said("{first: 2025, last: 2029}", "2025-2029"),), ":15, programme.years", ("not a section", "first")),
    "number for a file": Mistake((said("links: links.csv", "links: 3"),), ":13, regions.links", ("3 is not a text",)),
    "key twice": Mistake((below("price_year: 2024", "price_year: 2025"),), "scenario.yaml:6", ("stands twice", "Keep one")),
    "malformed YAML: bracket": Mistake((said("2029}", "2029"),), "scenario.yaml:16", ("not YAML", "brackets")),
    "malformed YAML: tab": Mistake((said("  budget", "\tbudget"),), "scenario.yaml:16", ("not YAML", "indentation")),
    "empty scenario": Mistake((content("scenario.yaml", b""),), "scenario.yaml", ("the file is empty", "case: mycase")),
    "no scenario": Mistake((gone("scenario.yaml"),), "scenario.yaml", ("no such file", "folder that holds a scenario.yaml")),
    "scenario not UTF-8": Mistake((recoded("scenario.yaml", "Mine", "我的", "gbk"),), "scenario.yaml:2", ("not UTF-8", "Save")),
    "currency in words": Mistake((said("EUR", "euro"),), "scenario.yaml:4, currency", ("'euro'", "three capital letters")),
    "years out of order": Mistake((said("last: 2029", "last: 2020"),), ":15, programme.years", ("ends (2020) before it begins (2025)",)),
    "impossible year": Mistake((said("2029", "20209"),), ":15, programme.years.last", ("above the largest allowed value 2200",)),
    "horizon before the end": Mistake((below("price_year: 2024", "economy: {horizon: 3}"),), ":6, economy.horizon", ("Let the horizon reach",)),
    "floor above ceiling": Mistake((below(YEARS, "  floor: 1\n  ceiling: 0.9"),), ":16, programme.floor", ("exceeds the ceiling", "Lower")),
    "ceiling below one": Mistake((below(YEARS, "  ceiling: 0.9"),), ":16, programme.ceiling", ("no region may get", "Raise 'ceiling'")),
    "least share above largest": Mistake((said("max_share: 0.4", "min_share: 0.5, max_share: 0.4"),), ":18", ("0.5 exceeds", "Lower")),
    "shares above one": Mistake(
        (said("max_share: 0.4}", "min_share: 0.6}\n    investment: {min_share: 0.7}"),), ":17, programme.envelopes", ("add up to 1.3",)
    ),
    "full use above the largest": Mistake(
        (said("cofinance: {rate: 0.1}", "absorption: {full: 0.08}"),), ":21, instruments.infrastructure.absorption", ("0.06 is below", "Raise")
    ),
    "no budget: unbounded": Mistake((said("{share_of_output: 0.005}", "{}"),), ":16, programme.budget", ("not given", "Write one")),
    "infinite budget: unbounded": Mistake((said(BUDGET, "amount: .inf"),), ":16, programme.budget.amount", ("not a finite number",)),
    "infinite ceiling: unbounded": Mistake((below(YEARS, "  ceiling: .inf"),), ":16, programme.ceiling", ("not a finite number",)),
    "spillover that explodes: unbounded": Mistake(
        (below("price_year: 2024", "economy: {spillover: {rho: 1.2}}"),), ":6, economy.spillover.rho", ("above the largest allowed", "0.99")
    ),
    "co-finance that costs nothing: unbounded": Mistake(
        (said("rate: 0.1", "rate: 1"),), ":21, instruments.infrastructure.cofinance.rate", ("0.95",)
    ),
    "budget given twice": Mistake((said(BUDGET, BUDGET + ", amount: 5"),), ":16, programme.budget", ("given twice", "Keep one")),
    "wrong number of amounts": Mistake((said(BUDGET, "amount: [900, 900]"),), ":16", ("2 amounts for 5 programme years", "2025 to 2029")),
    "budget of zero": Mistake((said(BUDGET, "amount: [900, 900, 0, 900, 900]"),), ":16, programme.budget", ("zero in 2027",)),
    "budget in single euros": Mistake((said(BUDGET, "amount: 2000000000"),), ":16, programme.budget", ("of output", "million EUR")),
    "budget in billions of billions": Mistake((said(BUDGET, "amount: 0.000001"),), ":16, programme.budget", ("of output", "Check the unit")),
    "unknown measure": Mistake((below("price_year: 2024", "objective: {measure: ginny}"),), ":6, objective.measure", ("mean 'gini'",)),
    "unknown outcome": Mistake((below("price_year: 2024", "objective: {of: incomes}"),), ":6, objective.of", ("mean 'income'",)),
    "unknown financing": Mistake((below(YEARS, "  financing: tax_revenu"),), ":16, programme.financing", ("no attribute", "'tax_revenue'")),
    "figure that is not there": Mistake(
        (below(YEARS, "  year_zero: past_allocation"),), ":16, programme.year_zero", ("'past_allocation'", "Add a column")
    ),
    "flows that nobody measured": Mistake(
        (below("price_year: 2024", "economy: {spillover: {rho: 0.1, weights: flow}}"),), ":6, economy.spillover", ("no link carries a flow", "contiguity")
    ),
}  # fmt: skip

PROMISES = {
    "promise to nobody": Mistake(
        (below(YEARS, PROMISE.format(region="ALB", amount=5)),), ":16, programme.protected.0.region", ("no region 'ALB'", "'ALD'")
    ),
    "promise from an unused line": Mistake(
        (below(YEARS, PROMISE.format(region="ALD", amount=5).replace("general_transfer", "human_capital")),),
        ":16, programme.protected.0.instrument",
        ("does not use",),
    ),
    "negative promise": Mistake((below(YEARS, PROMISE.format(region="ALD", amount=-5)),), ":16, programme.protected.0", ("-5 is below",)),
    "promise above the line's share": Mistake(
        (below(YEARS, PROMISE.format(region="ALD", amount=900)),),
        ":16, programme.protected.0.amount",
        ("900 million EUR a year are promised", "0.4 of a budget", "raise the budget to 2,250"),
    ),
    "promise above the ceiling": Mistake(
        (below(YEARS, PROMISE.format(region="GOR", amount=100)),),
        ":16, programme.protected.0.amount",
        ("GOR is promised 100", "its ceiling there is", "raise programme.ceiling"),
    ),
    "promise beyond the change limit": Mistake(
        (below(YEARS, "  change_limit: 0.05\n" + PROMISE.format(region="GOR", amount=100)), said("max_share: 0.4", "max_share: 0.8")),
        ":17, programme.protected.0.amount",
        ("GOR must get at least 100", "in 2025", "change_limit (the largest rise in a year)"),
    ),
    "budget below the sum of floors": Mistake(
        (
            below(YEARS, "  floor: 0.9\n" + PROMISE.format(region="ALD", amount=700)),
            said("max_share: 0.4", "max_share: 1"),
            said("2029}\n", "2029}\n  change_limit: null\n"),
        ),
        ":18, programme.protected",
        ("in 2025 adds up to", "promised lines 700", "floor", "times as large", "would do"),
    ),
    "more held harmless than there is": Mistake(
        (below(YEARS, "  hold_harmless: 1\n  change_limit: null"), said(BUDGET, "amount: [2000, 2000, 1500, 2000, 2000]")),
        ":16, programme.hold_harmless",
        ("in 2027 adds up to 2,000 million EUR, the budget is 1,500", "hold_harmless 2,000", "Raise the budget of 2027"),
    ),
    "budget that falls faster than anybody may": Mistake(
        (below(YEARS, "  change_limit: 0.05"), said(BUDGET, "amount: [2000, 1000, 1000, 1000, 1000]")),
        ":16, programme.change_limit",
        ("in 2026 adds up to", "change_limit, from the year before 1,850", "Raise the budget of 2026"),
    ),
}  # fmt: skip

TABLES = {
    "missing file": Mistake((said("more.csv", "moar.csv"),), ":11, regions.tables.1.file", ("no such file", "mean 'more.csv'")),
    "folder for a file": Mistake((said("file: more.csv", "file: ."),), ":11, regions.tables.1.file", ("a folder, not a file",)),
    "missing column": Mistake((said("population,", "popluation,"),), ":10, regions.tables.0.columns", ("'popluation'", "mean 'population'")),
    "column renamed in the file": Mistake(
        (said("population", "people", "figures.csv"),), ":10, regions.tables.0.columns.population", ("figures.csv has no column 'population'",)
    ),
    "id column renamed": Mistake((said("id,name", "code,name", "figures.csv"),), "figures.csv", ("no column 'id'", "`id` under regions")),
    "unknown attribute": Mistake((said("tax_revenue,", "tax_revenu,"),), ":10, regions.tables.0.columns.tax_revenu", ("mean 'tax_revenue'",)),
    "duplicate id": Mistake((said("BIR,", "ALD,", "figures.csv"),), "figures.csv, column 'id'", ("ALD (rows 2, 3)", "Delete the double rows")),
    "unknown id": Mistake((row("ZZZ,5,5", "more.csv"),), "more.csv", ("does not have: ZZZ (line 10)", "ignore_unmatched: true")),
    "unmatched id": Mistake((said("CED,", "CDE,", "more.csv"),), "more.csv", ("no row for CED", "correct the ids")),
    "zeros that a spreadsheet dropped": Mistake((_numbered,), "more.csv", ("leading zeros", "'01' and '1'")),
    "empty id": Mistake((said("CED,", ",", "more.csv"),), "more.csv, column 'id'", ("no region id in rows 4", "Fill")),
    "figure given twice": Mistake(
        (said("[net_transfer_received,", "[net_transfer_received, output,"), said("more.csv", "figures.csv")),
        "regions.tables.1.columns.output",
        ("given twice", "Keep one"),
    ),
    "text in a number": Mistake((cell("DEL", "output", "n.b."),), "figures.csv, column 'output'", ("DEL (line 5) has 'n.b.'", "plain numbers")),
    "thousands separator": Mistake((cell("DEL", "output", "1 234 567"),), "figures.csv, column 'output'", ("DEL (line 5) has '1 234 567'", "thousands")),
    "decimal comma": Mistake((content("more.csv", DECIMAL_COMMAS),), "more.csv, column 'capital_infrastructure'", ("ALD (line 2) has '7,5'", "decimal: ','")),
    "NaN in a cell": Mistake((cell("ELM", "population", "NaN"),), "figures.csv, column 'population'", ("no figure for ELM (line 6)", "`missing`")),
    "infinite cell": Mistake((cell("ELM", "population", "inf"),), "figures.csv, column 'population'", ("ELM (line 6) has 'inf'",)),
    "empty cell": Mistake((cell("ELM", "population", ""),), "figures.csv, column 'population'", ("no figure for ELM (line 6)", "Fill the cells")),
    "negative figure": Mistake((cell("FEN", "tax_revenue", "-3"),), "figures.csv, column 'tax_revenue'", ("FEN: -3", "at least 0")),
    "nobody lives there": Mistake((cell("FEN", "population", "0"),), "figures.csv, column 'population'", ("FEN: 0", "above 0 persons")),
    "empty file": Mistake((content("more.csv", b""),), "more.csv", ("the file is empty", "header line")),
    "only a header": Mistake((content("more.csv", "id,net_transfer_received\n"),), "more.csv", ("the file has no rows",)),
    "malformed CSV: rows of unequal length": Mistake((row("ZZZ,1,2,3,4", "more.csv"),), "more.csv", ("rows 10 have another number",)),
    "malformed CSV: open quote": Mistake((said("Cedar", '"Cedar', "figures.csv"),), "figures.csv", ("rows from line 4 on", "Close the quote")),
    "two columns of one name": Mistake((said("own_revenue", "output", "figures.csv"),), "figures.csv, line 1", ("columns occur twice: output",)),
    "non-UTF-8, Chinese": Mistake((recoded("figures.csv", "Cedar", "雪松岭", "gbk"),), "figures.csv, line 4", ("not UTF-8", "encoding: gbk")),
    "non-UTF-8, French": Mistake((recoded("figures.csv", "Cedar", "Cèdres", "latin-1"),), "figures.csv, line 4", ("encoding: cp1252",)),
    "unknown encoding": Mistake((below("    - file: figures.csv", "      encoding: gkb"),), ":10, regions.tables.0.encoding", ("mean 'gbk'",)),
    "wrong encoding": Mistake(
        (recoded("figures.csv", "Cedar", "Cèdres", "latin-1"), below("    - file: figures.csv", "      encoding: ascii")),
        "figures.csv, line 4",
        ("not in the encoding 'ascii'", "name the right one"),
    ),
    "workbook called csv": Mistake((content("more.csv", b"PK\x03\x04" + bytes(50)),), "more.csv", ("a workbook", "Name it by what it is")),
    "web page called csv": Mistake((content("more.csv", "<!DOCTYPE html>\n<html></html>\n"),), "more.csv", ("web page", "Download")),
    "old workbook": Mistake((said("more.csv", "more.xls"), content("more.xls", b"x")), "more.xls", ("cannot be read", "Save it as .xlsx")),
    "unknown kind of file": Mistake((said("more.csv", "more.doc"), content("more.doc", b"x")), "more.doc", ("'.doc'", ".csv")),
    "broken workbook": Mistake((said("more.csv", "more.xlsx"), content("more.xlsx", b"x")), "more.xlsx", ("as a workbook", "save it again")),
    "unknown sheet": Mistake((_sheets,), ":10, regions.tables.0.sheet", ("no sheet 'Figures'", "Data")),
    "wrong year of a long table": Mistake(
        (below("    - file: more.csv", "      rows: {year: 2030}"), content("more.csv", "id,year,x\nALD,2019,5\nALD,2020,5\n")),
        ":12, regions.tables.1.rows.year",
        ("no row has year = 2030", "2019 to 2020"),
    ),
    "year column missing": Mistake(
        (below("    - file: more.csv", "      rows: {year: 2030}"),), ":12, regions.tables.1.rows.year", ("no column 'year'",)
    ),
    "level without a column": Mistake((below("  links: links.csv", "  levels: [macro]"),), "mine", ("'macro' has no column", "take 'macro' out")),
}  # fmt: skip

UNITS = {
    name: Mistake((said("[net_transfer_received,", f"{{net_transfer_received: {{column: net_transfer_received, {given}}}, capital_infrastructure:"),
                   said(" capital_infrastructure]", " capital_infrastructure}")), place, words)
    for name, given, place, words in (
        ("unit misspelt", "unit: milion EUR", ":12, regions.tables.1.columns.net_transfer_received.unit", ("mean 'million'",)),
        ("unit of something else", "unit: thousand persons", ":12, regions.tables.1", ("cannot be read in 'thousand persons'", "million EUR/yr")),
        ("unit of another currency", "unit: million USD", ":12, regions.tables.1", ("exchange rates are not known", "`scale`")),
        ("unit without a thing", "unit: thousand", ":12, regions.tables.1", ("Say what is counted: 'thousand EUR'",)),
        ("unit per head", "unit: EUR per head", ":12, regions.tables.1", ("multiply the figures per head by the population",)),
        ("unit and scale", "unit: thousand EUR, scale: 0.001", ":12, regions.tables.1", ("both `unit` and `scale`", "Keep one")),
        ("scale of zero", "scale: 0", ":12, regions.tables.1.columns.net_transfer_received.scale", ("0 is not above 0",)),
        ("scale in words", "scale: thousand", ":12, regions.tables.1.columns.net_transfer_received.scale", ("is not a number",)),
    )
}  # fmt: skip

SHAPES = {
    "no map": Mistake((said("regions.geojson", "region.geojson"),), ":7, regions.geometry", ("no such file", "mean 'regions.geojson'")),
    "no shapes in the map": Mistake((said("geometry: regions.geojson", "geometry: figures.csv"),), ":7, regions.geometry", ("holds no shapes", "under `tables`")),
    "empty map": Mistake((content("regions.geojson", b""),), "regions.geojson", ("the file is empty",)),
    "broken map": Mistake((content("regions.geojson", b"{"),), "regions.geojson", ("cannot be read as a map layer", "Export it again")),
    "several layers": Mistake((_layers,), "regions.layer", ("2 layers: coast, land", "Name one")),
    "unknown layer": Mistake((_layers, below("  geometry: regions.gpkg", "  layer: cost")), ":8, regions.layer", ("no layer 'cost'", "mean 'coast'")),
    "no CRS": Mistake((_without_prj,), ":7, regions.geometry", ("no coordinate reference system", "degrees", "crs: EPSG:4326")),
    "mixed CRS": Mistake((_two_files,), ":7, regions.geometry.1", ("south.shp have no coordinate reference system", "projection")),
    "contradicting CRS": Mistake(
        (shapes(lambda f: f, "map.gpkg"), below("  geometry: map.gpkg", "  crs: EPSG:3857")), ":8, regions.crs", ("says EPSG:4326", "Delete `crs`")
    ),
    "unknown CRS": Mistake(
        (_without_prj, below("  geometry: regions.shp", "  crs: WGS eighty-four")), ":8, regions.crs", ("not a coordinate reference system", "EPSG")
    ),
    "metres for degrees": Mistake((_metres,), ":7, regions.geometry", ("not in degrees", "longitude ends at 180", "crs: EPSG")),
    "invalid geometry": Mistake((shapes(_bow_tie, "map.gpkg"),), "map.gpkg, geometry", ("invalid shapes: BIR", "repair: true")),
    "region without a shape": Mistake((shapes(_without_one, "map.gpkg"),), "map.gpkg, geometry", ("no shape for CED",)),
    "duplicate shapes": Mistake(
        (shapes(lambda f: pd.concat([f, f.iloc[:1]]), "map.gpkg"),), "map.gpkg, column 'id'", ("ALD (rows 1, 9)", "Delete")
    ),
    "shapefile without its table": Mistake((_without_dbf,), "regions.shp", (".dbf is missing", "keep its .shp, .shx, .dbf")),
    "shapefile of unknown encoding": Mistake((_without_cpg,), "regions.encoding", ("is not known", "encoding: gbk")),
    "island": Mistake(
        (shapes(_far_island, "map.gpkg"), below("price_year: 2024", "economy: {spillover: {rho: 0.1}}")),
        ":6, economy.spillover",
        ("without a neighbour: FEN", "accept_islands"),
    ),
    "island that is none": Mistake((below("  links: links.csv", "  accept_islands: [FNE]"),), ":14, regions.accept_islands.0", ("'FNE'", "'FEN'")),
    "link to nowhere": Mistake((content("links.csv", "a,b,kind\nALD,HZA,link\n"),), "links.csv", ("do not exist: HZA", "mean 'HAZ'")),
    "link of an unknown kind": Mistake((content("links.csv", "a,b,kind\nALD,HAZ,feri\n"),), "links.csv, column 'kind'", ("'feri'", "link")),
    "link to itself": Mistake((content("links.csv", "a,b,kind\nALD,ALD,link\n"),), "links.csv", ("to itself: ALD", "Delete")),
    "link twice": Mistake((row("HAZ,ALD,link,80", "links.csv"),), "links.csv", ("given twice: HAZ-ALD", "Delete one")),
    "link of negative length": Mistake((said(",80", ",-80", "links.csv"),), "links.csv, column 'length_km'", ("negative values for ALD-HAZ",)),
    "link without a kind": Mistake((content("links.csv", "a,b\nALD,HAZ\n"),), ":13, regions.links", ("no column 'kind'",)),
}  # fmt: skip

MAGNITUDES = {
    "population in thousands": Mistake((times("population", 0.001),), "column 'population'", ("output per head", "`unit` at a column")),
    "output in single euros": Mistake((times("output", 1e6),), "column 'output'", ("output per head", "Check the unit")),
    "output in trillions": Mistake((times("output", 1e-6),), "column 'output'", ("output per head is", "million currency")),
    "expenditure in thousands": Mistake((times("budget_expenditure", 1000),), "column 'budget_expenditure'", ("times 'output'", "Check the unit")),
    "taxes in single euros": Mistake((times("tax_revenue", 1e6),), "column 'tax_revenue'", ("times 'output'", "`unit` at a column converts")),
    "capital in billions": Mistake((times("capital_infrastructure", 1e-3, "more.csv"),), "economy.capital.infrastructure.elasticity", ("marginal product",)),
    "more people than on Earth": Mistake((times("population", 1e4),), "column 'population'", ("More than live on Earth", "thousand persons")),
    "scale of 1e-9": Mistake((cell("GOR", "output", "1e-9"),), "column 'output'", ("no solver can hold", "GOR 1e-09", "`unit`")),
    "scale of 1e12": Mistake((cell("GOR", "budget_expenditure", "1e12"),), "column 'budget_expenditure'", ("no solver can hold", "1e+12")),
    "one cell in another unit": Mistake((cell("GOR", "own_revenue", "1e-6"),), "column 'own_revenue'", ("GOR 1e-06", "Correct the figures")),
}  # fmt: skip

OPTIONS = {
    "unknown key in an override": Mistake((), "--set programme.florr", ("unknown key", "mean 'floor'"), ("--set", "programme.florr=0.4")),
    "override without a value": Mistake((), "--set", ("path=value", "programme.floor=0.4"), ("--set", "programme.floor")),
    "override out of bounds": Mistake((), "--set programme.floor", ("above the largest", "1"), ("--set", "programme.floor=4")),
    "unknown language": Mistake((), "--lang", ("no language 'fr'", "en, zh"), ("--lang", "fr")),
}  # fmt: skip

MISTAKES = SCENARIO | PROMISES | TABLES | UNITS | SHAPES | MAGNITUDES | OPTIONS
