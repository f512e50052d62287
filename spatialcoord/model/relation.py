"""Relations between maps and data: rows in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.dims import dims_of, merge

if TYPE_CHECKING:
    from spatialcoord.model.affine import Affine


class Relation:
    """A row in the making: ``lower <= body <= upper`` over the cells of `body`.

    Parameters
    ----------
    lower, upper : number, Data or DataArray
        Bounds; infinite where there is none.
    body : Affine
        What is bounded.
    """

    __slots__ = ("body", "lower", "upper")

    def __init__(self, lower: Any, body: Affine, upper: Any) -> None:
        dims = body.dims
        for bound in (lower, upper):
            dims = merge(dims, dims_of(bound))
        self.lower, self.body, self.upper = lower, body.over(dims), upper

    def __bool__(self) -> bool:
        raise InputError(
            Problem(
                "a relation has no truth value, so 'a <= x <= b' would lose one of its bounds",
                remedy="Write between(a, x, b), or two separate relations.",
            )
        )


def between(lower: Any, body: Affine, upper: Any) -> Relation:
    """Two-sided relation ``lower <= body <= upper``; bounds are numbers, Data or DataArray."""
    return Relation(lower, body, upper)
