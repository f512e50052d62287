"""The programme a planner decides on: its years, its money and the rules of fairness around it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from spatialcoord import registry
from spatialcoord.errors import InputError, Problem
from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity

DESIGN = "design choice of spatialcoord, to be varied"


def known_formula(name: str) -> str:
    """Check that a text names a registered formula that gives money."""
    formula = registry.formulas.get(name)
    if not formula.gives_money:
        raise InputError(
            Problem(
                f"the formula '{name}' gives no money",
                why="It sorts regions into classes; there is no amount that a plan could be held to.",
                remedy="Name one that gives money: "
                + ", ".join(n for n in registry.formulas if registry.formulas.get(n).gives_money)
                + ".",
            )
        )
    return name


class Years(Parameters):
    """First and last year in which the programme pays."""

    first: int = quantity(unit="year", description="First year the programme pays.", bound=(1900, 2200))
    last: int = quantity(unit="year", description="Last year the programme pays.", bound=(1900, 2200))

    @model_validator(mode="after")
    def _in_order(self) -> Years:
        if self.last < self.first:
            raise InputError(
                Problem(
                    f"the programme ends ({self.last}) before it begins ({self.first})",
                    remedy="Exchange 'first' and 'last', or correct one of them.",
                )
            )
        return self

    def __len__(self) -> int:
        return self.last - self.first + 1

    @property
    def labels(self) -> tuple[int, ...]:
        """Every programme year, ascending."""
        return tuple(range(self.first, self.last + 1))


MoneyOfAYear = Annotated[
    float, quantity(unit="million CUR/yr", description="Money of one year.", bound=(0, None))
]


class Budget(Parameters):
    """Money of the programme: a share of the regions' output, or an amount; exactly one of the two."""

    share_of_output: float | None = quantity(
        None,
        unit="1",
        description="Money a year as a share of the output of all regions together in the case's base year.",
        low=0.0005,
        high=0.02,
        source=DESIGN,
        bound=(0, 1),
    )
    amount: tuple[MoneyOfAYear, ...] | None = Field(
        None,
        description="Money a year: one number for every year alike, or one number for each programme year.",
        json_schema_extra={"unit": "million CUR/yr"},
    )

    @field_validator(
        "amount", mode="before", json_schema_input_type=MoneyOfAYear | tuple[MoneyOfAYear, ...] | None
    )
    @classmethod
    def _one_number(cls, value: object) -> object:
        return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> Budget:
        given = [name for name in ("share_of_output", "amount") if getattr(self, name) is not None]
        if len(given) != 1:
            raise InputError(
                Problem(
                    "the budget is given twice" if given else "the budget is not given",
                    why="Money is either a share of output ('share_of_output') or an amount ('amount').",
                    remedy="Keep one of the two." if given else "Write one of the two.",
                )
            )
        if self.amount == ():
            raise InputError(
                Problem("the list of amounts is empty", where="amount", remedy="Give at least one number.")
            )
        return self


class Envelope(Parameters):
    """Bounds on the part of the whole programme's money that one group of instruments spends."""

    min_share: float = quantity(
        0.0, unit="1", description="Least share of the programme's money.", bound=(0, 1)
    )
    max_share: float = quantity(
        1.0, unit="1", description="Largest share of the programme's money.", bound=(0, 1)
    )

    @model_validator(mode="after")
    def _in_order(self) -> Envelope:
        if self.min_share > self.max_share:
            raise InputError(
                Problem(
                    f"the least share {self.min_share:g} exceeds the largest share {self.max_share:g}",
                    remedy="Lower 'min_share' or raise 'max_share'.",
                )
            )
        return self


class Cap(Parameters):
    """Largest money of a group of regions in a year, as a share of a figure of the group."""

    share: float = quantity(
        unit="share of the figure a year",
        description="Largest money of the whole programme in the group.",
        low=0.001,
        high=0.05,
        source="Regulation (EU) 2021/1060 Annex XXVI: 1.5 to 2.3 % of a member state's GDP, from memory",
        bound=(0, None),
    )
    of: str = Field("output", description="Region attribute that the share is of, summed over the group.")


