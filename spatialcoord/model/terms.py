r"""Terms that are refined while solving, and the loop that refines them.

A term is any object with ``refine(model) -> int``: it looks at the current plan, adds the rows or columns that the plan
calls for, and says how many; 0 means that the term is exact here. Optional members:

``gap(model) -> float``
    Distance between the term's `value` in the plan and the quantity itself, relative.
``complete(model) -> int``
    Add everything at once, so that the term is exact for every plan (for stock solvers).
``search(model, remaining, briefly) -> bool``
    Solve a model with whole-number decisions in the solver's place, within so many seconds, and leave status, values and
    bound in the session; `briefly` asks for a good plan with whatever bound there is. False leaves it to the solver.
``value``
    The map (one column) that objective and rows use, to name the term in messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from spatialcoord.errors import SolveError
from spatialcoord.model.status import SENTENCES, Solution, name_of, unbounded_sentence

if TYPE_CHECKING:
    from spatialcoord.model.model import Model

LOOSE = 1e-6
CHOOSE, DEVEX = -1, 1  # how HiGHS weighs edges in the dual simplex method
NEAR = 1e-6  # relative; a ratio that moved by less needs the whole search, one that moved by more will move again


class Term(Protocol):
    """What the loop asks of a term."""

    def refine(self, model: Model) -> int:
        """Add what the current plan calls for; returns the number of rows and columns added."""
        ...


def converge(model: Model, session: Any, max_rounds: int, tolerance: float, deadline: Any) -> Solution:
    """Solve, refine and, for a ratio, update it, until nothing changes.

    Parameters
    ----------
    model : Model
        The model.
    session : Session
        Its session.
    max_rounds : int
        Rounds after which the loop gives up and says so.
    tolerance : float
        A ratio N/D is accepted when ``|N - theta D| <= tolerance * max(|N|, |theta D|)``.
    deadline : callable
        Returns the seconds left; sets nothing.
    """
    ratio = model.ratio
    theta = ratio[2] if ratio is not None else 0.0
    model.denominator = below = 1.0
    rounds, lower_bound, status, moved = 0, np.nan, "refinement_limit", np.inf
    hasty = True
    _, gap = session.highs.getOptionValue("mip_rel_gap")
    while rounds < max_rounds:
        rounds += 1
        if ratio is not None:
            model.write_costs(ratio[0] - ratio[1] * theta)
        session.push(model.objective_version)
        own = session.edits.objective is None
        if ratio is not None and own:
            # the objective N - theta D ends at zero, where a relative gap never closes: ask for the ratio's gap instead
            session.highs.setOptionValue("mip_abs_gap", gap * abs(theta) * below * session.scaling.objective)
        remaining = deadline()
        session.highs.setOptionValue("time_limit", session.highs.getRunTime() + max(0.0, remaining))
        # once searched to the end always to the end: a brief search may find less, and the ratio would go round in circles
        searchers = [term for term in model.terms if hasattr(term, "search")] if session.whole else []
        hasty = hasty and ratio is not None and own and (moved > NEAR or not searchers)
        briefly = hasty and bool(searchers)
        # half of the time, so that the solver has some to go on from the best plan found
        searched = any(term.search(model, 0.5 * remaining, briefly) for term in searchers)
        if not searched:
            # a linear programme's limit counts all runs of the session, one with whole numbers counts this run alone
            before = 0.0 if session.whole else session.highs.getRunTime()
            weigh_edges(session, warm=rounds > 1)
            session.highs.setOptionValue("time_limit", before + max(0.0, deadline()))
            session.run()
        status = name_of(session.status)
        if status == "unbounded":
            sentence = unbounded_sentence(session, model.terms)
            return Solution(
                status, sentence, np.nan, np.nan, session.iterations, rounds, dict(session.seconds)
            )
        found = session.has_solution if searched else session.pull()
        if status != "optimal" or not found:
            break
        added = sum(term.refine(model) for term in model.terms)
        if ratio is not None and own:
            above, below = (float(model.evaluate(part)[0]) for part in ratio[:2])
            if below <= 0:
                raise SolveError(f"The denominator of the ratio is {below:g}; it must stay positive.")
            rest = above - theta * below
            moved = abs(rest) / max(abs(above), abs(theta * below), 1e-12 * below)
            settled = moved <= tolerance and not briefly
            if session.whole and moved <= NEAR:
                # no plan has N - theta D below the bound; this near, denominators of plans differ too little to matter
                settled |= rest - session.bound <= 1.001 * gap * max(abs(above), 1e-6 * below)
            if added == 0 and settled:
                lower_bound = theta + (session.bound if session.whole else min(0.0, session.bound)) / below
                theta = above / below
                break
            theta = above / below
        elif added == 0:
            break
        status = "refinement_limit"
    solved = session.has_solution and status not in ("infeasible", "infeasible_or_unbounded")
    objective = session.objective if solved else np.nan
    bound = session.bound if solved else np.nan
    if ratio is not None and session.edits.objective is None and solved:
        model.ratio = (ratio[0], ratio[1], theta)
        model.ratio_value = objective = theta
        bound = lower_bound
        price_per_ratio(model, session)
    sentence = (
        SENTENCES[status]
        if solved or status.startswith("infeasible")
        else SENTENCES[status] + " There is no plan yet."
    )
    warnings = tuple(_loose_terms(model, session)) if status == "optimal" else ()
    return Solution(
        status,
        " ".join([sentence, *warnings]),
        objective,
        bound,
        session.iterations,
        rounds,
        dict(session.seconds),
        warnings,
    )


def weigh_edges(session: Any, warm: bool) -> None:
    """Price edges as HiGHS chooses; after a refinement, whose few steps cost less than exact weights, approximately.

    Devex starts from any basis at once; for steepest edge HiGHS computes a weight for each row of the new basis first.
    """
    option = "simplex_dual_edge_weight_strategy"
    if session.highs.getOptionValue(option)[1] in (CHOOSE, DEVEX):
        session.highs.setOptionValue(option, DEVEX if warm else CHOOSE)


def price_per_ratio(model: Model, session: Any) -> None:
    """Turn duals of N - theta D into duals of N/D, which are those divided by D."""
    assert model.ratio is not None
    model.denominator = float(model.evaluate(model.ratio[1])[0])
    model.arrays.rows.dual[:] /= model.denominator
    model.arrays.columns.reduced[:] /= model.denominator
    session.user_duals = {key: dual / model.denominator for key, dual in session.user_duals.items()}


def _loose_terms(model: Model, session: Any) -> list[str]:
    """Sentences on measures that a user's floor holds above what the plan has.

    A value that nothing holds up and nothing presses down may float; that harms nobody and is passed over.
    """
    out = []
    floors = session.sent["lower"]
    in_user_rows = {int(c) for row in session.edits.rows for c in row.columns}
    for term in model.terms:
        column = value_column(term)
        if column is None or not hasattr(term, "gap"):
            continue
        if not np.isfinite(floors[column]) and column not in in_user_rows:
            continue
        gap = term.gap(model)
        if gap > LOOSE:
            name = model.arrays.column_owner(column).name
            out.append(
                f"'{name}' stands {gap:.2g} (relative) above what the plan has: a floor on a measure does not bind the "
                "plan, because the measure is held up from below only."
            )
    return out


def value_column(term: Any) -> int | None:
    """Column of a term's `value`, None when it declares none."""
    columns: Any = getattr(getattr(getattr(term, "value", None), "matrix", None), "indices", ())
    return int(columns[0]) if len(columns) else None
