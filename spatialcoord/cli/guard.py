"""A user's mistake ends in one clear message and an exit code, never in a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from spatialcoord.errors import Infeasible, InputError, Problem, Refused, SolveError

if TYPE_CHECKING:
    from rich.console import Console

    from spatialcoord.messages import Catalogue

MISTAKE = 2  # the input cannot be run as it stands
NO_PLAN = 1  # the solver ended without a plan
INTERRUPTED = 130  # what a shell expects after Ctrl-C

Command = TypeVar("Command", bound=Callable[..., None])


def guarded(command: Command) -> Command:
    """Decorate a command: errors made for users are printed to stderr, with the exit code of their kind."""

    @functools.wraps(command)
    def inner(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (InputError, Refused) as error:
            _mistake(error, _words(kwargs.get("lang")))
            raise typer.Exit(MISTAKE) from None
        except SolveError as error:
            _no_plan(error, _words(kwargs.get("lang")))
            # rules that contradict each other are in the planner's hands, a solver that gives up is not
            raise typer.Exit(MISTAKE if isinstance(error, Infeasible) else NO_PLAN) from None
        except KeyboardInterrupt:
            errors().print(_words(kwargs.get("lang")).t("cli.interrupted"))
            raise typer.Exit(INTERRUPTED) from None

    return inner  # type: ignore[return-value]


def errors() -> Console:
    """Console on stderr that prints texts as they are: no markup, no colours of its own, lines not broken."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, soft_wrap=True, emoji=False)


def tell_of_fonts(lang: str) -> None:
    """Say where pictures are in English because no font here can write the language asked for."""
    from spatialcoord.maps.fonts import can_write, installed

    words = _words(lang)
    if words.lang != "en" and not can_write(installed(), words.t("map.allocation")):
        errors().print(words.t("cli.no_font"))


def print_problems(console: Console, problems: list[Problem]) -> None:
    """Each problem as a point: the fault in the first line, why and what to do below it."""
    for problem in problems:
        first, *rest = str(problem).split("\n")
        console.print(f"- {first}")
        for line in rest:
            console.print(f"  {line.strip()}", style="dim")


def _words(lang: object) -> Catalogue:
    """Words in the wanted language; in English where the language itself is the mistake."""
    from spatialcoord.messages import catalogue, languages

    return catalogue(str(lang) if lang in languages() else "en")


def _mistake(error: InputError | Refused, words: Catalogue) -> None:
    console = errors()
    problems = error.problems if isinstance(error, InputError) else [Problem(str(error))]
    console.print(
        f"{words.t('cli.mistake')} {words.t('cli.problems', count=len(problems))}", style="bold red"
    )
    print_problems(console, problems)


def _no_plan(error: SolveError, words: Catalogue) -> None:
    console = errors()
    console.print(words.t("cli.failed"), style="bold red")
    if isinstance(error, Infeasible):
        console.print(words.t("status.infeasible"))
        console.print(error.conflict.text(words))
    else:
        console.print(str(error))
