"""Demand that the programme's spending makes while it is spent: which tables, who buys what, and how much of it is met."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity
from spatialcoord.scenario.programme import DESIGN

Share = Annotated[float, quantity(unit="1", description="Share of the money.", bound=(0, 1))]
# a file or folder beside the scenario, whose content counts in the fingerprint of a case
FILE: dict[str, JsonValue] = {"file": True}
SPREAD = "Jappelli and Pistaferri 2014, American Economic Journal: Macroeconomics 6(4), by cash on hand; from memory"


class Demand(Parameters):
    """Multi-regional input-output demand, temporary: output that spending calls forth in the year it is spent."""

    tables: str = Field(
        description="Folder beside the scenario with multi-regional input-output tables as pymrio saves them: Z and Y (x where "
        "it is held); regions are called as in the case, further ones (rest of the world) are where demand leaks to.",
        json_schema_extra=FILE,
    )
    consumption: str | None = Field(
        None,
        description="Category of final demand that consumption is spread like; null for all categories together.",
    )
    value_added: str | None = Field(
        None,
        description="Folder inside `tables` with value added by region and sector (an extension of pymrio, F), summed over its "
        "rows; null for output less intermediate inputs.",
    )
    purchases: FrozenMapping[str, FrozenMapping[str, Share]] = Field(
        default_factory=dict,
        description="What a line's money buys: shares of the tables' sectors by line, 'default' for lines not listed "
        "({construction: 1}). A line that builds nothing is consumed by those who receive it unless it is listed.",
    )
    mpc_poor: float = quantity(
        0.65,
        unit="1",
        low=0.4,
        high=0.8,
        bound=(0, 0.95),
        source=SPREAD,
        description="Marginal propensity to consume where income per head is half of the mean or less.",
    )
    mpc_rich: float = quantity(
        0.35,
        unit="1",
        low=0.2,
        high=0.6,
        bound=(0, 0.95),
        source=SPREAD,
        description="The same where income per head is one and a half times the mean or more; straight between.",
    )
    disposable: float = quantity(
        0.6,
        unit="1",
        low=0.4,
        high=0.7,
        bound=(0, 1),
        source="China, flow of funds: disposable income of households about 60 % of GDP; from memory",
        description="Share of value added that is income at residents' disposal, out of which they consume again.",
    )
    slack: float = quantity(
        0.5,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0, 1),
        source=DESIGN,
        description="Share of the extra demand that meets idle capacity; the rest displaces other demand.",
    )
    withdrawn: float = quantity(
        1.0,
        unit="1",
        low=0.0,
        high=1.0,
        bound=(0, 1),
        source=DESIGN,
        description="Share of what the programme costs that those who pay no longer have to spend; less where it is borrowed.",
    )
