r"""Whether an agreement leaves anything on the table, and what each rule that binds it costs.

An agreement u is Pareto optimal among what can be agreed on if

.. math:: \max \Bigl\{\textstyle\sum_p s_p u'_p : u' \ge u\Bigr\} = \textstyle\sum_p s_p u_p, \qquad s_p > 0 \qquad (1)

a linear programme whose optimum is the certificate. It is first best if moreover no rule on payments, consents or cost lowers the money
there is to divide; else it is second best, and the same sum with one rule taken out says what the rule costs. Rules do not add up: with one
gone another may bind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from spatialcoord.coordination.bargaining_set import BargainingSet, most_paid
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.solutions import Agreement, size_of
from spatialcoord.economy.setting import Array
from spatialcoord.institutions.base import Terms
from spatialcoord.planner.evaluate import Evaluation
from spatialcoord.scenario.negotiation import Negotiation

TOLERANCE = 1e-6  # of what there is to divide: less is nothing
MORE = 0.01  # of own investment: by how much more members would bring

# the rules under which institutions work, each with what takes it out
Rules = tuple[Negotiation, Terms]
WITHOUT: dict[str, Callable[[Negotiation, Terms], Rules]] = {
    "costs": lambda rules, terms: (rules, terms.model_copy(update={"set_up": 0.0, "administration": 0.0})),
    "delay": lambda rules, terms: (rules, terms.model_copy(update={"delay": 0})),
    "indirect": lambda rules, terms: (
        rules.model_copy(update={"indirect_cost": 0.0, "indirect_delay": 0}),
        terms,
    ),
    "contribution": lambda rules, terms: (
        rules,
        terms.model_copy(update={"contribution": terms.contribution + MORE}),
    ),
}


@dataclass(frozen=True)
class Efficiency:
    """What an agreement leaves on the table, million currency a year.

    Attributes
    ----------
    more : float
        Most that could be added to what some parties count without taking from any, (1) with every weight one; at least the money
        that is wasted, and more where parties of the nation count the same money.
    optimal : bool
        Whether that is nothing (1e-6 of what there is to divide).
    total, most, first_best : float
        Money divided; the most that could be divided under the same rules; and without limits on payments, consents and costs.
    without : dict of float
        The most that could be divided without one rule, by its key.
    """

    more: float
    optimal: bool
    total: float
    most: float
    first_best: float
    without: dict[str, float]

    @property
    def second_best(self) -> bool:
        """Whether some rule lowers what there is to divide."""
        return self.most < self.first_best - TOLERANCE * max(self.first_best, 1e-300)


def remade(
    joints: tuple[Joint, ...], plan: Evaluation, amounts: dict[str, Array]
) -> Callable[[Callable[[Negotiation, Terms], Rules]], tuple[Joint, ...]]:
    """What makes institutions anew beyond the same plan under other rules, as :func:`efficiency` asks for it."""

    def again(rule: Callable[[Negotiation, Terms], Rules]) -> tuple[Joint, ...]:
        made = []
        for joint in joints:
            setting = joint.table.setting
            rules, terms = rule(setting.scenario.negotiation, joint.terms)
            other = setting.under(setting.scenario.model_copy(update={"negotiation": rules}))
            made.append(Joint.of(joint.name, terms, replace(joint.table, setting=other), plan, amounts))
        return tuple(made)

    return again


def efficiency(
    agreement: Agreement, again: Callable[[Callable[[Negotiation, Terms], Rules]], tuple[Joint, ...]]
) -> Efficiency:
    """Certificate of an agreement, and the price of each rule.

    Parameters
    ----------
    agreement : Agreement
        What was agreed on.
    again : callable
        Makes the institutions anew under other rules; it takes a function like those of :data:`WITHOUT`.
    """
    held = agreement.held
    limit = held.table.setting.scenario.negotiation.payment_cap
    # rules that divide a game know no cap; where what they ask for breaks it, they are judged without
    cap = limit if within_cap(agreement, limit) else None
    under = held if cap == limit else BargainingSet.of(held.joints, held.seats, cap)
    without = {"consent": under.most(consents=False)}
    if cap is not None:
        without["payment_cap"] = BargainingSet.of(held.joints, held.seats, None).most()
    for key, rule in WITHOUT.items():
        joints = again(rule)
        # setting up costs a share of what can be pooled: that another rule changes it is not its price
        if key != "costs":
            joints = tuple(replace(new, cost=old.cost) for new, old in zip(joints, held.joints, strict=True))
        without[key] = BargainingSet.of(joints, held.seats, cap).most()
    most = under.most()
    # who may begin at once may also begin later, where the plan leaves no room in the first years
    without["delay"] = max(without["delay"], most)

    def ideal(rules: Negotiation, terms: Terms) -> Rules:
        for key in ("costs", "delay", "indirect"):
            rules, terms = WITHOUT[key](rules, terms)
        return rules, terms

    first_best = BargainingSet.of(again(ideal), held.seats, None).most(consents=False)
    more = _more(under, agreement)
    optimal = more <= TOLERANCE * size_of(held)
    # taking all rules out at once can be worth less than one: an early start meets years in which less can be absorbed
    best = max(first_best, most, *(value for key, value in without.items() if key != "contribution"))
    return Efficiency(more, optimal, agreement.total, most, best, without)


def within_cap(agreement: Agreement, cap: float | None) -> bool:
    """Whether net payments of every unit respect a cap."""
    if cap is None:
        return True
    limit = most_paid(agreement.held.table, cap)
    return bool((np.abs(agreement.paid) <= limit * (1.0 + 1e-6) + 1e-9).all())


def _more(held: BargainingSet, agreement: Agreement) -> float:
    """Most that could be added to gains of some without taking from any, (1) with every weight one."""
    outcomes = held.outcomes(np.ones(len(held.seats.names)))
    floor = agreement.gain - 1e-9 * size_of(held) / len(agreement.gain)
    take = held.columns.place["take"]
    # rules that divide a game may leave a party below zero where another's claim is kept: it can be left there
    outcomes.lower[take] = np.minimum(outcomes.lower[take], floor[held.seats.unit >= 0])
    top = outcomes.maximise(outcomes.utilities.sum(axis=0), -outcomes.utilities, -floor)[1]
    return max(0.0, float(top - agreement.gain.sum()))
