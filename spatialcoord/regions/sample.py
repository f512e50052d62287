"""A small made-up country to start a case from."""

from __future__ import annotations

from pathlib import Path

from spatialcoord.regions.graph import RegionGraph
from spatialcoord.regions.synthetic import synthetic

NAMES = {
    "ALD": ("Alder Coast", "桤木海岸"),
    "BIR": ("Birchland", "白桦地"),
    "CED": ("Cedar Hills", "雪松岭"),
    "DEL": ("Delta", "三角洲"),
    "ELM": ("Elm Plain", "榆树平原"),
    "FEN": ("Fenmark", "沼泽边地"),
    "GOR": ("Gorse Heath", "荆豆原"),
    "HAZ": ("Hazel Valley", "榛子谷"),
}
FIGURES = (
    "population", "output", "tax_revenue", "own_revenue", "budget_expenditure", "net_transfer_received", "capital_infrastructure",
    "capital_human",
)  # fmt: skip
SEED = 4  # a country with rich and poor regions whose figures lie inside every plausible range


def sample_country() -> RegionGraph:
    """Eight regions with shapes and all figures the instruments need; nothing in it is measured."""
    made = synthetic(len(NAMES), SEED).frame
    made.index = list(NAMES)
    made[list(FIGURES[1:])] /= 2  # the made-up countries are in a currency worth less than the sample's
    made["name"], made["name_zh"] = zip(*NAMES.values(), strict=True)
    return RegionGraph(
        made[["name", "name_zh", *FIGURES, "geometry"]].round(dict.fromkeys(FIGURES, 0)), where="sample"
    )


def write_sample(folder: Path) -> None:
    """Write the country as ``regions.geojson`` (ids and shapes) and ``figures.csv``."""
    frame = sample_country().frame.rename_axis("id").reset_index()
    frame[["id", "geometry"]].set_geometry(frame.geometry.set_precision(1e-6)).to_file(
        folder / "regions.geojson"
    )
    figures = frame[["id", "name", "name_zh", *FIGURES]].astype(dict.fromkeys(FIGURES, int))
    figures.to_csv(folder / "figures.csv", index=False, encoding="utf-8", lineterminator="\n")
