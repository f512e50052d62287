r"""One aim sought while others are held: the augmented epsilon-constraint in one warm session.

With aims :math:`f_1, \dots, f_p`, all to be made large here, and bounds :math:`e_k`,

.. math:: \max\; f_1 + \delta\, r_1 \sum_{k\ge2} \frac{f_k - e_k}{r_k} \quad\text{s.t.}\quad f_k \ge e_k, \qquad (1)

where :math:`r_k` is the range of aim k on the front and :math:`\delta` small. Without the second term a plan may be found that
another one betters in :math:`f_k` at no cost in :math:`f_1`; with it an optimum is efficient (Mavrotas 2009, Applied
Mathematics and Computation 213; Mavrotas and Florios 2013, the same journal 219).

An index :math:`N/D \le c` is the row :math:`N - c D \le 0`, whose slack over D takes the place of :math:`f_k - e_k`. As c changes so
does a coefficient: the row is entered anew and the one before set free, so that columns, basis and everything else stay. As
the aim sought an index is a ratio (Dinkelbach), begun at the ratio of a neighbouring plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.errors import Infeasible, SolveError
from spatialcoord.explore.found import Found
from spatialcoord.planner.aims import Aim
from spatialcoord.planner.building import PlanningModel
from spatialcoord.planner.conflict import diagnose
from spatialcoord.planner.evaluate import Evaluation, evaluate

AUGMENTATION = 1e-4  # delta in (1); the literature takes 1e-6 to 1e-3
LOOSENED = 1e-9  # relative, of an aim held at its own optimum, so that rounding does not make that impossible
IN_ORDER = 1e-7  # of the gain in output: losing less by the order of filling is rounding
BINDS = 1e-5  # of the range: a bound with more slack than that does not bind


class Search:
    """A model in which each of several aims can be sought while others are held.

    Parameters
    ----------
    model : PlanningModel
        Gets a part `pareto` with a rule for every aim; its objective is replaced.
    aims : sequence of Aim
        At least one.
    time_limit : float, optional
        Seconds for one search.
    patience : float, optional
        Seconds for the search of an end that found no plan at all within `time_limit`, as on a busy machine: without ends
        there is no front.

    Attributes
    ----------
    searches : int
        Searches so far.
    out_of_time : bool
        Whether the time limit ended the last search.
    binding, slack : int
        Bounds held in searches of :meth:`best` with a range that bound, and that did not.
    """

    def __init__(
        self,
        model: PlanningModel,
        aims: Sequence[Aim],
        time_limit: float | None = None,
        patience: float | None = None,
    ) -> None:
        self.model, self.aims, self.time_limit, self.patience = model, tuple(aims), time_limit, patience
        self.searches = self.binding = self.slack = 0
        self.out_of_time = False
        self._rows: dict[int, Any] = {}
        self._ratio: dict[int, float] = {}
        with model.part("pareto"):
            for k, aim in enumerate(self.aims):
                if aim.denominator is None:
                    model.constrain(
                        _rule(aim), aim.numerator >= -np.inf, unit=aim.unit, doc="least of an aim"
                    )
                else:
                    self._rows[k] = model.listed_rows(_rule(aim), doc="most of an index")

    def best(
        self, sought: int, held: Mapping[int, float], ranges: Array | None = None, start: float | None = None
    ) -> Found | None:
        """The plan that is best in one aim while others are held.

        Parameters
        ----------
        sought : int
            Position of the aim.
        held : mapping of int to float
            By position of the aim, the bound on it as in :attr:`Found.inside` (less is better).
        ranges : numpy.ndarray, shape (K,), optional
            Ranges of the aims; with them the objective is (1), without the plain one. The model was solved before.
        start : float, optional
            Ratio N/D of a plan nearby, where the search of an index begins.

        Returns
        -------
        Found or None
            None when no plan keeps the bounds, or none was found in time.

        Raises
        ------
        Infeasible
            No plan obeys the rules although nothing is held.
        SolveError
            The solver failed.
        """
        model = self.model
        for k in range(len(self.aims)):
            self._hold(k, held.get(k))
        self._seek(sought, held, ranges, start)
        solution = self._solve()
        self.searches += 1
        self.out_of_time = solution is not None and solution.status == "time_limit"
        if solution is None:
            return None
        if solution.status.startswith("infeasible") and not held:
            raise Infeasible(solution.sentence, diagnose(model))
        if solution.status.startswith("infeasible") or not model.session.has_solution:
            return None
        if solution.status == "unbounded":
            raise SolveError(solution.sentence)
        found = self._read(sought, held, ranges, solution)
        if self._is_index(sought):
            self._ratio[sought] = float(found.inside[sought])
        if ranges is not None:
            for k, bound in held.items():
                if bound - found.inside[k] <= BINDS * ranges[k]:
                    self.binding += 1
                else:
                    self.slack += 1
        return found

    def lexicographic(self, order: Sequence[int]) -> Found:
        """The plan that is best in the first aim, among those in the second, and so on.

        Parameters
        ----------
        order : sequence of int
            Positions of all aims, most important first.
        """
        held: dict[int, float] = {}
        found: Found | None = None
        for k in order:
            start = None if found is None else float(found.inside[k])
            further = self.best(k, held, start=start)
            if further is None and found is None and self.out_of_time and self.patience is not None:
                short, self.time_limit = self.time_limit, self.patience
                try:
                    further = self.best(k, held, start=start)
                finally:
                    self.time_limit = short
            if further is None:
                break
            # a search that ran out of time may end worse in what came first; what it found later does not make up for it
            found = further
            held[k] = found.inside[k] + LOOSENED * abs(found.inside[k])
        if found is None:
            raise SolveError("The solver found no plan in the time it was given; raise solver.time_limit.")
        return found

    @property
    def convex(self) -> bool:
        """Whether the last search had no whole-number decisions."""
        return not self.model.session.whole

    def as_evaluated(self, found: Found) -> Array:
        """The aims of a plan as evaluated exactly, in the terms of :attr:`Found.inside`."""
        return np.array(
            [
                -value if aim.denominator is None else self._ratio_of(k, float(value))
                for k, (aim, value) in enumerate(zip(self.aims, found.values, strict=True))
            ]
        )

    def steepness(self, k: int, found: Found) -> float:
        """How much an index rises per unit of its ratio N/D at a plan; 1 for a gain."""
        if not self._is_index(k):
            return 1.0
        part, ratio = self.model.measured(self.aims[k].name), float(found.inside[k])
        step = 1e-6 * max(abs(ratio), 1e-6)
        return float((part.index_of(ratio + step) - part.index_of(ratio - step)) / (2.0 * step))

    def _is_index(self, k: int) -> bool:
        return self.aims[k].denominator is not None

    def _solve(self) -> Any:
        """Solve; without whole-number decisions first where only orders of filling need them.

        What that plan leaves in order, no decision would better: it is the optimum, found as fast as a linear programme
        (and with its duals). Orders that it breaks are restored with whole-number decisions.
        """
        model = self.model
        kind, terms = model.arrays.columns.kind.copy(), list(model.terms)
        fills = [term for term in terms if hasattr(term, "thrown_away")]
        own = sum(len(fill.binaries) for fill in fills)
        if kind.any() and own == int((kind > 0).sum()):
            model.terms[:] = [term for term in terms if term not in fills]
            model.arrays.columns.kind[:] = 0
            try:
                solution = self._persist()
            finally:
                model.arrays.columns.kind[: len(kind)] = kind
                model.terms[:] = terms
            if solution is None or solution.status.startswith("infeasible"):
                return solution
            lost = sum(float(fill.thrown_away(model).sum()) for fill in fills)
            if solution.status == "optimal" and lost <= IN_ORDER * abs(float(model.value(model.output_gain))):
                return solution
        return self._persist()

    def _persist(self) -> Any:
        """Solve; where bounds can only just not be kept the solver may lose its way from a warm basis, then without one."""
        model = self.model
        gap = model.setting.scenario.solver.mip_gap
        ways: list[dict[str, Any]] = [{}, {}, {"presolve": "off"}]
        for options in ways:
            try:
                return model.solve(time_limit=self.time_limit, mip_gap=gap, **options)
            except SolveError:
                model.session.highs.clearSolver()
                if model.session.whole:
                    break
        return None

    def _hold(self, k: int, bound: float | None) -> None:
        """Hold an aim at a bound, or let it go."""
        aim, name = self.aims[k], f"pareto.{_rule(self.aims[k])}"
        if aim.denominator is None:
            self.model.limit(name, lower=-np.inf if bound is None else -bound)
            return
        rows = self._rows[k]
        if len(rows):
            self.model.limit(name, upper=np.inf)
        if bound is not None:
            rows.add([len(rows) + 1], aim.numerator - aim.denominator * float(bound) <= 0.0)

    def _seek(
        self, sought: int, held: Mapping[int, float], ranges: Array | None, start: float | None
    ) -> None:
        """Set the objective (1); less than nothing is asked of an aim without a range."""
        model, aim = self.model, self.aims[sought]
        slack = None
        if ranges is not None:
            for k, bound in held.items():
                if ranges[k] <= 0.0:
                    continue
                other = self.aims[k]
                room = other.numerator  # without -e_k, a constant
                if other.denominator is not None:
                    size = float(model.value(other.denominator))
                    room = (other.denominator * float(bound) - other.numerator) * (1.0 / size)
                part = room * _weight(sought, k, ranges)
                slack = part if slack is None else slack + part
        if aim.denominator is None:
            model.maximise(aim.numerator if slack is None else aim.numerator + slack)
            return
        numerator = aim.numerator
        if slack is not None:
            numerator = numerator - slack * float(model.value(aim.denominator))
        at = start if start is not None else self._ratio.get(sought)
        if at is None:
            at = self._before(sought)
        model.minimise_ratio(numerator, aim.denominator, at)

    def _before(self, k: int) -> float:
        """Ratio without the programme, which starts the very first search of an index."""
        setting = self.model.setting
        index = self.aims[k].of(setting, evaluate(setting, {}))
        return self._ratio_of(k, index)

    def _read(self, sought: int, held: Mapping[int, float], ranges: Array | None, solution: Any) -> Found:
        model = self.model
        setting = model.setting
        amounts = model.planned()
        evaluation = evaluate(setting, amounts)
        inside = self.inside(evaluation)
        proved = solution.status == "optimal"
        gap = float(abs(solution.objective - solution.bound) / max(1e-12, abs(solution.objective)))
        return Found(
            amounts=amounts,
            evaluation=evaluation,
            values=np.array([aim.of(setting, evaluation) for aim in self.aims]),
            inside=inside,
            duals=self._duals(sought, held, ranges) if ranges is not None and proved else {},
            status=solution.status,
            gap=gap if np.isfinite(gap) else np.nan,
            seconds=float(sum(solution.seconds.values())),
        )

    def inside(self, evaluation: Evaluation) -> Array:
        """The aims of the current plan as the model has them, less is better; shape (K,).

        An index is read from the model's values per head, not from its variable, which may stand too high where nothing
        presses it down.
        """
        model = self.model
        known = replace(evaluation, target=np.ravel(model.value(model.target)))
        return np.array(
            [
                -float(model.value(aim.numerator))
                if aim.denominator is None
                else self._ratio_of(k, aim.of(model.setting, known))
                for k, aim in enumerate(self.aims)
            ]
        )

    def _ratio_of(self, k: int, index: float) -> float:
        return float(self.model.measured(self.aims[k].name).ratio_of(index))

    def _duals(self, sought: int, held: Mapping[int, float], ranges: Array) -> dict[int, float]:
        """What the aim sought gains per unit by which the bound of each held aim is eased."""
        model, out = self.model, {}
        try:
            model.price()
        except SolveError:
            return dict.fromkeys(held, np.nan)
        for k in held:
            aim = self.aims[k]
            dual = abs(float(np.ravel(model.dual(f"pareto.{_rule(aim)}").values)[-1]))
            if aim.denominator is not None:  # a unit of the ratio moves the right-hand side by D
                dual *= float(model.value(aim.denominator))
            # the objective (1) holds the slack with its weight, which easing the bound adds to
            out[k] = dual + _weight(sought, k, ranges)
        return out


def _weight(sought: int, k: int, ranges: Array | None) -> float:
    """Weight of the slack of aim k in (1), units of the aim sought per unit of that aim."""
    if ranges is None or ranges[k] <= 0.0:
        return 0.0
    return AUGMENTATION * float(ranges[sought] / ranges[k])


def _rule(aim: Aim) -> str:
    return f"{aim.name}_at_most" if aim.denominator is not None else f"{aim.name}_at_least"
