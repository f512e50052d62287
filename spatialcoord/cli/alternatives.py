"""``spatialcoord alternatives``: what else would be nearly as good as the best plan of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spatialcoord.cli.guard import errors

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.explore.alternatives import Findings
    from spatialcoord.messages import Catalogue
    from spatialcoord.planner import Case
    from spatialcoord.results import Words

LONG = 5.0  # seconds of work from which a planner is told beforehand


@dataclass(frozen=True)
class Options:
    """What the command was asked for; the names are those of :func:`spatialcoord.explore.alternatives`."""

    tolerance: float
    reference: str
    count: int
    settled: float


def seek_alternatives(
    case: str, out: Path | None, options: Options, overrides: Iterable[str], lang: str
) -> None:
    """Check, search, print and write.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    out : Path, optional
        Folder of the results; ``results/<case>-alternatives`` below the current folder by default.
    options : Options
        Tolerance, reference, number of alternatives, and what counts as settled.
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

    from spatialcoord.cli.check import checked
    from spatialcoord.explore.alternatives import KIND, check, explore_near, study_of
    from spatialcoord.explore.nearest import reference_of
    from spatialcoord.explore.study import refuse_taken

    check(options.tolerance, options.count, options.settled)
    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-{KIND}"
    refuse_taken(folder, KIND)
    reference_of(loaded, options.reference)
    _tell_size(loaded, options.count, words)
    console = Console()
    with _progress(console, words) as progress:
        found = explore_near(
            loaded, options.tolerance, options.reference, options.count, options.settled, progress
        )
        made = study_of(found, lang)
        written = made.save(folder)
    _print(console, found, made.summary, lang)
    console.print(words.t("cli.written", folder=folder), markup=False, highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"  {path.name}", markup=False, highlight=False)


def _tell_size(case: Case, count: int, words: Catalogue) -> None:
    from spatialcoord.explore.alternatives import expected

    probes, seconds = expected(case, count)
    if seconds > LONG:
        errors().print(
            words.t(
                "alternatives.size",
                probes=words.number(probes),
                seconds=words.number(float(f"{seconds:.1g}")),
            )
        )


def _print(console: Console, found: Findings, summary: dict, lang: str) -> None:
    """What nearly as good means first, then the regions with the widest ranges, then the rest in sentences."""
    from rich.markup import escape

    from spatialcoord.explore.alternatives_words import sentences, short_table
    from spatialcoord.results import Words
    from spatialcoord.results.console import bullets, grid

    words: Words = Words(found.plan, lang)
    says = [text for text in sentences(found, words).values() if text]
    console.print(
        f"\n{escape(words.title)}{words.t('map.colon')}{escape(words.t('alternatives.title'))}", style="bold"
    )
    console.print(words.period, style="dim", markup=False, highlight=False)
    console.print()
    console.print(bullets(says))
    console.print(f"\n{escape(words.t('alternatives.table'))}", style="bold")
    console.print(grid(short_table(found, words)))
    checked = summary["check"]
    text = words.t(
        "alternatives.checked", plans=words.number(checked["plans"]), excess=f"{checked['allowed']:.0e}"
    )
    console.print(text, style="dim", markup=False, highlight=False)
    console.print()


@contextmanager
def _progress(console: Console, words: Catalogue) -> Iterator[Callable[[str, int, int], None] | None]:
    """A moving line on a terminal that says which step is under way; nothing where output goes to a file."""
    if not console.is_terminal:
        yield None
        return
    with console.status(words.t("alternatives.step.solve")) as status:

        def tell(step: str, done: int, total: int) -> None:
            status.update(words.t(f"alternatives.step.{step}", done=done, total=total))

        yield tell
