"""How an agreement compares with those of other concepts and under other voices."""

from __future__ import annotations

import numpy as np

from spatialcoord.coordination.negotiation import Negotiated
from spatialcoord.coordination.solutions import Agreement

TIE = 1e-6  # of the largest gain: nearer ones are the same


def order_of(agreement: Agreement) -> np.ndarray:
    """Place of every member by its change of income per head, 0 for the largest; ties by order of the table."""
    table = agreement.held.table
    members = agreement.held.members
    per_head = (agreement.income / table.population)[members]
    # what differs in rounding only is a tie
    rounded = np.round(per_head / max(np.abs(per_head).max(), 1e-300), 6)
    place = np.empty(len(members), dtype=int)
    place[np.argsort(-rounded, kind="stable")] = np.arange(len(members))
    return place


def supported(found: Negotiated, weakness: float) -> dict[str, float]:
    """Voices of the parties that have most under each concept, when the weak speak so much louder; shared where equal."""
    names = list(found.compared)
    gains = np.stack([found.weighed[name, weakness].gain for name in names])
    best = gains.max(axis=0)
    top = gains >= best - TIE * np.maximum(np.abs(best), 1e-12)
    share = top / top.sum(axis=0)
    return dict(zip(names, (share @ found.voices[weakness]).tolist(), strict=True))
