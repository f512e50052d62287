"""Names: dimensions, parts and components of a model, on the Pyomo side."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyomo.environ as pe

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.dims import Dim
from spatialcoord.model.suffix import ArraySuffix
from spatialcoord.registry import did_you_mean


class Names:
    """The naming third of a model: its Pyomo side, its dimensions, the part being built."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dims: dict[str, Dim] = {}
        self.pyomo = pe.ConcreteModel(name)
        self.pyomo.dual = ArraySuffix(direction=pe.Suffix.LOCAL, field="dual")
        self.pyomo.rc = ArraySuffix(direction=pe.Suffix.LOCAL, field="reduced")
        # the way back from the Pyomo side: clones and pickles of either side carry the other along
        self.pyomo._spatialcoord = self
        self._block: Any = self.pyomo
        self._sets: dict[tuple[str, Sequence[Hashable]], Any] = {}

    def dim(self, name: str, labels: Iterable[Hashable] | None = None) -> Dim:
        """Declare a dimension, or fetch one declared before.

        Parameters
        ----------
        name : str
            Name of the dimension.
        labels : iterable, optional
            Its labels; without them the dimension must have been declared.

        Raises
        ------
        InputError
            When the dimension is unknown, or was declared with other labels.
        """
        known = self.dims.get(name)
        if labels is None:
            if known is None:
                raise InputError(
                    Problem(f"no dimension '{name}'", remedy=did_you_mean(name, list(self.dims)))
                )
            return known
        new = Dim(name, labels)
        if known is not None and not known.same(new):
            raise InputError(Problem(f"dimension '{name}' was declared with other labels"))
        return self.dims.setdefault(name, new)

    @contextmanager
    def part(self, name: str) -> Iterator[Any]:
        """A named block: variables and rows made inside carry its name ("general_transfer.amount")."""
        block = pe.Block()
        self._enter(name, block)
        outer, self._block = self._block, block
        try:
            yield block
        finally:
            self._block = outer

    def _enter(self, name: str, component: Any) -> None:
        if self._block.component(name) is not None or hasattr(self._block, name):
            inside = "" if self._block is self.pyomo else f" in '{self._block.name}'"
            raise InputError(
                Problem(f"the name '{name}' is taken{inside}", remedy="Give one of the two another name.")
            )
        self._block.add_component(name, component)

    def _set(self, dim: Dim) -> Any:
        """Pyomo set of a dimension, made once per name and labels."""
        key = (dim.name, dim.labels)
        if key not in self._sets:
            name = dim.name
            while hasattr(self.pyomo, name):
                name += "_"
            labels = dim.labels
            if isinstance(labels, range) and labels.step == 1 and len(labels):
                index_set = pe.RangeSet(labels[0], labels[-1])
            else:
                index_set = pe.Set(initialize=labels, ordered=True)
            self.pyomo.add_component(name, index_set)
            self._sets[key] = index_set
        return self._sets[key]

    def component(self, name: str) -> Any:
        """Pyomo component by full name; InputError with a suggestion when there is none."""
        found = self.pyomo.find_component(name)
        if found is None:
            kinds = (pe.Var, pe.Constraint)
            known = [c.name for c in self.pyomo.component_objects(kinds, descend_into=True)]
            raise InputError(
                Problem(f"the model has no variable or rule '{name}'", remedy=did_you_mean(name, known))
            )
        return found
