"""The ledger: parts post to named accounts, balances and the objective sum them at the end.

No part knows another; what they share is the name of an account and its dimensions (income by region and year, outlay
of a government by year).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spatialcoord.errors import InputError, Problem
from spatialcoord.model.affine import Affine, add
from spatialcoord.model.dims import Dim


class Ledger:
    """Accounts by name, each a list of postings (part, map)."""

    def __init__(self) -> None:
        self._postings: dict[str, list[tuple[str, Affine]]] = {}
        self._about: dict[str, list[Any]] = {}

    def credit(self, account: str, part: str, amount: Affine, about: Any = None) -> None:
        """Post an amount to an account on behalf of a part.

        What whoever sums the account has to know of the posting beside its amount comes in `about`.

        Raises
        ------
        InputError
            When `amount` is not an affine map.
        """
        if not isinstance(amount, Affine):
            raise InputError(
                Problem(
                    f"{type(amount).__name__} was posted, not an affine map", where=f"account '{account}'"
                )
            )
        self._postings.setdefault(account, []).append((part, amount))
        if about is not None:
            self._about.setdefault(account, []).append(about)

    def about(self, account: str) -> list[Any]:
        """What was said of the postings to an account, in their order."""
        return self._about.get(account, [])

    def debit(self, account: str, part: str, amount: Affine) -> None:
        """Post the amount with the opposite sign."""
        self.credit(account, part, -amount)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Names of the accounts that were posted to, in order of first posting."""
        return tuple(self._postings)

    def total(self, account: str, dims: Sequence[Dim]) -> Affine:
        """Sum of all postings over `dims`; the zero map when there are none.

        A posting without one of the dimensions counts in every cell of it (a flow per year posted once holds in every
        year); a posting with a further dimension is an error.
        """
        postings = self._postings.get(account, [])
        return add([amount.over(dims) for _, amount in postings]) if postings else Affine.zero(dims)

    def by_part(self, account: str) -> dict[str, Affine]:
        """What each part posted to an account in total, over the dimensions it posted."""
        out: dict[str, Affine] = {}
        for part, amount in self._postings.get(account, []):
            out[part] = out[part] + amount if part in out else amount
        return out