FormulaName = Annotated[str, AfterValidator(known_formula)]
FormulaShare = Annotated[
    float, quantity(unit="times the formula's amount", description="Share that is kept.", bound=(0, 1))
]


class Protected(Parameters):
    """A line of the budget that is already promised: at least this much for this region by this instrument."""

    region: str = Field(description="Id of the region.")
    instrument: str = Field(description="Name of the instrument.")
    amount: float = quantity(
        unit="million CUR/yr", description="Least money each programme year.", bound=(0, None)
    )


class Programme(Parameters):
    """The money, when it is spent, and the rules that keep the plan one that can be signed."""

    years: Years
    budget: Budget
    envelopes: FrozenMapping[str, Envelope] = Field(
        default_factory=dict,
        description="Bounds by group of instruments (an instrument names its envelope) or by single instrument; one not listed is "
        "unbounded.",
    )
    floor: float = quantity(
        0.5,
        unit="times the equal amount per head",
        description="Least money of every region in every programme year.",
        low=0,
        high=1,
        source=DESIGN,
        bound=(0, 1),
    )
    ceiling: float = quantity(
        2.0,
        unit="times the equal amount per head",
        description="Largest money of every region in every programme year.",
        low=1,
        high=3,
        source=DESIGN,
        bound=(0, None),
    )
    change_limit: float | None = quantity(
        0.25,
        unit="times the equal amount per head",
        description="Largest change of a region's money from one year to the next, counted from year 0; null for none.",
        low=0.05,
        high=1,
        source=DESIGN,
        bound=(0, None),
    )
    year_zero: str = Field(
        "equal_per_head",
        description="Pattern of money before the programme: 'equal_per_head', the name of a region attribute, or that of a "
        "statutory formula, scaled to the first year's budget.",
    )
    hold_harmless: float = quantity(
        0.0,
        unit="times the year-0 amount",
        description="Every region gets in every year at least this share of its year-0 amount.",
        low=0,
        high=1,
        source=DESIGN,
        bound=(0, 1),
    )
    formula_floor: FrozenMapping[FormulaName, FormulaShare] = Field(
        default_factory=dict,
        description="Every region gets in every programme year at least this share of what a statutory formula would give it of "
        "the year's budget, by formula: {china_transfer: 0.9}.",
    )
    caps: FrozenMapping[str, Cap] = Field(
        default_factory=dict,
        description="Caps by group: a level of the regions (member_state), or 'region' for each by itself.",
    )
    protected: tuple[Protected, ...] = Field((), description="Lines that are already promised.")
    financing: str = Field(
        "tax_revenue",
        description="Who pays for the programme: in proportion to a region attribute, or 'equal_per_head'.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Programme:
        problems: list[Problem] = []
        if self.floor > self.ceiling:
            problems.append(
                Problem(
                    f"the floor {self.floor:g} exceeds the ceiling {self.ceiling:g}",
                    where="floor",
                    why="Both are multiples of the equal amount per head.",
                    remedy="Lower 'floor' or raise 'ceiling'.",
                )
            )
        if self.ceiling < 1:
            problems.append(
                Problem(
                    f"a ceiling of {self.ceiling:g} times the equal amount per head leaves money that no region may get",
                    where="ceiling",
                    why="With every region at the ceiling the whole budget must be spendable, which takes at least 1.",
                    remedy="Raise 'ceiling' to 1 or more.",
                )
            )
        amount = self.budget.amount
        if amount is not None and len(amount) not in (1, len(self.years)):
            problems.append(
                Problem(
                    f"{len(amount)} amounts for {len(self.years)} programme years",
                    where="budget.amount",
                    remedy=f"Give one number, or one for each year {self.years.first} to {self.years.last}.",
                )
            )
        if problems:
            raise InputError(problems)
        return self
