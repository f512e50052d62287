"""The model: build by name, solve warm, read by name."""

from __future__ import annotations

import threading
from time import perf_counter
from typing import Any

import highspy
import numpy as np
import xarray as xr

from spatialcoord.errors import InputError, Problem, Refused, SolveError
from spatialcoord.model import reading
from spatialcoord.model.affine import Affine
from spatialcoord.model.build import Builder
from spatialcoord.model.certificate import Certificate, certify
from spatialcoord.model.components import ARRAY_ROWS, ARRAY_VARIABLES
from spatialcoord.model.dims import flat, to_xarray
from spatialcoord.model.expand import expand
from spatialcoord.model.infeasibility import Conflict, conflict
from spatialcoord.model.session import Session
from spatialcoord.model.status import Solution
from spatialcoord.model.terms import converge

__all__ = ["Model"]


class Model(Builder):
    """An optimisation model whose Pyomo side and solver side are one set of arrays.

    Parameters
    ----------
    name : str
        Name of the Pyomo model.

    Attributes
    ----------
    pyomo : ConcreteModel
        The model as Pyomo sees it; what is changed there counts at the next solve.
    ledger : Ledger
        Shared accounts.
    terms : list
        Terms refined while solving (:mod:`spatialcoord.model.terms`).
    ratio_value : float
        The ratio at the last solve of a ratio objective.
    denominator : float
        Its denominator there, 1 without a ratio: duals are per unit of the ratio.
    """

    def __init__(self, name: str = "model") -> None:
        super().__init__(name)
        self.ratio_value = np.nan
        self.denominator = 1.0
        self.solution: Solution | None = None
        self._session: Session | None = None
        self._lock = threading.Lock()

    # ---- solving --------------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The warm solver session, made on first use."""
        if self._session is None:
            self._session = Session(self.pyomo, self.arrays)
        return self._session

    def solve(
        self,
        time_limit: float | None = None,
        mip_gap: float = 1e-6,
        max_rounds: int = 200,
        ratio_tolerance: float = 1e-10,
        **options: Any,
    ) -> Solution:
        """Solve, honouring everything a user changed in Pyomo; warm after the first time.

        Parameters
        ----------
        time_limit : float, optional
            Seconds for all rounds together.
        mip_gap : float
            Relative gap at which a plan with whole-number decisions counts as optimal.
        max_rounds : int
            Limit on rounds of refinement.
        ratio_tolerance : float
            When a ratio objective counts as settled, relative.
        **options
            Options of HiGHS by name, for this solve only.

        Returns
        -------
        Solution
            Infeasible and unbounded are statuses with a sentence, not errors.

        Raises
        ------
        Refused
            For what HiGHS cannot take, and when another thread is solving this model.
        SolveError
            For a numerical failure.
        """
        with self.exclusively():
            session = self.session
            session.begin()
            start = perf_counter()

            def left() -> float:
                return np.inf if time_limit is None else time_limit - (perf_counter() - start)

            before = self._set_options(mip_rel_gap=mip_gap, mip_abs_gap=1e-9, **options)
            try:
                self.solution = converge(self, session, max_rounds, ratio_tolerance, left)
            finally:
                for name, value in before.items():
                    session.highs.setOptionValue(name, value)
            return self.solution

    def exclusively(self) -> _Held:
        """Context in which no other thread may solve this model."""
        return _Held(self._lock, self.name)

    def _set_options(self, **options: Any) -> dict[str, Any]:
        """Pass options to HiGHS; returns their values before. InputError for one it does not know."""
        highs, before = self.session.highs, {}
        if "threads" in options:
            raise InputError(
                Problem("'threads' is set once for the whole process and cannot be changed per solve")
            )
        for name, value in options.items():
            before[name] = highs.getOptionValue(name)[1]
            if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                raise InputError(Problem(f"HiGHS has no option '{name}' that takes {value!r}"))
        return before

    # ---- changing -----------------------------------------------------------------------------------------------

    def limit(self, name: str, upper: Any = None, lower: Any = None) -> None:
        """Change the bounds of a rule or of variables, in the terms they were written in.

        Parameters
        ----------
        name : str
            Full name ("general_transfer.budget").
        upper, lower : number, Data or DataArray, optional
            New bounds; those not given stay.

        Raises
        ------
        Refused
            When a row of the rule was rewritten in Pyomo: its bound then lies in the expression.
        """
        component = self.component(name)
        arrays, where = self.arrays, getattr(component, "positions", None)
        if isinstance(component, ARRAY_ROWS):
            if arrays.rows.edited[where].any():
                raise Refused(f"'{name}' was rewritten in Pyomo; change its bound there.")
            constant = 0.0 if component._constant is None else component._constant
            table: Any = arrays.rows
            for row in np.arange(arrays.rows.size)[where].tolist() if arrays.expressions else ():
                arrays.expressions.pop(row, None)
        elif isinstance(component, ARRAY_VARIABLES):
            constant, table = 0.0, arrays.columns
        else:
            raise InputError(Problem(f"'{name}' was written in Pyomo; change it there"))
        for side, bound in (("upper", upper), ("lower", lower)):
            if bound is not None:
                getattr(table, side)[where] = flat(bound, component.dims) - constant
                if table is arrays.columns and arrays.bounds:
                    for column in np.arange(arrays.columns.size)[where].tolist():
                        arrays.bounds.pop((column, side), None)

    # ---- reading --------------------------------------------------------------------------------------------------------

    def value(self, expression: Affine) -> np.ndarray:
        """Numbers of a map in the current plan, in the shape of its dimensions."""
        return self.evaluate(expression).reshape(expression.shape)

    def data(self, expression: Affine, **attributes: Any) -> xr.DataArray:
        """Numbers of a map in the current plan as a DataArray."""
        return to_xarray(expression.dims, self.value(expression), **attributes)

    def size(self) -> dict[str, int]:
        """Number of variables, rows and non-zeros."""
        nonzeros = sum(block.nnz for _, block in self.arrays.blocks) + sum(
            len(v) for *_, v in self.arrays.later
        )
        return {"variables": self.arrays.columns.size, "rows": self.arrays.rows.size, "nonzeros": nonzeros}

    def dual(self, name: str) -> xr.DataArray:
        """Duals of a rule by name; see :func:`spatialcoord.model.reading.dual`."""
        return reading.dual(self, name)

    def reduced_cost(self, name: str) -> xr.DataArray:
        """Reduced costs of variables by name; see :func:`spatialcoord.model.reading.reduced_cost`."""
        return reading.reduced_cost(self, name)

    def activity(self, name: str) -> xr.DataArray:
        """Left-hand side of a rule by name; see :func:`spatialcoord.model.reading.activity`."""
        return reading.activity(self, name)

    def slack(self, name: str) -> xr.DataArray:
        """Room left in a rule by name; see :func:`spatialcoord.model.reading.slack`."""
        return reading.slack(self, name)

    def price(self) -> None:
        """Duals of a model with whole numbers; see :func:`spatialcoord.model.reading.price`."""
        reading.price(self)

    def certificate(self) -> Certificate:
        """Account of the current plan; see :func:`spatialcoord.model.certificate.certify`."""
        return certify(self)

    def conflict(self, time_limit: float = 20.0) -> Conflict:
        """Smallest set of contradicting rules; see :func:`spatialcoord.model.infeasibility.conflict`."""
        return conflict(self, time_limit)

    def expand(self, complete: bool = False) -> Any:
        """Ordinary ConcreteModel; see :func:`spatialcoord.model.expand.expand`."""
        return expand(self, complete)

    # ---- copies ---------------------------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key not in ("_session", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._session = None
        self._lock = threading.Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> Model:
        if "__block_scope__" in memo:
            copied = Model.__new__(type(self))
            memo[id(self)] = copied
            from copy import deepcopy

            copied.__setstate__({key: deepcopy(value, memo) for key, value in self.__getstate__().items()})
            return copied
        return self.clone()

    def clone(self) -> Model:
        """An independent copy, Pyomo side and arrays together; its first solve is cold."""
        return self.pyomo.clone()._spatialcoord


class _Held:
    """Holds a model's lock, or says in a sentence that another thread has it."""

    def __init__(self, lock: Any, name: str) -> None:
        self.lock, self.name = lock, name

    def __enter__(self) -> None:
        if not self.lock.acquire(blocking=False):
            raise SolveError(
                f"Model '{self.name}' is being solved in another thread; a model belongs to one thread at a time. "
                "Work on a clone() there."
            )

    def __exit__(self, *exception: object) -> None:
        self.lock.release()
