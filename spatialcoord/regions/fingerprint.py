"""Fingerprint of a region graph: a hash of what it holds, not of how its files were written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd


def _digest_numbers(values: np.ndarray) -> bytes:
    """Bytes of float64 values with one zero and one not-a-number."""
    array = np.array(values, dtype="<f8") + 0.0  # turns -0.0 into 0.0
    array[np.isnan(array)] = np.nan
    return array.tobytes()


def _digest_text(values: Iterable[object]) -> bytes:
    return "\x1f".join("" if pd.isna(v) else str(v) for v in values).encode()


def fingerprint(
    table: pd.DataFrame, text_columns: Sequence[str], links: pd.DataFrame, levels: Sequence[str]
) -> str:
    """SHA-256 of a graph's content.

    Parameters
    ----------
    table : pandas.DataFrame
        Figures and labels indexed by region id.
    text_columns : sequence of str
        Columns of `table` that are text; the others are numbers.
    links : pandas.DataFrame
        A tidy link table.
    levels : sequence of str
        Hierarchy levels, finest first.

    Returns
    -------
    str
        64 hexadecimal digits; rows and columns in another order give the same.
    """
    digest = hashlib.sha256()

    def add(label: str, content: bytes) -> None:
        digest.update(f"{label}\x1e{len(content)}\x1e".encode())
        digest.update(content)

    table = table.sort_index()
    add("ids", _digest_text(table.index))
    add("levels", _digest_text(levels))
    for column in sorted(table.columns):
        values = table[column]
        add(
            column,
            _digest_text(values) if column in text_columns else _digest_numbers(values.to_numpy(float)),
        )
    # a link that runs both ways is the same whichever end is written first
    turn = ((links["a"] > links["b"]) & links["kind"].isin(["contiguity", "link"])).to_numpy()
    rows = links.assign(a=np.where(turn, links["b"], links["a"]), b=np.where(turn, links["a"], links["b"]))
    rows = rows.sort_values(["kind", "a", "b", "name", "basin"], kind="stable")
    for column in rows.columns:
        values = rows[column]
        number = column in ("length_km", "flow")
        add(f"links.{column}", _digest_numbers(values.to_numpy(float)) if number else _digest_text(values))
    return digest.hexdigest()
