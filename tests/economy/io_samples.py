"""Small input-output tables on disk, as pymrio lays them out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def cells(regions, sectors):
    return pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])


def made_up(
    regions, sectors=("farming", "construction", "services"), seed: int | None = 0, home: float = 0.8
):
    """Z, Y and x with random structure (None: the same everywhere) and most trade at home."""
    rng = np.random.default_rng(seed)
    labels, n, r = cells(regions, sectors), len(regions) * len(sectors), len(regions)
    place = np.repeat(np.arange(r), len(sectors))
    kin = np.where(place[:, None] == place[None, :], home, (1 - home) / max(1, r - 1))
    draw = (
        (lambda *shape: rng.uniform(0.5, 1.5, shape)) if seed is not None else (lambda *shape: np.ones(shape))
    )
    coefficients = draw(n, n) * kin
    coefficients *= 0.5 / coefficients.sum(axis=0)
    final = pd.MultiIndex.from_product([regions, ["households", "government"]], names=["region", "category"])
    kin = np.where(place[:, None] == np.repeat(np.arange(r), 2)[None, :], home, (1 - home) / max(1, r - 1))
    demand = 100.0 * draw(n, 2 * r) * kin
    output = np.linalg.solve(np.eye(n) - coefficients, demand.sum(axis=1))
    return {
        "Z": pd.DataFrame(coefficients * output, labels, labels),
        "Y": pd.DataFrame(demand, labels, final),
        "x": pd.DataFrame({"indout": output}, labels),
    }


def save(folder: Path, tables, **edits) -> Path:
    """Write tables as pymrio does with `table_format="txt"` (no file_parameters.json is needed to read them)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in {**tables, **edits}.items():
        if frame is not None:
            frame.to_csv(folder / f"{name}.txt", sep="\t", float_format="%.12g")
    return folder
