"""Kinds of capital and how output answers each, whichever line of the programme builds it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from spatialcoord.scenario.parameters import Parameters, quantity

Rate = Annotated[float, quantity(unit="1/yr", description="Yearly return of one more unit.", bound=(0, None))]
Band = tuple[Rate, Rate]
FROM_MEMORY = "standard value, from memory"


def _elasticity(default: float, low: float, high: float, source: str, verified: bool = False) -> Any:
    return quantity(
        default,
        unit="1",
        low=low,
        high=high,
        bound=(0.0, 0.9),
        source=source,
        verified=verified,
        description="output elasticity of the stock",
    )


def _depreciation(default: float) -> Any:
    return quantity(
        default,
        unit="1/year",
        low=0.5 * default,
        high=1.5 * default,
        bound=(0.0, 1.0),
        source=FROM_MEMORY,
        description="share of the stock lost a year",
    )


def _years_to_build(default: int, high: int, source: str) -> Any:
    return quantity(
        default,
        unit="year",
        low=1,
        high=high,
        bound=(0, 20),
        source=source,
        description="years from payment to first use",
    )


def _band(low: float, high: float, source: str) -> Any:
    return Field(
        (low, high),
        description="plausible yearly return of one more unit of the stock; initial stocks that imply another are refused",
        json_schema_extra={"unit": "1/yr", "source": source, "verified": False},
    )


class InfrastructureCapital(Parameters):
    """Core public capital: transport, water, energy, environment."""

    elasticity: float = _elasticity(
        0.106,
        0.083,
        0.122,
        "Bom and Ligthart 2014, Journal of Economic Surveys 28(5): public capital, .083 short run to .122 long run",
        verified=True,
    )
    depreciation: float = _depreciation(0.04)
    years_to_build: int = _years_to_build(1, 4, "design choice")


class HumanCapital(Parameters):
    """Education and training, as a stock of money spent; no semi-elasticity of school years."""

    elasticity: float = _elasticity(
        0.08,
        0.03,
        0.12,
        "design choice, range for a stock elasticity; compare Gennaioli et al. 2013, QJE 128(1)",
    )
    depreciation: float = _depreciation(0.03)
    years_to_build: int = _years_to_build(3, 8, "design choice: a school course")


class ResearchCapital(Parameters):
    """Research and development, a stock of knowledge."""

    elasticity: float = _elasticity(
        0.10,
        0.05,
        0.20,
        "Hall, Mairesse and Mohnen 2010, Handbook of the Economics of Innovation, from memory",
    )
    depreciation: float = _depreciation(0.15)
    years_to_build: int = _years_to_build(2, 5, "design choice: from project to use")
    marginal_product_band: Band = _band(
        0.1, 0.8, "Hall, Mairesse and Mohnen 2010: gross returns of .2 to .5, social ones above; from memory"
    )


class PrivateCapital(Parameters):
    """Private productive capital: plant, machinery and premises of firms."""

    elasticity: float = quantity(
        0.35,
        unit="1",
        low=0.30,
        high=0.45,
        above=0.0,
        bound=(None, 0.9),
        source="share of capital in income, standard, from memory",
        description="output elasticity of the stock, which is also the share of capital in income; above zero, because capital "
        "that earns nothing would have no reason to be anywhere",
    )
    depreciation: float = _depreciation(0.08)
    years_to_build: int = _years_to_build(1, 3, "design choice")
    marginal_product_band: Band = _band(
        0.05,
        0.3,
        "Caselli and Feyrer 2007, QJE 122(2): share of capital times output over capital; from memory",
    )


class Capital(Parameters):
    """Response of output to each kind of capital; a kind that no chosen instrument builds plays no part."""

    infrastructure: InfrastructureCapital = InfrastructureCapital()
    human: HumanCapital = HumanCapital()
    research: ResearchCapital = ResearchCapital()
    private: PrivateCapital = PrivateCapital()


KINDS = tuple(Capital.model_fields)
