"""Two countries that are not China, from files as planners have them: a shapefile without a reference system, and no map at all."""

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box
from typer.testing import CliRunner

import spatialcoord as sc
from spatialcoord.cli import app

ARCHIPELAGO = """\
case: archipelago
title: {en: Twelve districts and an island}
question: {en: Who should get how much?}
currency: IDR
price_year: 2022
regions:
  geometry: districts.shp
  crs: EPSG:32749
  id: KODE
  tables:
    - file: districts.shp
      encoding: cp1252
      columns: {name: NAMA}
    - file: statistics.xlsx
      sheet: Data
      skip_rows: 2
      id: Code
      columns:
        population: {column: Population, unit: thousand persons}
        output: {column: GRDP, unit: billion IDR}
        tax_revenue: {column: Tax, unit: billion IDR}
        budget_expenditure: {column: Spending, unit: billion IDR}
        capital_infrastructure: {column: Roads, unit: trillion IDR}
  encoding: cp1252
  links: ferries.csv
programme:
  years: {first: 2023, last: 2026}
  budget: {share_of_output: 0.006}
economy: {spillover: {rho: 0.1}}
instruments: {general_transfer: {}, infrastructure: {}}
"""
REPUBLIC = """\
case: republic
title: {en: A republic without a map}
question: {en: Who should get how much?}
currency: EUR
price_year: 2023
regions:
  id: region
  tables:
    - {file: people.csv, encoding: latin-1, columns: {name: nom, population: habitants}}
    - file: accounts.csv
      decimal: ","
      rows: {annee: 2022}
      columns: {output: {column: pib, unit: million EUR/yr}}
    - {file: budgets.tsv, columns: [tax_revenue, budget_expenditure, net_transfer_received, capital_human]}
programme:
  years: {first: 2024, last: 2026}
  budget: {amount: 900}
  financing: equal_per_head
instruments: {general_transfer: {}, human_capital: {}}
"""


def figures(n: int, seed: int, per_head: float) -> pd.DataFrame:
    """Population (persons), output, tax, spending and capital (million currency) of regions rich and poor."""
    rng = np.random.default_rng(seed)
    population = np.round(rng.lognormal(13.5, 0.6, n))
    output = population * per_head * rng.lognormal(0, 0.35, n) / 1e6
    capital = output * rng.uniform(0.7, 1.2, n)
    return pd.DataFrame(
        {
            "population": population,
            "output": output,
            "tax": 0.1 * output,
            "spending": 0.25 * output,
            "capital": capital,
        }
    )


@pytest.fixture
def archipelago(tmp_path: Path) -> Path:
    """Twelve districts on a grid of metres and one island; the shapefile has lost its .prj and .cpg."""
    folder = tmp_path / "archipelago"
    folder.mkdir()
    table = figures(13, 1, 60e6)
    cells = [
        box(200_000 + 50_000 * i, 9_000_000 + 50_000 * j, 250_000 + 50_000 * i, 9_050_000 + 50_000 * j)
        for j in range(3)
        for i in range(4)
    ]
    codes = [f"{71 + n // 4:02d}{n % 4 + 1:02d}" for n in range(13)]
    shapes = geopandas.GeoDataFrame(
        {"KODE": codes, "NAMA": [f"Distrik é{n}" for n in range(13)]},
        geometry=[*cells, box(600_000, 9_000_000, 620_000, 9_020_000)],
        crs="EPSG:32749",
    )
    shapes.to_file(folder / "districts.shp", encoding="cp1252")
    (folder / "districts.prj").unlink()
    (folder / "districts.cpg").unlink()
    sheet = pd.DataFrame(
        {
            "Code": codes,
            "Population": table["population"] / 1e3,
            "GRDP": table["output"] / 1e3,
            "Tax": table["tax"] / 1e3,
            "Spending": table["spending"] / 1e3,
            "Roads": table["capital"] / 1e6,
        }
    ).sample(frac=1, random_state=1)
    with pd.ExcelWriter(folder / "statistics.xlsx") as book:
        pd.DataFrame({"notes": ["nothing here"]}).to_excel(book, sheet_name="Read me", index=False)
        sheet.to_excel(book, sheet_name="Data", index=False, startrow=2)
    (folder / "ferries.csv").write_text(f"a;b;kind;length_km\n{codes[12]};{codes[3]};link;220\n")
    (folder / "scenario.yaml").write_text(ARCHIPELAGO)
    return folder


