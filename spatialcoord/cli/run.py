"""``spatialcoord run``: from a case to a summary on the screen and a folder of results."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from spatialcoord.cli.guard import errors

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.messages import Catalogue

LONG = 5.0  # seconds of solving from which a planner is told beforehand


def run_case(case: str, out: Path | None, overrides: Iterable[str], lang: str, maps: bool) -> None:
    """Check, build, solve, print and write.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    out : Path, optional
        Folder of the results; ``results/<case>`` below the current folder by default.
    overrides : iterable of str
        ``path=value`` each.
    lang : str
        Language of what is printed and written.
    maps : bool
        Whether to draw ``map.png``.

    Raises
    ------
    InputError, Refused, SolveError
        The case, the language or the folder is no good, or there is no plan; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)  # a wrong language is told before anything takes time

    from rich.console import Console

    from spatialcoord import planner
    from spatialcoord.cli.check import checked
    from spatialcoord.planner.building import assemble
    from spatialcoord.results import files

    loaded = checked(case, overrides, words, promises=False)
    folder = out or Path("results") / loaded.scenario.case
    files.refuse_foreign(folder)

    from spatialcoord.report import publish
    from spatialcoord.results import print_summary

    console = Console()
    title = loaded.scenario.title.in_language(lang)
    with _progress(console, words, title) as progress:
        model = assemble(loaded)  # checked above
        seconds = planner.expected_seconds(model.size())
        if seconds > LONG:
            size = {key: words.number(value) for key, value in model.size().items()}
            errors().print(words.t("cli.size", **size, seconds=words.number(_two_digits(seconds))))
            Thread(target=_fetch_libraries, daemon=True).start()
        plan = planner.solve(model, progress)
        written = publish(plan, folder, lang=lang, maps=maps)
    print_summary(console, plan, lang)
    if plan.summary["status"] != "optimal":
        console.print(words.t(f"status.{plan.summary['status']}"), style="bold yellow", highlight=False)
    console.print(words.t("cli.written", folder=folder), markup=False, highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"  {path.name}", markup=False, highlight=False)


def _fetch_libraries() -> None:
    """Import what pictures and workbooks need while the solver, which lets other threads run, is at work."""
    for name in ("mapclassify", "matplotlib.figure", "matplotlib.backends.backend_agg", "openpyxl"):
        importlib.import_module(name)


def _two_digits(seconds: float) -> float:
    """An estimate is not told to the second."""
    return float(f"{seconds:.1g}")


@contextmanager
def _progress(console: Console, words: Catalogue, title: str) -> Iterator[Callable[[str], None] | None]:
    """A moving line on a terminal that says which step is under way; nothing where output goes to a file."""
    if not console.is_terminal:
        yield None
        return
    running = words.t("cli.running", case=title)

    with console.status(running) as status:

        def tell(step: str) -> None:
            status.update(f"{running} {words.texts.get(f'cli.step.{step}', '')}")

        yield tell
