"""The loop as a study: Dataset, tables, log, pictures, story and summary, written all together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spatialcoord import __version__
from spatialcoord.coordination import rolling
from spatialcoord.coordination.coordinate import Coordinated, coordinate
from spatialcoord.coordination.cycle_data import dataset_of, finite, lacks_of, tables_of
from spatialcoord.coordination.cycle_figures import figures_of
from spatialcoord.coordination.cycle_rules import Rules
from spatialcoord.coordination.cycle_story import Story
from spatialcoord.explore.study import Study
from spatialcoord.messages import catalogue
from spatialcoord.planner.case import Case
from spatialcoord.report.story import story

KIND = "coordination"


def coordination(
    case: Case,
    cycles: int,
    rules: Rules,
    folder: Path | None = None,
    lang: str = "en",
    progress: Callable[[str, str], None] | None = None,
) -> Study:
    """Run the loop on a case, and dress what came of it.

    Parameters
    ----------
    case, cycles, rules
        As :func:`spatialcoord.coordination.coordinate.coordinate` takes them.
    folder : Path, optional
        Folder of the study; completed cycles are kept in its ``cycles`` and found again.
    lang : str
        Language of tables, pictures and story.
    progress : callable, optional
        Called with the name of the step and where it stands.

    Returns
    -------
    Study
        Of kind "coordination".
    """
    words = catalogue(lang)
    tell = progress or (lambda step, where: None)

    def told(step: str) -> None:
        number, _, name = step.partition(":")
        if name.startswith("without_"):
            what = words.t(f"coordination.name.{name.removeprefix('without_')}")
            tell("coordination", words.t("coordination.step.without", what=what))
        else:
            tell("coordination", words.t(f"coordination.step.{name}", cycle=number))

    kept = folder / rolling.FOLDER if folder is not None else None
    return dressed(coordinate(case, cycles, rules, kept, progress=told), lang)


def dressed(found: Coordinated, lang: str = "en") -> Study:
    """What came of the loop as a study."""
    words = catalogue(lang)
    data = dataset_of(found)
    tables, figures = tables_of(found, lang), figures_of(found, data, lang)
    sentences = Story(found, lang).all()
    scenario, seed = found.case.scenario, found.rules.seed
    heads = list(dict.fromkeys(one["head"] for one in sentences))
    groups = [
        (words.t(f"coordination.head.{head}"), [s["text"] for s in sentences if s["head"] == head])
        for head in heads
    ]
    pictured = [(name, figure) for name, figure in figures.items()]
    page = story(
        words.t("coordination.page", case=scenario.title.in_language(lang)),
        words.t(
            "coordination.period",
            first=found.cycles[0]["years"][0],
            last=found.cycles[-1]["years"][-1],
            seed=seed,
        ),
        groups,
        {0: pictured},
        {i: [tables["counterfactuals"]] for i, head in enumerate(heads) if head == "lacks"},
        words.t(
            "coordination.made_with", version=__version__, fingerprint=found.case.fingerprint[:12], seed=seed
        ),
        lang,
    )
    summary = {**finite(_summary(found)), "sentences": sentences}
    elsewhere = ("payments.png", "allocation.png")
    return Study(KIND, data, summary, tables, figures, elsewhere, {"story": page})


def _summary(found: Coordinated) -> dict[str, Any]:
    rules = found.rules
    return {
        "case": found.case.scenario.case,
        "fingerprint": found.case.fingerprint,
        "seed": rules.seed,
        "solution": rules.solution,
        "switched_off": list(rules.switches.off),
        "stopped": found.stopped,
        "cycles": len(found.cycles),
        "moved": list(found.moved),
        "truth": rules.truth,
        "unit": f"{found.case.scenario.money_unit}/yr",
        "each": [
            {
                key: one[key]
                for key in ("cycle", "years", "believed", "learnt", "plan", "simulated", "supervision")
            }
            | {"agreement": _short(one["agreement"]), "satisfied": one["satisfied"]}
            for one in found.cycles
        ],
        "counterfactuals": lacks_of(found),
    }


def _short(agreement: dict[str, Any] | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {
        key: agreement[key] for key in ("institutions", "total", "kept_total", "gain_by_actor", "least_gain")
    }