@pytest.fixture
def republic(tmp_path: Path) -> Path:
    """Ten regions in three text files of different make; no shapes and no links."""
    folder = tmp_path / "republic"
    folder.mkdir()
    table = figures(10, 2, 32_000)
    ids = [f"R{n}" for n in range(10)]
    people = pd.DataFrame(
        {
            "region": ids,
            "nom": [f"Région {n}" for n in range(10)],
            "habitants": table["population"].astype(int),
        }
    )
    people.to_csv(folder / "people.csv", index=False, encoding="latin-1")
    years = [
        pd.DataFrame({"region": ids, "annee": y, "pib": table["output"] * (1 + 0.02 * (y - 2022))})
        for y in (2021, 2022)
    ]
    pd.concat(years).to_csv(folder / "accounts.csv", sep=";", decimal=",", index=False, encoding="utf-8-sig")
    budgets = pd.DataFrame(
        {
            "region": ids,
            "tax_revenue": table["tax"],
            "budget_expenditure": table["spending"],
            "net_transfer_received": table["spending"] - table["tax"],
            "capital_human": table["capital"],
        }
    )
    budgets.to_csv(folder / "budgets.tsv", sep="\t", index=False)
    (folder / "scenario.yaml").write_text(REPUBLIC)
    return folder


def test_a_map_without_a_reference_system(archipelago, monkeypatch):
    monkeypatch.chdir(archipelago.parent)
    checked = CliRunner().invoke(app, ["check", "archipelago"])
    assert checked.exit_code == 0, checked.output
    # what was assumed is told: that there are no fiscal flows, as no table gives them
    assert [line for line in checked.stderr.splitlines() if line.startswith("- ")] == [
        "- archipelago/scenario.yaml:10, regions.tables: existing fiscal flows between levels of government are taken as zero"
    ]
    assert "shared borders 17, links 1, connected parts 1" in checked.stdout
    case = sc.load_case(archipelago)
    table = figures(13, 1, 60e6)
    for name, column in (
        ("population", "population"),
        ("output", "output"),
        ("capital_infrastructure", "capital"),
    ):
        assert case.graph[name].values == pytest.approx(table[column].to_numpy(), rel=1e-9), name
    assert case.graph.names().values[0] == "Distrik é0"
    assert 107 < case.graph["lon"].min() < 110 and -10 < case.graph["lat"].min() < -8  # UTM zone 49 south
    assert case.graph["area_km2"].values[0] == pytest.approx(2500, rel=0.01)
    plan = sc.solve(sc.build(case))
    assert plan.summary["status"] == "optimal" and plan.summary["certificate"]["max_violation"] <= 1e-6
    assert plan.summary["budget"]["spent"] == pytest.approx(plan.summary["budget"]["available"])
    index = plan.summary["disparity"]["gini"]
    assert index["after"] < index["before"]


def test_without_the_ferry_the_island_is_told(archipelago, monkeypatch):
    monkeypatch.chdir(archipelago.parent)
    path = archipelago / "scenario.yaml"
    path.write_text(ARCHIPELAGO.replace("  links: ferries.csv\n", ""))
    told = CliRunner().invoke(app, ["check", "archipelago"])
    assert told.exit_code == 2 and "without a neighbour: 7401" in told.stderr
    for accepted in ("true", "['7401']"):
        path.write_text(ARCHIPELAGO.replace("  links: ferries.csv\n", f"  accept_islands: {accepted}\n"))
        result = CliRunner().invoke(app, ["check", "archipelago"])
        assert result.exit_code == 0 and "neighbour" not in result.stderr, accepted
    # without spillovers nothing depends on it: a warning
    path.write_text(ARCHIPELAGO.replace("  links: ferries.csv\n", "").replace("rho: 0.1", "rho: 0"))
    told = CliRunner().invoke(app, ["check", "archipelago"])
    assert told.exit_code == 0 and "without a neighbour: 7401" in told.stderr


def test_no_map_at_all(republic, monkeypatch):
    monkeypatch.chdir(republic.parent)
    checked = CliRunner().invoke(app, ["check", "republic"])
    assert (checked.exit_code, checked.stderr) == (0, ""), checked.output
    assert "Regions: 10, without shapes." in checked.stdout
    case = sc.load_case(republic)
    assert case.graph["output"].values == pytest.approx(figures(10, 2, 32_000)["output"].to_numpy(), rel=1e-9)
    assert case.graph.names().values[3] == "Région 3" and not case.graph.has_geometry
    plan = sc.solve(sc.build(case))
    assert plan.summary["status"] == "optimal"
    assert plan.summary["budget"]["available"] == pytest.approx(3 * 900)
    index = plan.summary["disparity"]["gini"]
    assert index["after"] < index["before"]


@pytest.mark.parametrize("country", ["archipelago", "republic"])
def test_they_run_from_the_command_line(country, request, monkeypatch):
    folder = request.getfixturevalue(country)
    monkeypatch.chdir(folder.parent)
    result = CliRunner().invoke(app, ["run", country, "--no-map"])
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    assert Path("results", country, "summary.json").is_file()
