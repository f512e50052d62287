r"""What a plan is worth to an actor as its objective, and red lines that bind as its rules.

With utility :math:`U_p` of party p of actor a (:mod:`spatialcoord.actors`), no programme 0 and share :math:`\sigma_a` of a red line,

.. math::

    \max\; & \textstyle\sum_{p \in a} U_p & (1)\\
    U_p &\ge U_p(0) - \sigma_a \max(0,\, U_p(0)) \qquad \text{of every party of an actor whose red line binds.} & (2)

Where output of some region is worth nothing to the actor (the poorest alone count), a unit of national output
counts :data:`TIE` in (1): of plans that are as good for the actor one with more output is taken, and none leaves output unproduced. The
certificate's bound allows for it.

Both stand over named variables ``actors.{actor}`` (one a party) whose rows say what they are made of; the rules (2) are
``red_lines.{actor}``. A party whose figure is not positive has no share of it to lose, so that it is to lose nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from spatialcoord import registry
from spatialcoord.actors.base import Evaluated, actor_of
from spatialcoord.actors.modelled import Accounts, Payoff
from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.model import Affine, Data
from spatialcoord.scenario import Scenario
from spatialcoord.scenario.voices import RedLine

if TYPE_CHECKING:
    from spatialcoord.planner.building import PlanningModel

BLOCK = "red_lines"
TIE = 1e-4  # money that a unit of national output counts in the objective of an actor to whom some of it is worth nothing


def binding_lines(scenario: Scenario) -> dict[str, float]:
    """Shares of the red lines that bind, by actor."""
    return {
        name: line.share
        for name, line in scenario.red_lines.items()
        if isinstance(line, RedLine) and line.binding
    }


def actors_in_model(scenario: Scenario) -> dict[str, str]:
    """Actors that stand in the model, with the key that names each."""
    found = {name: f"{BLOCK}.{name}" for name in binding_lines(scenario)}
    if scenario.objective.actor is not None:
        found[scenario.objective.actor] = "objective.actor"
    return found


def payoff_problems(setting: Setting) -> list[Problem]:
    """Actors that a plan is to be sought for or held to, and that lack a column or cannot stand in a model."""
    problems = []
    for name, where in actors_in_model(setting.scenario).items():
        missing = registry.actors.get(name).missing(setting)
        if missing:
            problems.append(
                Problem(
                    f"the regions have no attribute {', '.join(map(repr, missing))}",
                    where,
                    f"What a plan is worth to '{name}' is made of it.",
                    "Add a column to a table of the case, or name another actor.",
                )
            )
            continue
        refusal = actor_of(setting, name).refusal(setting)
        if refusal:
            problems.append(Problem(f"'{name}' cannot be planned for", where, refusal))
    return problems


def baseline_payoff(setting: Setting, name: str) -> Array:
    """Payoff of every party without the programme, million currency a year, shape (parties,)."""
    nothing = {account: np.zeros(len(setting.regions)) for account in ACCOUNTS}
    return actor_of(setting, name).payoff(setting, Accounts(nothing))


def least_payoff(baseline: Array, share: float) -> Array:
    """Right-hand side of (2), shape (parties,)."""
    return baseline - share * np.maximum(baseline, 0.0)


def payoff_total(setting: Setting, evaluation: Evaluated) -> float:
    """Payoffs of the objective's actor, all its parties together, of an evaluated allocation, million currency a year."""
    name = setting.scenario.objective.actor
    assert name is not None
    return float(actor_of(setting, name).payoff(setting, evaluation).sum())


def line_excess(setting: Setting, evaluation: Evaluated) -> float:
    """Most by which a party lies below its binding red line (2), relative to its figure without the programme."""
    found = []
    for name, share in binding_lines(setting.scenario).items():
        base = baseline_payoff(setting, name)
        short = least_payoff(base, share) - actor_of(setting, name).payoff(setting, evaluation)
        found.append(float((short / np.maximum(np.abs(base), 1.0)).max()))
    return max(found, default=0.0)


