"""Negotiation of a case: the plan, the institutions, one agreement with its proofs, and the same under other concepts and voices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from spatialcoord.coordination.bargaining_set import BargainingSet, most_paid
from spatialcoord.coordination.considered import considered
from spatialcoord.coordination.efficiency import Efficiency, efficiency, remade, within_cap
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.keeping import Keeping, keeping
from spatialcoord.coordination.paying import Payment, payments
from spatialcoord.coordination.seats import Seats
from spatialcoord.coordination.solutions import (
    EXACT,
    NOTHING,
    SHARING,
    WEIGHED,
    Agreement,
    agree,
    can_sign,
    check_solution,
)
from spatialcoord.coordination.staying import EACH, Staying, staying
from spatialcoord.coordination.structure import choose
from spatialcoord.coordination.table import Table
from spatialcoord.coordination.worth import Worth
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem, Refused
from spatialcoord.planner.building import assemble
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.planner.solving import optimise

COMPARED = ("nash", "kalai_smorodinsky", "egalitarian", "proportional", "shapley", "nucleolus")
WEAKNESS = (0.0, 0.5, 1.0, 2.0)  # how much louder the weak speak, for the ranking
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Negotiated:
    """What came of a negotiation.

    Attributes
    ----------
    case : Case
        The case.
    plan : Evaluation
        The plan, which is what everybody has without an agreement.
    amounts : dict of numpy.ndarray
        Its amounts by line.
    table : Table
        Who sat there.
    worth : dict of float
        What every institution that was considered is worth to its members, million currency a year.
    agreement : Agreement
        What was agreed on.
    efficiency : Efficiency
        Its certificate.
    payments : list of Payment
        Who pays whom.
    staying : dict of Staying
        Who would walk out, by institution.
    keeping : dict of Keeping
        Who would break it, by institution.
    without : dict of numpy.ndarray, shape (m,)
        What all would gain without each member, by institution, others acting as the plan has it (gamma).
    joining : dict of dict of str to float
        What each unit that is no member would add to the worth of an institution, by institution.
    compared : dict of Agreement
        The same by other solution concepts.
    kept : dict of bool
        Whether nobody would walk out, by concept; of institutions with few members.
    weighed : dict of Agreement
        By (concept, weakness), where voices weigh.
    voices : dict of numpy.ndarray, shape (P,)
        Voices by weakness.
    chosen : bool
        Whether the institutions were chosen among candidates.
    exact : numpy.ndarray, shape (n,)
        What works bring to each unit by the exact responses, where the agreement has secants.
    error : float
        Most that secants understate what there is to divide.
    """

    case: Case
    plan: Evaluation
    amounts: dict[str, Array]
    table: Table
    worth: dict[str, float]
    agreement: Agreement
    efficiency: Efficiency
    payments: list[Payment]
    staying: dict[str, Staying]
    keeping: dict[str, Keeping]
    without: dict[str, Array]
    joining: dict[str, dict[str, float]]
    compared: dict[str, Agreement]
    kept: dict[str, bool]
    weighed: dict[tuple[str, float], Agreement]
    voices: dict[float, Array]
    chosen: bool
    exact: Array
    error: float

    @property
    def joints(self) -> tuple[Joint, ...]:
        """The institutions that were formed."""
        return self.agreement.held.joints


def negotiate(
    case: Case,
    solution: str = "nash",
    institutions: Iterable[str] = (),
    between: str | None = None,
    compare: bool = True,
    progress: Tell | None = None,
) -> Negotiated:
    """Negotiate beyond the plan of a case.

    Parameters
    ----------
    case : Case
        From :func:`spatialcoord.load_case`.
    solution : str
        Solution concept, one of :data:`spatialcoord.coordination.solutions.SOLUTIONS`.
    institutions : iterable of str
        Names of institutions of the scenario to negotiate in, as if they were formed. By default those that are formed; where none
        is, those candidates that are worth most together; where the scenario names none, one agreement of all regions.
    between : str, optional
        Grouping whose groups sit at the table as one each, in place of the scenario's ``negotiation.between``; "" for regions.
    compare : bool
        Whether the other concepts and voices are worked out as well.
    progress : callable, optional
        Called with the name of each step.

    Returns
    -------
    Negotiated

    Raises
    ------
    InputError
        Names that do not exist, mandates that overlap, members in part at the table, nothing to gain together.
    Infeasible, SolveError
        There is no plan, or a search failed.
    """
    tell = progress or (lambda step: None)
    setting = case.setting
    named = considered(case, institutions)
    table = Table.of(setting, setting.scenario.negotiation.between if between is None else between)
    if solution not in SHARING or solution == "shapley":
        check_solution(solution, ())
    tell("plan")
    outcome = optimise(assemble(case), attainable=False)
    plan, amounts = outcome.after, outcome.amounts
    tell("worth")
    every = {name: Joint.of(name, terms, table, plan, amounts) for name, terms in named.items()}
    worth = {name: Worth(joint).whole for name, joint in every.items()}
    pick = not all(terms.formed for terms in named.values())
    chosen = choose(setting, named, worth) if pick else list(named)
    joints = tuple(every[name] for name in chosen if worth[name] > NOTHING * setting.base_output.sum())
    if not joints:
        raise Refused(_nothing(every))
    check_solution(solution, joints)
    members = np.unique(np.concatenate([joint.members for joint in joints]))
    seats = Seats.of(table, plan, members)
    if not (seats.unit >= 0).any():
        raise InputError(
            Problem(
                "nobody sits at the table",
                "actors.voice.base",
                "All regional actors are silenced.",
                "Give one a voice.",
            )
        )
    cap = setting.scenario.negotiation.payment_cap
    held = BargainingSet.of(joints, seats, cap)
    if not can_sign(held):
        raise Refused(_nobody_signs(joints, cap))
    tell("agreement")
    agreement = agree(held, solution)

    tell("certificate")
    proof = efficiency(agreement, remade(joints, plan, amounts))
    tell("staying")

    def stays(one: Agreement) -> dict[str, Staying]:
        limit = most_paid(table, cap) if cap is not None and within_cap(one, cap) else None
        return {
            j.name: staying(j, _share(one, j), None if limit is None else limit[j.members]) for j in joints
        }

    paid = {joint.name: payments(joint, agreement.payments(joint.name)) for joint in joints}
    stay = stays(agreement)
    compared, weighed, voices = {solution: agreement}, {}, {}
    kept: dict[str, bool] = {}
    if compare:
        tell("compared")
        for other in COMPARED:
            if other in SHARING and any(len(j.members) > EXACT for j in joints) and other != "shapley":
                continue
            if other not in compared:
                compared[other] = agree(held, other)
        if all(len(j.members) <= EACH for j in joints):
            kept = {key: all(stays(other).values()) for key, other in compared.items()}
        tell("voices")
        for weakness in WEAKNESS:
            voices[weakness] = Seats.of(table, plan, members, weakness).voice
            for other, found in compared.items():
                same = other not in WEIGHED or np.allclose(voices[weakness], seats.voice)
                weighed[other, weakness] = found if same else agree(held, other, voices[weakness])
    return Negotiated(
        case,
        plan,
        amounts,
        table,
        worth,
        agreement,
        proof,
        [payment for listed in paid.values() for payment in listed],
        stay,
        {j.name: keeping(j, agreement, paid[j.name]) for j in joints},
        {j.name: Worth(j)(~np.eye(len(j.members), dtype=bool)) for j in joints},
        {j.name: _joining(j, worth[j.name]) for j in joints},
        compared,
        kept,
        weighed,
        voices,
        pick,
        _exact(agreement),
        sum(Worth(j).error for j in joints),
    )


def _joining(joint: Joint, worth: float) -> dict[str, float]:
    """What each unit that is no member would add, million currency a year."""
    outside = np.setdiff1d(np.arange(len(joint.table.ids)), joint.members)
    return {joint.table.ids[u]: Worth(joint.joined_by(int(u))).whole - worth for u in outside}


def _share(agreement: Agreement, joint: Joint) -> Array:
    """What members have out of one institution, shape (m,)."""
    only = np.zeros(agreement.held.columns.size)
    for key in (*joint.pieces, "protection", "in", "out"):
        place = agreement.held.columns.place[joint.name, key]
        only[place] = agreement.variables[place]
    return np.asarray(agreement.held.income @ only)[joint.members]


def _exact(agreement: Agreement) -> Array:
    """What works and protection bring to each unit, works by their exact responses, shape (n,)."""
    held = agreement.held
    total = np.zeros(len(held.table.ids))
    for joint in held.joints:
        for affair, works in joint.works.items():
            output, left = works.worth(agreement.invested(joint.name, affair))
            multiplier = held.table.multiplier
            total += left + (output if multiplier is None else multiplier @ output)
        total += agreement.of(joint.name, "protection") @ joint.protection.effect
    return total


def _nothing(joints: dict[str, Joint]) -> Problem:
    """There is nothing to gain: a problem that says of each institution why."""
    return Problem(
        "no institution gains its members more than it costs",
        "institutions",
        "Works bring about the same everywhere, or nobody has room for more: " + ", ".join(joints) + ".",
        "Add members or affairs, or let members bring more (contribution).",
    )


def _nobody_signs(joints: tuple[Joint, ...], cap: float | None) -> Problem:
    """Together members could gain, but not so that nobody loses."""
    cost = sum(joint.cost for joint in joints)
    unit = joints[0].table.setting.scenario.money_unit
    limit = "" if cap is None else f", and pays or receives at most {cap:g} of its own revenue a year"
    return Problem(
        "there is no agreement by which somebody gains and nobody loses",
        "negotiation.payment_cap" if cap is not None else "negotiation",
        f"Setting up {', '.join(joint.name for joint in joints)} costs {cost:,.3g} {unit}/yr; who gives up investment must be paid "
        f"for it{limit}.",
        "Raise the cap (null for none), lower set_up of the institution, or give actors a voice that have none.",
    )
