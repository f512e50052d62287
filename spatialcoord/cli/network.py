"""``spatialcoord network``: where capacity of transport between the regions of a case should grow."""

from __future__ import annotations

from pathlib import Path

from spatialcoord.cli.guard import errors

LONG = 2.0  # seconds from which a planner is told beforehand


def ask_network(case: str, out: Path | None, capacity: float, anew: bool, lang: str) -> None:
    """Choose capacities of links, print what they are worth, and write the study.

    Parameters
    ----------
    case : str
        Name of a bundled case, or a folder.
    out : Path, optional
        Folder of the study; ``results/<case>-network`` below the current folder by default.
    capacity : float
        Capacity of all links together, times what stands.
    anew : bool
        Whether what stands may be placed anew.
    lang : str
        Language of what is printed and written.

    Raises
    ------
    InputError, SolveError
        The case, the capacity, the language or the folder is no good; nothing has been written.
    """
    from spatialcoord.messages import catalogue

    words = catalogue(lang)

    from rich.console import Console

    from spatialcoord import explore
    from spatialcoord.cli.check import checked
    from spatialcoord.cli.telling import moving_line, tell_study
    from spatialcoord.explore.network_study import WHERE, check_capacity, network_seconds
    from spatialcoord.explore.study import refuse_taken
    from spatialcoord.network import network_of

    check_capacity(capacity, anew, lang)
    loaded = checked(case, (), words, promises=False)
    folder = out or Path("results") / f"{loaded.scenario.case}-network"
    refuse_taken(folder, "network")
    net = network_of(loaded.graph, capacity, keep=not anew, where=WHERE)
    seconds = network_seconds(net)
    if seconds > LONG:
        errors().print(
            words.t(
                "network.work",
                regions=words.number(len(net.regions)),
                links=words.number(len(net.a)),
                seconds=words.number(float(f"{seconds:.1g}")),
            )
        )
    console = Console()
    with moving_line(console, words.t("network.running")) as progress:
        study = explore.network(loaded, capacity, anew, lang, progress)
        written = study.save(folder)
    tell_study(console, words, study, loaded.scenario.title.in_language(lang), folder, written)