def enter_payoffs(model: PlanningModel, setting: Setting, accounts: dict[str, Affine]) -> dict[str, Payoff]:
    """Enter the payoffs of every actor that the objective or a binding red line names, and the rules (2)."""
    found = {}
    with model.part("actors"):
        for name in actors_in_model(setting.scenario):
            found[name] = actor_of(setting, name).enter(model, setting, accounts)
    with model.part(BLOCK):
        for name, share in binding_lines(setting.scenario).items():
            value = found[name].value
            least = least_payoff(baseline_payoff(setting, name), share)
            model.constrain(
                name,
                value >= (Data(value.dims, least) if value.dims else float(least[0])),
                unit=setting.scenario.money_unit,
                doc="least payoff of a party, (2)",
            )
    return found


def sought_payoff(model: PlanningModel) -> Affine:
    """Objective (1) of a model, without what output counts beside it."""
    return model.payoffs[model.setting.scenario.objective.actor or ""].value.sum()


def tie_weight(model: PlanningModel) -> float:
    """What a unit of national output counts beside (1)."""
    sought = model.setting.scenario.objective.actor
    return 0.0 if sought is None or model.payoffs[sought].everywhere else TIE


def tie_cost(model: PlanningModel) -> float:
    """Most that (1) of the plan last found may be short of its best because output counts beside it, million currency a year.

    A plan that is better for the actor has less output, no less than without the programme where no money stands beside the
    budget and spillovers are not negative, and more than none of it otherwise.
    """
    setting, gained = model.setting, float(model.value(model.output_gain))
    falls = bool(model.beside) or setting.spillover < 0
    least = -float(setting.output.sum(axis=0) @ setting.weight) if falls else 0.0
    return tie_weight(model) * max(0.0, gained - least)


def loosen_lines(model: PlanningModel) -> dict[str, Any]:
    """Take the red lines away; returns what :func:`tighten_lines` puts back."""
    held = {}
    for name, share in binding_lines(model.setting.scenario).items():
        least, dims = (
            least_payoff(baseline_payoff(model.setting, name), share),
            model.payoffs[name].value.dims,
        )
        held[name] = Data(dims, least) if dims else float(least[0])
        model.limit(f"{BLOCK}.{name}", lower=-np.inf)
    return held


def tighten_lines(model: PlanningModel, held: Mapping[str, Any]) -> None:
    """Put the red lines back."""
    for name, least in held.items():
        model.limit(f"{BLOCK}.{name}", lower=least)


def least_share(model: PlanningModel, name: str, time_limit: float) -> float | None:
    """Least share of an actor's red line that every other rule allows; None where none was found.

    Parameters
    ----------
    model : PlanningModel
        With that red line; it is left as it is.
    name : str
        The actor.
    time_limit : float
        Seconds.
    """
    trial = cast("PlanningModel", model.clone())
    value, base = trial.payoffs[name].value, baseline_payoff(trial.setting, name)
    own = Data(value.dims, np.maximum(base, 0.0)) if value.dims else float(max(base[0], 0.0))
    least = Data(value.dims, base) if value.dims else float(base[0])
    trial.limit(f"{BLOCK}.{name}", lower=-np.inf)
    with trial.part("remedy"):
        share = trial.scalar("share", 0.0, scale=1e-3, unit="1", doc="share that every party may lose")
        trial.constrain("line", value + share * own >= least)
    found = trial.probe(share, maximise=False, time_limit=time_limit)
    return float(found.objective) if found.optimal else None


def understated_payoff(model: PlanningModel, error: Array) -> float:
    """Most that the objective gains through payoffs if output is understated by so much, in units of the solver's objective.

    Parameters
    ----------
    model : PlanningModel
        Solved.
    error : numpy.ndarray, shape (R,)
        Most by which the model understates output, million currency a year, not negative.
    """
    if (
        model.session.whole
    ):  # the value is not concave: what output is worth to the objective's actor in every plan
        sought = model.setting.scenario.objective.actor
        return 0.0 if sought is None else float(model.payoffs[sought].best @ error)
    return sum(
        float(np.abs(np.ravel(model.dual(payoff.rows).values)) @ (abs(payoff.output) @ error))
        for payoff in model.payoffs.values()
    )
