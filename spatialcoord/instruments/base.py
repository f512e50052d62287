"""What every instrument declares; a new one is one file with a subclass of :class:`Instrument`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spatialcoord.economy.accounts import Effects
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import Problem
from spatialcoord.scenario.parameters import Parameters

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


class Instrument:
    """A line of the programme: money by region and year, and what it does.

    Attributes
    ----------
    name : str
        Set by the registry.
    title : dict
        Name in each language, ``{"en": ..., "zh": ...}``.
    envelope : str
        Envelope the line belongs to (``"transfer"``, ``"investment"``, or a new one).
    unit, source : str
        Unit of the amounts; where the formulation comes from.
    needs : tuple of str
        Region attributes the instrument reads.
    Params : type
        Its parameters, each with unit, range and source.
    """

    name: ClassVar[str]
    title: ClassVar[dict[str, str]]
    envelope: ClassVar[str]
    unit: ClassVar[str] = "million currency a year"
    source: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    Params: ClassVar[type[Parameters]] = Parameters

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """Problems of these parameters on these regions, all at once."""
        return []

    def build(self, model: Model, setting: Setting, params: Any) -> Affine:
        """Enter variables and rows into the current block and post to the ledger.

        Returns
        -------
        Affine, dims (region, year)
            The programme money of the line, million currency a year; a named variable `amount`.
        """
        raise TypeError(f"{type(self).__name__} does not say how it enters the model")

    def response(self, setting: Setting, params: Any, amount: Array) -> Effects:
        """What given amounts do, exactly: plain numbers, written apart from :meth:`build` and checked against it.

        Parameters
        ----------
        amount : numpy.ndarray, shape (R, Y)
            Million currency a year.

        Returns
        -------
        dict
            Accounts of :data:`spatialcoord.economy.accounts.ACCOUNTS` other than receipts and financing.
        """
        raise TypeError(f"{type(self).__name__} does not say what its money does")

    def understatement(self, setting: Setting, params: Any) -> Array | None:
        """Most by which :meth:`build` understates the gain in output, shape (R, T); None when it is exact."""
        return None

    def most(self, setting: Setting, params: Any) -> Array:
        """Most programme money the line can take, million currency a year, broadcast over (R, Y); inf without limit."""
        return np.array(np.inf)

    def marginal_product(self, setting: Setting, params: Any) -> Array | None:
        """Output of one more unit of the instrument's capital, 1/year, shape (R,); None where it builds none."""
        return None

    def amounts(self, model: Model, setting: Setting, upper: Any = float("inf")) -> Affine:
        """The named variable `amount` (region, year) that every instrument has."""
        region, year = model.dim("region", setting.regions), model.dim("year", setting.years)
        return model.variable(
            "amount",
            (region, year),
            upper=upper,
            scale=float(setting.equal.mean()),
            unit=setting.scenario.money_unit,
            doc=f"{self.title['en']}, {setting.scenario.money_unit} a year",
        )
