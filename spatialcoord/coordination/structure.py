r"""Which of several possible institutions are formed: those that are worth most together and do not decide the same affair of the same region.

.. math:: \max_{q \in \{0,1\}} \textstyle\sum_i v_i(N_i)\, q_i, \qquad \sum_{i \ni (r, k)} q_i \le 1 \ \text{ for every region r and affair k} \qquad (1)

a set packing of the candidates, solved by HiGHS; those that exist stay. Without spillovers what one institution gains does not depend on the
others, and (1) is exact; with spillovers it is an approximation.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyomo.environ as pyo

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import SolveError
from spatialcoord.institutions.base import Terms
from spatialcoord.institutions.membership import members_of


def choose(setting: Setting, candidates: Mapping[str, Terms], worth: Mapping[str, float]) -> list[str]:
    """Names of the institutions to form, (1).

    Parameters
    ----------
    setting : Setting
        Baseline.
    candidates : mapping of str to Terms
        Those that can be chosen, and those that exist.
    worth : mapping of str to float
        What the members of each gain together, million currency a year.

    Raises
    ------
    SolveError
        The solver failed.
    """
    names = list(candidates)
    model = pyo.ConcreteModel()
    model.formed = pyo.Var(names, domain=pyo.Binary)
    model.mandates = pyo.ConstraintList()
    decides: dict[tuple[int, str], list[str]] = {}
    for name, terms in candidates.items():
        if terms.formed:
            model.formed[name].fix(1)
        for region in members_of(setting, terms):
            for affair in terms.affairs:
                decides.setdefault((int(region), affair), []).append(name)
    for together in {tuple(listed) for listed in decides.values() if len(listed) > 1}:
        model.mandates.add(sum(model.formed[name] for name in together) <= 1)
    # worth a hair less than nothing: one that brings nothing is not formed
    scale = max((abs(v) for v in worth.values()), default=1.0) or 1.0
    model.worth = pyo.Objective(
        expr=sum((worth[name] / scale - 1e-9) * model.formed[name] for name in names), sense=pyo.maximize
    )
    result = pyo.SolverFactory("highs").solve(model, load_solutions=False)
    if result.solver.termination_condition != pyo.TerminationCondition.optimal:
        raise SolveError(
            f"The choice of institutions ended without an optimum: {result.solver.termination_condition}"
        )
    model.solutions.load_from(result)
    return [name for name in names if np.round(pyo.value(model.formed[name])) == 1]
