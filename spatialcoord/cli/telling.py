"""What commands that make a study have in common: the moving line, the sentences under their heads, the files written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.explore.study import Study
    from spatialcoord.messages import Catalogue


@contextmanager
def moving_line(console: Console, running: str) -> Iterator[Callable[[str, str], None] | None]:
    """A moving line on a terminal that says where the work stands; nothing where output goes to a file."""
    if not console.is_terminal:
        yield None
        return
    with console.status(running) as status:
        yield lambda step, where: status.update(f"{running} {where}")


def tell_study(
    console: Console, words: Catalogue, study: Study, title: str, folder: Path, written: list[Path]
) -> None:
    """Print the sentences of a study under their heads, then the files.

    Parameters
    ----------
    console : rich.console.Console
        Where to.
    words : Catalogue
        The language.
    study : Study
        Its summary holds ``sentences``; heads are ``<kind>.head.<head>``.
    title : str
        Title of the case.
    folder : Path
        Where the study was written.
    written : list of Path
        Its files.
    """
    from rich.markup import escape

    from spatialcoord.results.console import bullets

    console.print(f"\n{escape(words.t(f'{study.kind}.title', case=title))}", style="bold")
    groups: dict[str, list[str]] = {}
    for sentence in study.summary["sentences"]:
        groups.setdefault(sentence["head"], []).append(sentence["text"])
    for head, texts in groups.items():
        console.print(f"\n{words.t(f'{study.kind}.head.{head}')}", style="bold", highlight=False)
        console.print(bullets(texts), highlight=False)
    console.print()
    console.print(words.t("cli.written", folder=folder), markup=False, highlight=False, soft_wrap=True)
    for path in written:
        console.print(f"  {path.name}", markup=False, highlight=False)
