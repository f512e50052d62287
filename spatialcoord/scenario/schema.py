"""The whole scenario as frozen objects, its fingerprint, its text and its JSON schema.

Sections of parts (``instruments:``) are not listed here: they are read from the registry, so a part that registers itself
has its section, its checks and its suggestions at once.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Union

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SerializeAsAny,
    TypeAdapter,
    create_model,
    model_validator,
)

from spatialcoord import registry
from spatialcoord.errors import InputError, Problem
from spatialcoord.regions import RegionsSpec
from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.negotiation import Negotiation
from spatialcoord.scenario.parameters import FrozenDict, FrozenMapping, Parameters, quantity
from spatialcoord.scenario.programme import Programme
from spatialcoord.scenario.sections import Economy, Missing, Objective, Reference, Solver, Words
from spatialcoord.scenario.simulation import Simulation
from spatialcoord.scenario.voices import ActorName, Line, Voice

INSTITUTION_NAME = r"^\w[\w-]*$"


def instruments_section() -> type[BaseModel]:
    """Model of the section ``instruments:``: one optional key for each registered instrument."""
    return _section(
        "Instruments", tuple((n, registry.instruments.get(n).Params) for n in registry.instruments.names())
    )


def measures_section() -> type[BaseModel]:
    """Model of the section ``measures:``: one optional key for each registered measure that leaves something to choose."""
    parts = [(name, registry.measures.get(name).Params) for name in registry.measures.names()]
    return _section("Measures", tuple((name, params) for name, params in parts if params.model_fields))


def formulas_section() -> type[BaseModel]:
    """Model of the section ``formulas:``: one optional key for each registered formula."""
    return _section(
        "Formulas", tuple((name, registry.formulas.get(name).Params) for name in registry.formulas.names())
    )


def actors_section() -> type[BaseModel]:
    """Model of the section ``actors:``: one optional key for each registered actor, and the voices."""
    parts = tuple((name, registry.actors.get(name).Params) for name in registry.actors.names())
    return _with_voice(_section("Actors", parts))


def _kinds() -> tuple[type[Parameters], ...]:
    """Terms of every registered kind of institution."""
    return tuple(registry.institutions.get(name).Params for name in registry.institutions.names())


def _institutions_schema(kinds: tuple[type[Parameters], ...]) -> dict[str, Any]:
    """JSON schema of the section ``institutions:``: any name, each with the terms of one of the kinds."""
    about = Field(discriminator="kind", description="One institution: its kind, members, affairs and terms.")
    one: Any = Annotated[Union[kinds], about]  # noqa: UP007
    named: Any = dict[str, one]
    return {**TypeAdapter(named).json_schema(), "propertyNames": {"pattern": INSTITUTION_NAME}}


@lru_cache
def _with_voice(section: type[BaseModel]) -> type[BaseModel]:
    voice = Field(default_factory=Voice, description="How much the parties' voices weigh.")
    return create_model(section.__name__, __base__=section, voice=(Voice, voice))


@lru_cache
def _section(title: str, parts: tuple[tuple[str, type[BaseModel]], ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {name: (params | None, None) for name, params in parts}
    return create_model(title, __base__=Parameters, **fields)


def _read_instruments(value: object) -> object:
    """Validate each instrument's values by its own class; a key without values takes the defaults.

    The order is the registry's, whatever the order of the file: the same scenario gives the same plan.
    """
    if not isinstance(value, Mapping):
        return value
    if not value:
        raise InputError(
            Problem(
                "no instrument is named",
                why="Without one there is nothing to decide.",
                remedy="Name at least one of: " + ", ".join(registry.instruments.names()) + ".",
            )
        )
    # `transfer: null` and `transfer: {}` both mean the defaults; what is an instrument's own object already, stays
    given = {k: {} if v is None else v for k, v in value.items()}
    section = instruments_section().model_validate(given)
    return FrozenDict(
        {name: getattr(section, name) for name in registry.instruments.names() if name in given}
    )


def _read_measures(value: object) -> object:
    """Validate what is chosen about each measure by its own class; a measure not named has its defaults."""
    if not isinstance(value, Mapping):
        return value
    section = measures_section().model_validate({k: {} if v is None else v for k, v in value.items()})
    chosen = {name: getattr(section, name) for name in type(section).model_fields}
    return FrozenDict(
        {
            name: registry.measures.get(name).Params() if params is None else params
            for name, params in chosen.items()
        }
    )


def _read_formulas(value: object) -> object:
    """Validate each formula's values by its own class; a key without values takes the defaults."""
    if not isinstance(value, Mapping):
        return value
    section = formulas_section().model_validate({k: {} if v is None else v for k, v in value.items()})
    return FrozenDict({name: getattr(section, name) for name in registry.formulas.names() if name in value})


