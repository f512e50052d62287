"""Sections that every scenario has: words, objective, economy, solver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from spatialcoord import registry
from spatialcoord.errors import InputError, Problem
from spatialcoord.scenario.capital import Capital
from spatialcoord.scenario.demand import Demand
from spatialcoord.scenario.market_access import MarketAccessParams
from spatialcoord.scenario.parameters import FrozenMapping, Parameters, quantity
from spatialcoord.scenario.programme import DESIGN
from spatialcoord.scenario.voices import ActorName


def _known(kind: registry.Registry) -> AfterValidator:
    """Check that a text names a registered part of that kind."""

    def check(name: str) -> str:
        kind.get(name)
        return name

    return AfterValidator(check)


class Words(Parameters):
    """One text in each language; a language left out falls back to English."""

    en: str = Field(description="English text.")
    zh: str | None = Field(None, description="Chinese text.")

    def in_language(self, lang: str) -> str:
        """The text in `lang`, or in English where there is none."""
        return getattr(self, lang, None) or self.en


class Missing(Parameters):
    """A figure the case does not have, and what stands in for it: such a case is partial, and every plan of it says so."""

    column: str = Field(description="Region attribute, or other figure, that no source gives.")
    name: Words | None = Field(None, description="What people call it; absent: the column's own name.")
    stands_in: Words = Field(description="What is used in its place.")
    effect: Words = Field(description="What that does to the results.")


class Reference(Parameters):
    """Money by group that the plan is shown beside: a budget in force, a law's allocation."""

    level: str = Field(description="Level of the regions whose groups the table lists.")
    title: Words = Field(description="Name of the table.")
    file: str = Field(description="CSV beside the scenario with the columns group, amount and unit.")
    years: int = quantity(unit="yr", description="Years that the amounts add up.", bound=(1, 100))
    instruments: tuple[str, ...] = Field(
        (), description="Instruments whose money is compared; empty: all of the programme."
    )
    source: str = Field(description="Where the amounts come from.")
    note: Words | None = Field(None, description="Why plan and table differ.")


MeasureName = Annotated[str, _known(registry.measures)]
Weight = Annotated[float, quantity(unit="1", description="Weight of the index in the sum.", bound=(0, None))]
Index = Annotated[
    float, quantity(unit="unit of the measure", description="Largest value of the index.", bound=(0, None))
]


# told apart by their form, so that a mistake in one is not told as a mistake in both
MeasureOrWeights = Annotated[
    Annotated[MeasureName, Tag("[name]")] | Annotated[FrozenMapping[MeasureName, Weight], Tag("[weights]")],
    Discriminator(lambda value: "[weights]" if isinstance(value, Mapping) else "[name]"),
]


class Objective(Parameters):
    """What is sought: how equal, of what, and at what cost in the mean."""

    kind: Literal["equity_adjusted_mean", "minimise_index", "maximise_mean", "actor"] = Field(
        "equity_adjusted_mean",
        description="Mean per head times (1 - inequality_weight x index); or the index alone above an output floor; or the "
        "mean alone; or the payoffs of an actor's parties, added up.",
    )
    actor: ActorName | None = Field(
        None, description="Actor whose parties' payoffs are made largest, with kind: actor; absent otherwise."
    )
    measure: MeasureOrWeights = Field(
        "gini",
        description="Measure of disparity, or a sum of several by weight: {gini: 0.5, theil_t: 0.5}; what can be chosen about "
        "a measure is in the section 'measures'.",
    )
    at_most: FrozenMapping[MeasureName, Index] = Field(
        default_factory=dict,
        description="Rules on disparity: largest value of an index in the plan, by measure, {hoover: 0.11}.",
    )
    inequality_weight: float = quantity(
        1.0,
        unit="1",
        description="Weight of the index in the equity-adjusted mean; 0 is the mean alone, 1 is Sen's welfare.",
        low=0,
        high=1,
        source="Sen 1976, Real national income",
        bound=(0, 1),
    )
    output_floor: float = quantity(
        0.98,
        unit="share of the best attainable gain in output",
        description="Least gain in output when an index alone is minimised.",
        low=0.9,
        high=1,
        source=DESIGN,
        bound=(0, 1),
    )
    of: Annotated[str, _known(registry.outcomes)] = Field(
        "income", description="What is made equal, per head."
    )
    at: Literal["discounted_mean", "horizon"] = Field(
        "discounted_mean", description="The discounted mean over all evaluation years, or the last one alone."
    )

    @property
    def weights(self) -> dict[str, float]:
        """Every measure that is sought with its weight; a single one has the weight one."""
        return {self.measure: 1.0} if isinstance(self.measure, str) else dict(self.measure)

    @property
    def lead(self) -> str:
        """The measure with the largest weight, which is told first."""
        return max(self.weights, key=lambda name: self.weights[name])

    @property
    def weighs_disparity(self) -> bool:
        """Whether a measure of disparity is part of what is sought; rules on disparity are apart from it."""
        return self.kind in ("equity_adjusted_mean", "minimise_index")

    @model_validator(mode="after")
    def _one_that_is_sought(self) -> Objective:
        if (self.kind == "actor") == (self.actor is not None):
            return self
        if self.actor is None:
            what, remedy = "no actor is named", f"Write one of: {', '.join(registry.actors.names())}."
        else:
            what = f"'{self.actor}' is named, and the objective is {self.kind}"
            remedy = "Write kind: actor, or take the actor out."
        raise InputError(
            Problem(what, "actor", "The payoffs of one actor are made largest with kind: actor.", remedy)
        )

    @model_validator(mode="after")
    def _some_weight(self) -> Objective:
        if not any(weight > 0 for weight in self.weights.values()):
            raise InputError(
                Problem(
                    "no measure has a weight",
                    where="measure",
                    remedy="Name one measure, or give at least one a weight above zero.",
                )
            )
        return self


