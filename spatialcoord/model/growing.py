"""Listed components: variables and rows whose labels come to be known while solving."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.affine import INF, Affine
from spatialcoord.model.arrays import KINDS
from spatialcoord.model.dims import Dim, flat
from spatialcoord.model.relation import Relation

if TYPE_CHECKING:
    from spatialcoord.model.build import Builder


class _Listed:
    """A growing component of a model; ``component`` is its Pyomo view."""

    def __init__(self, model: Builder, component: Any) -> None:
        self.model, self.component = model, component

    def __len__(self) -> int:
        return self.component.size

    def __contains__(self, label: Hashable) -> bool:
        return label in self.component._listed

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """Labels so far, in the order they came."""
        return tuple(self.component._listed)

    def _check(self, labels: Sequence[Hashable]) -> None:
        if len(set(labels)) != len(labels):
            raise InputError(Problem("a label is listed twice", where=self.component.name))
        known = next((label for label in labels if label in self), None)
        if known is not None:
            raise InputError(Problem(f"{known!r} is listed already", where=self.component.name))


class ListedVariables(_Listed):
    """Variables that are added by label; made by ``model.listed_variables(name)``."""

    def add(
        self,
        labels: Sequence[Hashable],
        lower: Any = 0.0,
        upper: Any = INF,
        domain: str = "real",
        scale: float = 1.0,
    ) -> Affine:
        """Add variables.

        Parameters
        ----------
        labels : sequence of hashable
            New labels; tuples become Pyomo indices of several places.
        lower, upper : number, Data or DataArray
            Bounds over the dimension returned.
        domain : {"real", "integer", "binary"}
            Which numbers are allowed.
        scale : float
            Typical size in natural units.

        Returns
        -------
        Affine
            The new variables over one dimension with the component's name and the new labels.
        """
        self._check(labels)
        dim = Dim(self.component.local_name, labels)
        arrays = self.model.arrays
        first = arrays.add_columns(
            len(labels), self.component, flat(lower, (dim,)), flat(upper, (dim,)), KINDS[domain], scale
        )
        self.component.grow(labels, first)
        return self.model.columns_as_map(first, (dim,))


class ListedRows(_Listed):
    """Rows that are added by label; made by ``model.listed_rows(name)``."""

    def add(self, labels: Sequence[Hashable], relation: Relation) -> None:
        """Add rows, one per cell of the relation, labelled in that order.

        Raises
        ------
        InputError
            When there are not as many labels as cells, or a label is listed already.
        """
        self._check(labels)
        if relation.body.cells != len(labels):
            raise InputError(
                Problem(f"{len(labels)} labels for {relation.body.cells} rows", where=self.component.name)
            )
        matrix, lower, upper = self.model.rows_of(relation)
        first = self.model.arrays.add_rows(matrix, lower, upper, self.component)
        self.component.grow(labels, first)
