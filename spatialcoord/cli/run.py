"""``spatialcoord run``: from a case to a summary on the screen and a folder of results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spatialcoord.cli.guard import errors, print_problems

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.messages import Catalogue


def run_case(case: str, out: Path | None, overrides: Iterable[str], lang: str, with_map: bool) -> None:
    """Load, build, solve, print and write.

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
    with_map : bool
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
    from spatialcoord.results import files
    from spatialcoord.scenario import outside_plausible

    loaded = planner.load_case(case, overrides)
    folder = out or Path("results") / loaded.scenario.case
    files.refuse_foreign(folder)
    unusual = outside_plausible(loaded.scenario)
    if unusual:
        errors().print(words.t("cli.warning"), style="bold yellow")
        print_problems(errors(), unusual)

    from spatialcoord.report import publish
    from spatialcoord.results import print_summary

    console = Console()
    title = loaded.scenario.title.in_language(lang)
    with _progress(console, words, title) as progress:
        plan = planner.solve(planner.build(loaded), progress)
        written = publish(plan, folder, lang=lang, with_map=with_map)
    print_summary(console, plan, lang)
    console.print(words.t("cli.written", folder=folder), markup=False, highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"  {path.name}", markup=False, highlight=False)


def _progress(console: Console, words: Catalogue, title: str) -> AbstractContextManager[Callable[[str], Any] | None]:
    """A moving line on a terminal that says which step is under way; nothing where output goes to a file."""
    if not console.is_terminal:
        return nullcontext()
    return _Spinner(console, words, title)


class _Spinner(AbstractContextManager[Callable[[str], Any]]):
    def __init__(self, console: Console, words: Catalogue, title: str) -> None:
        self._words, self._title = words, title
        self._status = console.status(words.t("cli.running", case=title))

    def __enter__(self) -> Callable[[str], Any]:
        self._status.__enter__()
        return self.tell

    def tell(self, step: str) -> None:
        """Show the step by its words, where it has any."""
        text = self._words.texts.get(f"cli.step.{step}")
        if text:
            self._status.update(f"{self._words.t('cli.running', case=self._title)} {text}")

    def __exit__(self, *details: Any) -> None:
        self._status.__exit__(*details)
