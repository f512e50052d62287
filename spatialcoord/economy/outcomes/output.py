"""Output (GDP) per head."""

from __future__ import annotations

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import outcomes


@outcomes.register("output")
class Output:
    """Gross regional product per head, at the region's price level; what the programme pays in transfers does not count."""

    title = {"en": "Output (GDP) per head", "zh": "人均地区生产总值"}
    unit = "currency per head"
    source = "National accounts: gross regional product"
    needs = ("output", "population")
    at_common_prices = True  # where the regions have a price level
    terms = {"output": 1.0}

    @staticmethod
    def baseline(setting: Setting) -> Array:
        """Path without the programme, million currency a year, shape (R, T)."""
        return setting.output

    @staticmethod
    def factor(setting: Setting, account: str) -> float | Array:
        """How much a unit in the account counts."""
        return Output.terms.get(account, 0.0)

    @staticmethod
    def divisor(setting: Setting) -> Array:
        """Persons times the price level, shape (R,)."""
        return setting.purchasing_persons