class Spillover(Parameters):
    """How a region's growth answers its neighbours' growth: growth = own + rho W growth."""

    rho: float = quantity(
        0.0,
        unit="1",
        description="Strength of the spillover on growth rates; negative where growth nearby draws growth away.",
        low=-0.2,
        high=0.25,
        source="signed by design; estimates of spatial growth regressions partly repeat the effect of public capital",
        bound=(-0.99, 0.99),
    )
    weights: Literal["contiguity", "distance", "flow"] = Field(
        "contiguity", description="Who is a neighbour, and how near."
    )


class Economy(Parameters):
    """How far one looks ahead, at what rate, and how output answers public capital."""

    horizon: int = quantity(
        15,
        unit="yr",
        description="Years of the evaluation, counted from the first programme year.",
        low=5,
        high=25,
        source=DESIGN,
        bound=(1, 100),
    )
    discount_rate: float = quantity(
        0.04,
        unit="1/yr",
        description="Social discount rate.",
        low=0.03,
        high=0.08,
        source="European Commission, Guide to Cost-Benefit Analysis of Investment Projects",
        bound=(0, 1),
    )
    growth: float = quantity(
        0.0,
        unit="1/yr",
        description="Growth of output in every region without the programme.",
        low=0,
        high=0.08,
        source=DESIGN,
        bound=(-0.5, 0.5),
    )
    terminal_value: Literal["depreciated_cost", "none"] = Field(
        "depreciated_cost", description="Worth of the capital that is left at the horizon."
    )
    spillover: Spillover = Field(default_factory=Spillover)
    capital: Capital = Field(
        default_factory=Capital,
        description="How output answers each kind of capital that the programme builds.",
    )
    demand: Demand | None = Field(
        None,
        description="Output that the programme's spending calls forth while it is spent; absent by default.",
    )
    market_access: MarketAccessParams = Field(
        default_factory=MarketAccessParams,
        description="How output answers shorter ways and open markets.",
    )
    segments: int = quantity(
        6,
        unit="1",
        description="Straight segments that stand for one curve of diminishing returns; more are closer and slower.",
        low=3,
        high=24,
        source=DESIGN,
        bound=(1, 1000),
    )
    marginal_product_band: tuple[
        Annotated[
            float, quantity(unit="1/yr", description="Marginal product of public capital.", bound=(0, None))
        ],
        Annotated[
            float, quantity(unit="1/yr", description="Marginal product of public capital.", bound=(0, None))
        ],
    ] = Field(
        (0.05, 0.25),
        description="Plausible marginal product of public capital; initial capital that implies another is refused.",
        json_schema_extra={"unit": "1/yr"},
    )
    allow_outside_band: bool = Field(False, description="Accept a marginal product outside the band.")

    @model_validator(mode="after")
    def _demand_or_spillover(self) -> Economy:
        if self.demand is not None and self.spillover.rho != 0:
            raise InputError(
                Problem(
                    f"economy.demand and economy.spillover.rho = {self.spillover.rho:g} pass on the same gain twice",
                    where="demand",
                    why="Both carry what is spent in one region to its neighbours.",
                    remedy="Write economy.spillover.rho: 0 (demand alone), or take economy.demand out (spillovers alone).",
                )
            )
        return self

    @model_validator(mode="after")
    def _band_in_order(self) -> Economy:
        low, high = self.marginal_product_band
        if low > high:
            raise InputError(
                Problem(
                    f"the band begins ({low:g}) above its end ({high:g})",
                    where="marginal_product_band",
                    remedy="Write the smaller number first.",
                )
            )
        return self


class Solver(Parameters):
    """When to stop."""

    time_limit: float | None = quantity(
        None,
        unit="s",
        description="Time after which the best plan so far is taken; null for none.",
        bound=(0, None),
    )
    mip_gap: float = quantity(
        1e-7,
        unit="1",
        description="Relative gap at which a plan with whole-number decisions counts as optimal.",
        bound=(0, 1),
    )
