"""A page that tells a study as a story: sentences under heads, pictures and tables between them."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

from spatialcoord.report.page import html_language, template
from spatialcoord.results import Spoken

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 110


def story(
    title: str,
    period: str,
    groups: Sequence[tuple[str, Sequence[str]]],
    pictures: Mapping[int, Sequence[tuple[str, Figure]]],
    tables: Mapping[int, Sequence[pd.DataFrame]],
    colophon: str,
    lang: str = "en",
) -> str:
    """One HTML page without any external resource.

    Parameters
    ----------
    title, period, colophon : str
        Head, the line below it, and the foot.
    groups : sequence of (str, sequence of str)
        Heads and their sentences.
    pictures, tables : mapping of int to sequence
        Pictures (title and figure) and tables that stand below the group of that number.
    lang : str
        Language.

    Returns
    -------
    str
        HTML; all text is escaped.
    """
    words = Spoken(lang)
    return template("story.html.jinja").render(
        lang=html_language(lang),
        title=title,
        period=period,
        groups=groups,
        pictures={
            i: [{"title": name, "data": _png(figure)} for name, figure in some]
            for i, some in pictures.items()
        },
        tables={i: [_grid(table, words) for table in some] for i, some in tables.items()},
        colophon=colophon,
    )


def _png(figure: Figure) -> str:
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=DPI)
    return b64encode(picture.getvalue()).decode("ascii")


def _grid(table: pd.DataFrame, words: Spoken) -> dict[str, object]:
    def fine(column: pd.Series) -> bool:  # indices and shares: they differ in their fourth decimal
        return column.dtype.kind == "f" and bool((column.abs().fillna(0.0) < 1).all())

    def cell(value: object, fine: bool) -> str:
        if not isinstance(value, float):
            return str(value)
        if math.isnan(value):
            return "–"
        if fine and value:
            return words.number(value, 5)
        return words.small(value) if abs(value) < 1e5 else words.number(value)

    fines = [fine(table[name]) for name in table]
    return {
        "head": list(map(str, table.columns)),
        "rows": [list(map(cell, row, fines)) for row in table.itertuples(index=False)],
    }
