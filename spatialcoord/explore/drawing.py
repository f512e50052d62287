"""What pictures of studies have in common: fonts that can write the words, colours, quiet axes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spatialcoord.maps.fonts import CJK, installed
from spatialcoord.maps.layers import QUALITATIVE
from spatialcoord.messages import Catalogue, catalogue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

INK, QUIET, RULE = "#1a1a1a", "#6b6b6b", "#d9d9d9"
BLUE, ORANGE, GREEN = QUALITATIVE[0], QUALITATIVE[1], QUALITATIVE[2]
PIECE = re.compile(
    r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+"
)  # Chinese is cut anywhere


@dataclass(frozen=True)
class Pen:
    """Fonts and words of a picture.

    Attributes
    ----------
    families : tuple of str
        Font families; a character missing in the first is taken from the next.
    words : Catalogue
        In the language asked for, or in English where no font here can write that.
    """

    families: tuple[str, ...]
    words: Catalogue

    @classmethod
    def of(cls, lang: str) -> Pen:
        """Pen for a language."""
        families = installed()
        chinese = any(family in CJK for family in families)
        if lang == "zh" and chinese:  # one face for the whole picture, Latin letters too
            families = tuple(sorted(families, key=lambda family: family not in CJK))
        return cls(families, catalogue(lang if chinese or lang != "zh" else "en"))

    def text(self, size: float = 9.0, **more: Any) -> dict[str, Any]:
        """Keywords of a text; signs of mathematics in a name stay what they are."""
        return {"fontsize": size, "color": INK, "family": list(self.families), "parse_math": False, **more}

    def figure(self, width: float, height: float, title: str, note: str = "") -> Figure:
        """An empty figure, in inches, with a title above and a note below."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        top = 1.0 - 0.34 / height
        figure.text(0.25 / width, top, title, **self.text(13.0, weight="bold"))
        if note:
            figure.text(0.25 / width, 0.12 / height, note, **self.text(8.0, color=QUIET, va="bottom"))
        return figure

    def quiet(self, axes: Axes, x: str = "", y: str = "") -> Axes:
        """Axes without a frame, with a light grid, labels and ticks in this pen's fonts."""
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(RULE)
        axes.grid(axis="both", color=RULE, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.tick_params(
            length=0,
            labelsize=8.5,
            labelcolor=INK,
            labelfontfamily=list(self.families),  # type: ignore[arg-type]
        )
        axes.set_xlabel(x, **self.text(9.0))
        axes.set_ylabel(y, **self.text(9.0))
        return axes


def width_of(text: Text) -> float:
    """How wide a text is drawn, inches."""
    figure: Any = text.figure
    return float(text.get_window_extent(figure.canvas.get_renderer()).width / figure.dpi)


def fold(text: Text, inches: float) -> list[str]:
    """Break a text into lines that are drawn no wider than so many inches; a single word may be.

    Parameters
    ----------
    text : matplotlib.text.Text
        A text of a figure; its own line breaks go.
    inches : float
        The width there is.

    Returns
    -------
    list of str
        The lines, which the text then has.
    """
    lines, line = [], ""
    for piece in PIECE.findall(" ".join(text.get_text().split())):
        text.set_text((line + piece).strip())
        if line.strip() and not piece.isspace() and width_of(text) > inches:
            lines.append(line.strip())
            line = ""
        line += piece
    lines.append(line.strip())
    text.set_text("\n".join(lines))
    return lines
