"""Small closed loops, each run once, and a small case as a folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from spatialcoord.coordination import Rules, coordinate
from spatialcoord.coordination.coordinate import Coordinated
from spatialcoord.coordination.switches import Switches
from spatialcoord.planner import Case
from spatialcoord.regions import RegionGraph, write_graph
from tests.planner.conftest import TEXT, toy

PARTS = tuple(vars(Switches()))
# inside the plausible ranges and far from what the scenario believes, so that beliefs move for several cycles
TRUTH = (("infrastructure", 0.12), ("human", 0.031))
SHARP = (("noise", 1e-6), ("heard", 0.5))


def pact(**terms: Any) -> str:
    """An override: one institution of all regions that exists."""
    more = "".join(f", {key}: {value}" for key, value in terms.items())
    return "institutions.pact={kind: administrative_agreement, affairs: [infrastructure, human]" + more + "}"


def rules_of(without: tuple[str, ...] = (), truth: Any = (), **values: Any) -> Rules:
    """Choices from values that can be hashed."""
    return Rules(**({"seed": 1} | values), truth=dict(truth), switches=Switches.without(without))


@cache
def looped(
    cycles: int = 1,
    counterfactuals: bool = False,
    overrides: tuple[str, ...] = (),
    n: int = 7,
    without: tuple[str, ...] = (),
    truth: tuple[tuple[str, float], ...] = (),
    **values: Any,
) -> Coordinated:
    """The loop on a made-up case."""
    return coordinate(
        toy(n, 1, *overrides), cycles, rules_of(without, truth, **values), counterfactuals=counterfactuals
    )


def learning(cycles: int = 3, **values: Any) -> Coordinated:
    """A loop that sees the world almost without noise, and learns."""
    return looped(cycles, truth=TRUTH, **dict(SHARP), **values)


def rows(cycle: dict[str, Any], step: str, *kinds: str) -> list[dict[str, Any]]:
    """Entries of the log of one cycle."""
    return [e for e in cycle["log"] if e["step"] == step and (not kinds or e.get("kind") in kinds)]


def same(a: Any, b: Any) -> bool:
    """Whether plain values are the same to the last bit, a value that is no number included."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def write_toy(folder: Path, n: int = 5) -> Path:
    """The made-up case as a folder that the command reads."""
    spec = write_graph(RegionGraph.synthetic(n, 1, geometry=False), folder)
    regions = json.dumps(spec.model_dump(mode="json", exclude_unset=True))
    text = TEXT.replace("regions: {}", f"regions: {regions}")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def believing(case: Case, beliefs: dict[str, float]) -> Case:
    """The case with other elasticities, written without the package's own helpers."""
    capital = case.scenario.economy.capital
    changed = {
        kind: getattr(capital, kind).model_copy(update={"elasticity": v}) for kind, v in beliefs.items()
    }
    economy = case.scenario.economy.model_copy(update={"capital": capital.model_copy(update=changed)})
    return case.under(case.scenario.model_copy(update={"economy": economy}))
