"""``spatialcoord pareto``: what more equality costs, from the least disparity to the largest gain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spatialcoord.cli.guard import errors

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.explore.pareto import Traced
    from spatialcoord.messages import Catalogue

LONG = 5.0  # seconds of work from which a planner is told beforehand


def trace_front(
    case: str, out: Path | None, objectives: str, points: int, overrides: Iterable[str], lang: str
) -> None:
    """Check, trace the front, print and write it.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    out : Path, optional
        Folder of the results; ``results/<case>-pareto`` below the current folder by default.
    objectives : str
        Names with commas between.
    points : int
        Points wanted.
    overrides : iterable of str
        ``path=value`` each.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError, Refused, SolveError
        The case, an option or the folder is no good, or there is no plan; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)  # a wrong language is told before anything takes time

    from rich.console import Console

    from spatialcoord import planner
    from spatialcoord.cli.check import checked
    from spatialcoord.explore.pareto import KIND, check, expected_seconds, study_of, trace
    from spatialcoord.explore.study import refuse_taken

    names = [name.strip() for name in objectives.split(",") if name.strip()]
    check(names, points)
    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-{KIND}"
    refuse_taken(folder, KIND)
    seconds = expected_seconds(planner.build(loaded).size(), points)
    if seconds > LONG:
        about = words.number(float(f"{seconds:.1g}"))
        errors().print(words.t("pareto.slow", points=points, seconds=about))
    console = Console()
    with _progress(console, words, loaded.scenario.title.in_language(lang), points) as progress:
        traced = trace(loaded, names, points, progress)
        study = study_of(traced, points, lang)
        written = study.save(folder)
    _print(console, traced, points, words)
    console.print(words.t("cli.written", folder=folder), markup=False, highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"  {path.name}", markup=False, highlight=False)


def _print(console: Console, traced: Traced, points: int, words: Catalogue) -> None:
    """The title, what the front says in sentences, and some of its points."""
    from rich.markup import escape

    from spatialcoord.explore.pareto_words import sentences, short_table
    from spatialcoord.results.console import bullets, grid

    title = traced.case.scenario.title.in_language(words.lang)
    console.print(f"\n{escape(title)}: {escape(words.t('pareto.title'))}\n", style="bold")
    console.print(bullets(sentences(traced, points, words)))
    console.print(grid(short_table(traced, words)))


@contextmanager
def _progress(
    console: Console, words: Catalogue, title: str, points: int
) -> Iterator[Callable[[str, int], None] | None]:
    """A moving line on a terminal that says which step is under way; nothing where output goes to a file."""
    if not console.is_terminal:
        yield None
        return
    running = words.t("cli.running", case=title)
    with console.status(running) as status:

        def tell(step: str, done: int = 0) -> None:
            text = words.texts.get(f"cli.step.{step}") or words.t(
                f"pareto.step.{step}", done=done, points=points
            )
            status.update(f"{running} {text}")

        yield tell
