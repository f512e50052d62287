"""What the independent twin says of a plan beside the planner's own value, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spatialcoord.results import sheets
from spatialcoord.results.words import Words

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan


def simulated_line(words: Words, plan: Plan) -> str:
    """Planner's value, simulated value and their difference, in one line; or that the simulation does not settle.

    Effects are against no programme: of the objective in its unit, of the index that it names, and on output.
    """
    found: dict[str, Any] = plan.summary["simulated"]
    if not _settled(found):
        return _unsettled(words, found)
    index = found["index"]
    planner = sheets.index(plan.summary)
    unit = found["unit"]

    def effect(value: float) -> str:
        if unit in ("1", ""):
            return words.signed(value, 6)
        return words.signed(value, 2)

    told = words.t(
        "summary.simulated.line",
        planner=effect(found["planner"] - found["before"]),
        simulated=effect(found["after"] - found["before"]),
        difference=effect(found["planner"] - found["after"]),
        share=words.percent(found["model_gap"], 1),
        unit="" if unit in ("1", "") else words.unit(unit),
        objective=words.objective(plan.summary["objective"]),
    )
    both = words.t(
        "summary.simulated.index",
        measure=sheets.sought(plan, words),
        planner=words.signed(planner["after"] - planner["before"], 6),
        simulated=words.signed(index["after"] - index["before"], 6),
    )
    gained = found["output_gained"]
    output = words.t(
        "summary.simulated.output",
        planner=words.signed_amount(gained["planner"], gained["unit"]),
        simulated=words.signed_amount(gained["simulated"], gained["unit"]),
    )
    worse = [words.t("summary.simulated.worse")] if _worse(plan) else []
    return words.t("summary.join_sentences").join((told, both, output, *worse))


def _settled(found: dict[str, Any]) -> bool:
    return bool(found.get("settled", True))


def _unsettled(words: Words, found: dict[str, Any]) -> str:
    names = [words.label("mechanism", name) for name in found["mechanisms"]]
    return words.t("summary.simulated.unsettled", names=words.t("summary.join").join(names))


def simulated_apart(words: Words, plan: Plan) -> str:
    """Whether a plan beyond the tolerance was moved or kept, in a sentence; empty where the two agree."""
    found: dict[str, Any] = plan.summary["simulated"]
    if not _settled(found) or (found["within"] and not found["rounds"]):
        return ""
    tried = "left" if not found["rounds"] else "moved_times" if found["accepted"] else "kept_after"
    return words.t(
        f"summary.simulated.{tried}",
        tolerance=words.percent(found["tolerance"], 0),
        rounds=str(found["rounds"]),
        accepted=str(found["accepted"]),
    )


def _worse(plan: Plan) -> bool:
    """Whether the simulation says that the plan is worse than no programme, beyond rounding."""
    found = plan.summary["simulated"]
    gain = found["after"] - found["before"]
    if plan.summary["objective"]["name"] == "minimise_index":
        gain = -gain
    return bool(gain < -1e-9 * abs(found["before"]))


def simulated_more(words: Words, plan: Plan) -> list[str]:
    """What the line leaves out: the bracket, other counterfactuals, what the twin could not do, whether the plan was moved."""
    found: dict[str, Any] = plan.summary["simulated"]
    if not _settled(found):
        return []
    digits = 6 if found["unit"] in ("1", "") else 2

    def say(key: str, **values: str) -> str:
        return words.t(f"summary.simulated.{key}", **values)

    unit = "" if found["unit"] in ("1", "") else words.unit(found["unit"])
    parts = [
        say(
            "bracket",
            lower=words.number(found["lower"], digits),
            upper=words.number(found["upper"], digits),
            unit=unit,
        ),
        say("equal", effect=words.signed(found["after"] - found["equal_per_head"], digits), unit=unit),
    ]
    if "in_force" in found:
        parts.append(
            say("in_force", effect=words.signed(found["after"] - found["in_force"], digits), unit=unit)
        )
    names = words.t("summary.join")
    moves = [words.label("mechanism", name) for name in found["mechanisms"]]
    parts.append(say("mechanisms", names=names.join(moves)) if moves else say("no_mechanisms"))
    if found["missing"]:
        parts.append(say("missing", names=names.join(found["missing"])))
    if found["assumed"]:
        parts.append(say("assumed", names=names.join(found["assumed"])))
    if not found["within"]:
        parts.append(say("apart", tolerance=words.percent(found["tolerance"], 0)))
    if found["rounds"]:
        parts.append(say("moved" if found["accepted"] else "kept", rounds=str(found["rounds"])))
    return parts
