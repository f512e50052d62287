"""Dimensions with labels, labelled numbers, and their exact alignment.

Labels are the only way two quantities meet: a dimension that two operands share must carry the same labels in the same
order, otherwise an error says where they part. Nothing is ever reordered or filled in silence.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import zip_longest
from math import prod
from typing import Any

import numpy as np
import xarray as xr

from spatialcoord.errors import InputError, Problem


class Dim:
    """A named dimension with ordered, distinct labels.

    Parameters
    ----------
    name : str
        Name of the dimension ("region").
    labels : iterable of hashable
        Labels in order. A ``range`` is kept as it is, so that a long anonymous dimension costs nothing.

    Raises
    ------
    InputError
        When a label occurs twice.
    """

    __slots__ = ("_positions", "labels", "name")

    def __init__(self, name: str, labels: Iterable[Hashable]) -> None:
        self.name = name
        self.labels: Sequence[Hashable] = labels if isinstance(labels, range) else tuple(_plain(labels))
        self._positions: dict[Hashable, int] | None = None
        if not isinstance(self.labels, range) and len(set(self.labels)) != len(self.labels):
            seen: set[Hashable] = set()
            twice = next(label for label in self.labels if label in seen or seen.add(label))  # type: ignore[func-returns-value]
            raise InputError(Problem(f"label {twice!r} occurs twice", where=f"dimension '{name}'"))

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Dim({self.name!r}, {len(self)} labels)"

    @property
    def positions(self) -> dict[Hashable, int]:
        """Position of every label."""
        if self._positions is None:
            self._positions = {label: i for i, label in enumerate(self.labels)}
        return self._positions

    def position(self, label: Hashable) -> int:
        """Position of one label; InputError when there is no such label."""
        try:
            return self.positions[label]
        except KeyError:
            from spatialcoord.registry import did_you_mean

            remedy = did_you_mean(str(label), [str(known) for known in self.labels[:200]])
            raise InputError(
                Problem(f"there is no label {label!r}", where=f"dimension '{self.name}'", remedy=remedy)
            ) from None

    def same(self, other: Dim) -> bool:
        """Whether name and labels agree, in order."""
        return self is other or (
            self.name == other.name
            and len(self) == len(other)
            and (self.labels == other.labels or tuple(self.labels) == tuple(other.labels))
        )

    def __getstate__(self) -> tuple[str, Sequence[Hashable]]:
        return self.name, self.labels

    def __setstate__(self, state: tuple[str, Sequence[Hashable]]) -> None:
        self.name, self.labels = state
        self._positions = None


Dims = tuple[Dim, ...]


def _plain(labels: Iterable[Any]) -> Iterable[Hashable]:
    """Labels as plain Python objects, so that a numpy string equals a string in every dictionary and file."""
    if isinstance(labels, xr.DataArray):
        labels = labels.values
    return labels.tolist() if hasattr(labels, "tolist") else labels


class Data:
    """Labelled numbers, the light twin of a DataArray.

    Parameters
    ----------
    dims : sequence of Dim
        Dimensions.
    values : array_like
        Numbers with one axis per dimension, or flat in C order.

    Raises
    ------
    InputError
        When the shape does not match the dimensions.
    """

    __slots__ = ("dims", "values")
    __array_ufunc__ = None

    def __init__(self, dims: Sequence[Dim] | Dim, values: Any) -> None:
        self.dims: Dims = (dims,) if isinstance(dims, Dim) else tuple(dims)
        shape = shape_of(self.dims)
        array = np.asarray(values, dtype=float)
        if array.size != prod(shape) or (array.ndim > 1 and array.shape != shape):
            raise InputError(Problem(f"values of shape {array.shape} do not fit {describe(self.dims)}"))
        self.values = array.reshape(shape)

    def __neg__(self) -> Data:
        return Data(self.dims, -self.values)

    def to_xarray(self) -> xr.DataArray:
        """The same numbers as a DataArray."""
        return to_xarray(self.dims, self.values)


def shape_of(dims: Sequence[Dim]) -> tuple[int, ...]:
    """Lengths of dimensions."""
    return tuple(len(d) for d in dims)


def describe(dims: Sequence[Dim]) -> str:
    """Dimensions in words, as messages print them."""
    return "(" + ", ".join(f"{d.name}: {len(d)}" for d in dims) + ")" if dims else "a single number"


def to_xarray(dims: Sequence[Dim], values: np.ndarray, **attributes: Any) -> xr.DataArray:
    """Values over dimensions as a labelled DataArray; labels that are tuples become strings "a|b"."""
    coords = {
        d.name: ["|".join(map(str, label)) if isinstance(label, tuple) else label for label in d.labels]
        for d in dims
    }
    array = xr.DataArray(np.asarray(values).reshape(shape_of(dims)), coords, [d.name for d in dims])
    array.attrs.update({key: value for key, value in attributes.items() if value})
    return array


def merge(first: Dims, second: Dims) -> Dims:
    """Union of dimensions, those of `first` leading; shared names must agree label by label.

    Raises
    ------
    InputError
        When a shared dimension has other labels, or the same labels in another order.
    """
    if first is second or not second:
        return first
    known = {d.name: d for d in first}
    out = list(first)
    for dim in second:
        mine = known.get(dim.name)
        if mine is None:
            out.append(dim)
        elif not mine.same(dim):
            raise InputError(_misaligned(mine, dim))
    return tuple(out)


def _misaligned(mine: Dim, other: Dim) -> Problem:
    if set(mine.labels) == set(other.labels):
        why = "the labels are the same but stand in another order"
    else:
        pairs = zip_longest(mine.labels, other.labels, fillvalue="nothing")
        at, pair = next((i, p) for i, p in enumerate(pairs) if p[0] != p[1])
        why = f"they part at position {at}: {pair[0]!r} against {pair[1]!r}"
    return Problem(
        f"dimension '{mine.name}' does not align ({len(mine)} labels against {len(other)})",
        why=why,
        remedy="Reindex one of the two by label first; nothing is reordered in silence.",
    )


def dims_of(operand: Any) -> Dims:
    """Dimensions of a number (none), a Data, an affine map or a DataArray.

    Raises
    ------
    InputError
        For a bare array, which has no labels, and for a DataArray dimension without coordinates.
    """
    dims = getattr(operand, "dims", None)
    if dims is None:
        if np.ndim(operand) > 0:
            raise InputError(
                Problem(
                    f"a bare array of shape {np.shape(operand)} has no labels",
                    remedy="Pass an xarray.DataArray or Data(dims, values); when a DataArray stands left of an "
                    "operator, put the map first (map * data, map + data).",
                )
            )
        return ()
    if not isinstance(operand, xr.DataArray):
        return operand.dims
    out = []
    for name in dims:
        if name not in operand.coords:
            raise InputError(
                Problem("the dimension has no labels", where=f"dimension '{name}' of a DataArray")
            )
        out.append(Dim(str(name), operand.coords[name].values))
    return tuple(out)


def spread(values: np.ndarray, dims: Dims, to: Dims) -> np.ndarray:
    """Values over `dims`, broadcast and transposed to `to`, flat in C order."""
    names = [d.name for d in dims]
    axis = {name: i for i, name in enumerate(names)}
    order = [axis[d.name] for d in to if d.name in axis]
    array = np.asarray(values).reshape(shape_of(dims))
    if order != list(range(len(order))):
        array = array.transpose(order)
    array = array.reshape([len(d) if d.name in axis else 1 for d in to])
    return np.broadcast_to(array, shape_of(to)).ravel()


def flat(operand: Any, to: Dims) -> np.ndarray:
    """Numbers of an operand over `to`, flat in C order.

    Raises
    ------
    InputError
        When the operand has a dimension that `to` lacks, or does not align, or holds NaN.
    """
    if not hasattr(operand, "dims"):
        dims_of(operand)
        return np.full(prod(shape_of(to)), float(operand))
    dims = dims_of(operand)
    surplus = [d.name for d in dims if d.name not in {t.name for t in to}]
    if surplus:
        raise InputError(
            Problem(f"the data vary over {', '.join(surplus)}, which {describe(to)} does not have")
        )
    merge(to, dims)
    out = spread(np.asarray(operand.values, dtype=float), dims, to)
    if np.isnan(out).any():
        raise InputError(Problem("the data hold missing values (NaN)", remedy="Fill or drop them first."))
    return out
