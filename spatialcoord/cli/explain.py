"""``spatialcoord explain``: why a region gets what it gets, or all regions in a table."""

from __future__ import annotations

from pathlib import Path


def explain_plan(folder: Path, region: str | None, lang: str) -> None:
    """Print the explanation of one region, or of all in a line each.

    Parameters
    ----------
    folder : Path
        Folder that a run wrote.
    region : str, optional
        Id or name; all regions without it.
    lang : str
        Language of the sentences.

    Raises
    ------
    InputError
        No plan there, no such region, or no such language.
    """
    from spatialcoord.messages import catalogue

    catalogue(lang)

    from rich.console import Console
    from rich.table import Table

    from spatialcoord.results import Plan, Words, explain

    plan = Plan.load(folder)
    console = Console()
    if region is not None:
        for sentence in explain(plan, region, lang).sentences:
            console.print(sentence, markup=False, highlight=False)
        return
    words = Words(plan, lang)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(words.t("explain.all.head_region"))
    table.add_column(words.t("explain.all.head_receives", unit=words.unit(words.per_head)), justify="right")
    table.add_column(words.t("explain.all.head_net", unit=words.unit(words.money)), justify="right")
    table.add_column(words.t("explain.all.head_more"))
    table.add_column(words.t("explain.all.head_less"))
    years = plan.dataset.sizes["year"]
    population = plan.dataset["population"].values
    for i, name in enumerate(words.names):
        found = explain(plan, str(plan.dataset["region"].values[i]), lang)
        more, less = (next(iter(side), "none") for side in (found.more, found.less))
        table.add_row(
            name,
            words.number(sum(found.lines.values()) / population[i] / years * 1e6),
            words.signed(found.net),
            words.label("rule", more),
            words.label("rule", less),
        )
    console.print(table)
    first = str(plan.dataset["region"].values[0])
    console.print(
        words.t("explain.all.hint", folder=folder, region=first),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
