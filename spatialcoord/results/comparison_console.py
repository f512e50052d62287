"""A comparison of plans on the console: inputs that differ first, then what came out, then who wins and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spatialcoord.results import comparison_sheets as sheets
from spatialcoord.results.compared import Comparison
from spatialcoord.results.console import bullets, grid
from spatialcoord.results.formulas import entries, formula_sentences, formula_sheet
from spatialcoord.results.sheets import Sheet
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 10  # winners, and losers
MOST_KEYS = 40  # values of the scenario; the page lists all
LONGEST = 60  # characters of such a value


def print_comparison(console: Console, comparison: Comparison, lang: str = "en") -> None:
    """Print a comparison.

    Parameters
    ----------
    console : rich.console.Console
        Where to.
    comparison : Comparison
        Plans side by side.
    lang : str
        Language of the words, "en" or "zh".
    """
    from rich.markup import escape
    from rich.padding import Padding

    words = Words(comparison.plans[0], lang)

    def head(text: str) -> None:
        console.print(f"\n{escape(text)}", style="bold")

    def line(text: str) -> None:
        console.print(Padding(escape(text), (0, 0, 0, 2)), highlight=False)

    def show(sheet: Sheet) -> None:
        if sheet.rows:
            console.print(grid(sheet))
        if sheet.note:
            line(sheet.note)

    notes = sheets.notes(comparison, words)
    if notes:
        head(words.t("compare.head.notes"))
        console.print(bullets(notes))
    for name, plan in zip(comparison.names, comparison.plans, strict=True):
        own = Words(plan, lang)
        beside = formula_sheet(plan, own)
        if beside is not None:
            head(own.t("compare.beside_law", name=name))
            show(beside)
            for entry in entries(plan):
                for sentence in formula_sentences(plan, own, entry):
                    line(sentence)
    if len(comparison.plans) < 2:
        console.print()
        return
    head(words.t("compare.head.inputs"))
    keys = sheets.keys(comparison, words, LONGEST)
    left = len(keys.rows) - MOST_KEYS
    if keys.rows:
        show(
            Sheet(
                keys.head, keys.rows[:MOST_KEYS], words.t("compare.rows_left", count=left) if left > 0 else ""
            )
        )
    else:
        line(words.t("compare.no_keys"))
    figures = sheets.figures(comparison, words)
    if figures.rows:
        head(words.t("compare.head.figures"))
        show(figures)
    else:
        line(words.t("compare.no_figures"))
    head(words.t("compare.head.outcomes"))
    show(sheets.outcome_sheet(comparison, words))
    for other in range(1, len(comparison.plans)):
        head(words.t("compare.against", other=comparison.names[other], first=comparison.names[0]))
        line(sheets.count_sentence(comparison, words, other))
        for key, sheet in zip(
            ("winners", "losers"),
            sheets.winners_and_losers(comparison, words, other, SHOWN),
            strict=False,  # none at all where nothing is comparable
        ):
            head(words.t(f"compare.head.{key}"))
            show(sheet)
    console.print()
