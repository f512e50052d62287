"""Thresholds of a law, met at equality: figures one rounding error below a threshold count as at it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

ROUNDING = 1e-9  # relative: far below any published digit, far above the rounding of floating-point numbers


def at_least(values: Any, threshold: float) -> npt.NDArray[np.bool_]:
    """Where the values, shape (R,), reach the threshold or exceed it; NaN never does."""
    return np.asarray(np.asarray(values, dtype=float) >= threshold - ROUNDING * abs(threshold))


def at_most(values: Any, threshold: float) -> npt.NDArray[np.bool_]:
    """Where the values, shape (R,), are the threshold or less; NaN never is."""
    return np.asarray(np.asarray(values, dtype=float) <= threshold + ROUNDING * abs(threshold))