def _read_actors(value: object) -> object:
    """Validate each actor's values by its own class, and the voices; what is not named has its defaults."""
    if not isinstance(value, Mapping):
        return value
    section = actors_section().model_validate({k: {} if v is None else v for k, v in value.items()})
    chosen = {name: getattr(section, name) for name in type(section).model_fields}
    return FrozenDict(
        {
            name: registry.actors.get(name).Params() if params is None else params
            for name, params in chosen.items()
        }
    )


def _read_institution(value: object) -> object:
    """Validate one institution by the class of its kind."""
    if not isinstance(value, Mapping):
        return value
    kind, known = value.get("kind"), registry.institutions.names()
    if kind not in known:
        what = "the institution has no kind" if kind is None else f"there is no kind of institution '{kind}'"
        raise InputError(Problem(what, "kind", remedy=did_you_mean(str(kind or ""), known)))
    return registry.institutions.get(kind).Params.model_validate(dict(value))


InstitutionName = Annotated[str, Field(pattern=INSTITUTION_NAME)]
AnyInstitution = Annotated[SerializeAsAny[Parameters], BeforeValidator(_read_institution)]


class Scenario(Parameters):
    """Everything a planner decides before the plan is sought; made by :func:`spatialcoord.scenario.load_scenario`."""

    case: str = Field(
        description="Name of the case; also of the folder for its results.", pattern=r"^\w[\w.-]*$"
    )
    title: Words
    question: Words = Field(description="The question the plan answers, in a sentence.")
    caveats: tuple[Words, ...] = Field((), description="What a reader must know before using a figure.")
    missing: tuple[Missing, ...] = Field(
        (), description="Figures the case lacks and what stands in; where any is named, the case is partial."
    )
    regions: RegionsSpec
    currency: str = Field(description="Three-letter code of the currency.", pattern="^[A-Z]{3}$")
    money_unit: str = Field(
        "",
        description="Unit of every amount of money: 'million CUR' with the currency's code, which is also what an absent key means.",
    )
    price_year: int = quantity(
        unit="year", description="Year whose prices all amounts are in.", bound=(1900, 2200)
    )
    programme: Programme
    objective: Objective = Field(default_factory=Objective)
    measures: Annotated[
        dict[str, SerializeAsAny[Parameters]], BeforeValidator(_read_measures), AfterValidator(FrozenDict)
    ] = Field(
        default_factory=dict,
        description="What can be chosen about measures of disparity, each with its own values.",
    )
    formulas: Annotated[
        dict[str, SerializeAsAny[Parameters]], BeforeValidator(_read_formulas), AfterValidator(FrozenDict)
    ] = Field(
        default_factory=dict,
        description="Statutory formulas that the plan is shown beside, each with its own values; `{}` takes its defaults.",
    )
    economy: Economy = Field(default_factory=Economy)
    simulation: Simulation = Field(
        default_factory=Simulation,
        description="What moves in the simulated economy that judges every plan, and how fast.",
    )
    instruments: Annotated[
        dict[str, SerializeAsAny[Parameters]], BeforeValidator(_read_instruments), AfterValidator(FrozenDict)
    ] = Field(
        description="The means the programme may use, each with its own values; `{}` takes its defaults."
    )
    actors: Annotated[
        dict[str, SerializeAsAny[Parameters]], BeforeValidator(_read_actors), AfterValidator(FrozenDict)
    ] = Field(
        default_factory=dict,
        description="Who is affected by a plan and speaks about it, each with its own values, and the weights of their voices.",
    )
    red_lines: FrozenMapping[ActorName, Line] = Field(
        default_factory=dict,
        description="Most that any party of an actor is to lose, as a share of its figure without the programme, by actor: "
        "{local_government: 0} is reported, {local_government: {share: 0, binding: true}} is a rule of the plan.",
    )
    institutions: FrozenMapping[InstitutionName, AnyInstitution] = Field(
        default_factory=dict,
        description="Forms in which regions bind themselves, by a name of your own, each with kind, members and affairs. Where one "
        "is formed, only its members can pay each other in its affairs.",
    )
    negotiation: Negotiation = Field(
        default_factory=Negotiation,
        description="What parties bargain over beyond the plan, and what limits it.",
    )
    solver: Solver = Field(default_factory=Solver)
    comparisons: tuple[Reference, ...] = Field(
        (), description="Tables of money by group that the plan is shown beside; they do not change it."
    )

    @model_validator(mode="before")
    @classmethod
    def _unit_of_the_currency(cls, values: Any) -> Any:
        """There is one unit of money for a currency, so nobody has to write it."""
        if isinstance(values, Mapping) and isinstance(values.get("currency"), str):
            return {"money_unit": f"million {values['currency']}", **values}
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        problems: list[Problem] = []
        if self.money_unit != f"million {self.currency}":
            problems.append(
                Problem(
                    f"the unit of money is '{self.money_unit}'",
                    where="money_unit",
                    why=f"Every amount is in millions of the case's currency, {self.currency}.",
                    remedy=f"Write 'million {self.currency}' and convert the tables where they differ.",
                )
            )
        if self.economy.horizon < len(self.programme.years):
            problems.append(
                Problem(
                    f"the evaluation ends after {self.economy.horizon} years, the programme lasts {len(self.programme.years)}",
                    where="economy.horizon",
                    remedy="Let the horizon reach at least to the end of the programme.",
                )
            )
        problems += self._unknown_names()
        if problems:
            raise InputError(problems)
        return self

    def _unknown_names(self) -> list[Problem]:
        """Envelopes that no chosen instrument of the budget is or draws on, promised lines of instruments that are not chosen."""
        chosen = list(self.instruments)
        of_budget = [name for name in chosen if getattr(registry.instruments.get(name), "budgeted", True)]
        envelopes = sorted({registry.instruments.get(name).envelope for name in of_budget})
        beside = {
            known
            for name in set(chosen) - set(of_budget)
            for known in (name, registry.instruments.get(name).envelope)
        } - set(envelopes)
        problems = [
            Problem(
                f"the envelope '{name}' has no share of the budget",
                where=f"programme.envelopes.{name}",
                why="Its money stands beside the budget: taxes that differ, or debt of the regions themselves.",
                remedy="Take the envelope out, and limit the instrument by its own parameters.",
            )
            if name in beside
            else Problem(
                f"no chosen instrument draws on the envelope '{name}'",
                where=f"programme.envelopes.{name}",
                remedy=did_you_mean(name, [*envelopes, *of_budget]),
            )
            for name in self.programme.envelopes
            if name not in envelopes and name not in of_budget
        ]
        # a single line named among the envelopes is inside one of them and does not count again
        limits = {name: self.programme.envelopes.get(name) for name in envelopes}
        least = sum(limit.min_share for limit in limits.values() if limit)
        largest = sum(limit.max_share if limit else 1.0 for limit in limits.values())
        for total, kind, wrong, remedy in (
            (
                least,
                "least",
                least > 1 + 1e-12,
                "They cannot exceed 1 together. Lower one of the 'min_share'.",
            ),
            (
                largest,
                "largest",
                bool(limits) and largest < 1 - 1e-12,
                "Money would be left over. Raise one of the 'max_share' to reach 1.",
            ),
        ):
            if wrong:
                problems.append(
                    Problem(
                        f"the {kind} shares of the envelopes add up to {total:g}",
                        where="programme.envelopes",
                        why="They are shares of one budget.",
                        remedy=remedy,
                    )
                )
        problems += [
            Problem(
                f"the promised line names the instrument '{line.instrument}', which the scenario does not use",
                where=f"programme.protected.{i}.instrument",
                remedy=did_you_mean(line.instrument, chosen),
            )
            if line.instrument not in chosen
            else Problem(
                f"'{line.instrument}' pays nothing out of the budget that could be promised",
                where=f"programme.protected.{i}.instrument",
                why="Its money stands beside the budget: taxes that differ, or debt of the regions themselves.",
                remedy=f"Take the line out, or name one of: {', '.join(of_budget) or 'none'}.",
            )
            for i, line in enumerate(self.programme.protected)
            if line.instrument not in of_budget
        ]
        return problems

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the canonical JSON of every value, defaults included."""
        return hashlib.sha256(
            json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Every value, defaults included, as plain numbers, texts, lists and dicts."""
        return self.model_dump(mode="json")

    def to_yaml(self) -> str:
        """The scenario as YAML text with every default written out; reading it gives an equal scenario."""
        from ruamel.yaml import YAML

        text = io.StringIO()
        yaml = YAML(typ="safe", pure=True)
        yaml.default_flow_style = False
        yaml.allow_unicode = True
        yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
        yaml.dump(self.as_dict(), text)
        return text.getvalue()


def json_schema() -> dict[str, Any]:
    """JSON schema of a scenario file, sections of all registered parts included, for editors and checks."""
    return _json_schema(
        instruments_section(), measures_section(), formulas_section(), actors_section(), _kinds()
    )


@lru_cache(maxsize=4)
def _json_schema(
    instruments: type[BaseModel],
    measures: type[BaseModel],
    formulas: type[BaseModel],
    actors: type[BaseModel],
    kinds: tuple[type[Parameters], ...],
) -> dict[str, Any]:
    """Remembered, since every message asks where its key stands; parts that register later have sections of their own."""
    schema = Scenario.model_json_schema()
    sections = {"instruments": instruments, "measures": measures, "formulas": formulas, "actors": actors}
    for name, part in sections.items():
        section = part.model_json_schema()
        schema["$defs"].update(section.pop("$defs", {}))
        schema["properties"][name] = section
    section = _institutions_schema(kinds)
    schema["$defs"].update(section.pop("$defs"))
    about = schema["properties"]["institutions"]["description"]
    schema["properties"]["institutions"] = {"description": about, **section}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
