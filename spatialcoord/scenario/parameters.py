"""What a part lets a planner set: frozen values, each with its unit, plausible range and source.

A part (an instrument, say) declares an inner class ``Params(Parameters)`` whose fields come from :func:`quantity`. From
that one declaration follow the part's scenario section, its JSON schema, the checks and the suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Generic, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from spatialcoord.errors import Problem

K = TypeVar("K")
V = TypeVar("V")


class Parameters(BaseModel):
    """Base of everything a scenario holds: frozen, no unknown key, no infinite number.

    A check over several fields is an ordinary ``model_validator(mode="after")`` that raises ``ValueError`` with one
    sentence, or :class:`~spatialcoord.errors.InputError` with any number of problems, each with its remedy; `where` of
    such a problem is a key relative to the section ("floor").
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)


def quantity(
    default: Any = ...,
    *,
    unit: str,
    description: str,
    low: float | None = None,
    high: float | None = None,
    source: str = "",
    verified: bool = False,
    bound: tuple[float | None, float | None] | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Any:
    """Field for one number with its unit.

    Parameters
    ----------
    default : float, int or None
        Value when the scenario is silent; left out, the key is required.
    unit : str
        Unit of the value: "1" for a share, "1/yr", "million CUR/yr" (CUR is the case's currency), "yr".
    description : str
        What it is, in a sentence.
    low, high : float, optional
        Ends of the plausible range; a value outside is allowed and told to the planner.
    source : str
        Where the default and the range come from.
    verified : bool
        Whether they were checked against the text of that source.
    bound : (float or None, float or None), optional
        Hard limits (least, largest); a value outside is refused.
    above, below : float, optional
        Hard limits that are refused themselves; `description` says why.

    Returns
    -------
    pydantic.fields.FieldInfo
        To be assigned to an annotated class attribute (``rate: float = quantity(...)``), or used as the metadata of the
        elements of a list (``tuple[Annotated[float, quantity(...)], ...]``).
    """
    extra: dict[str, Any] = {"unit": unit}
    if low is not None or high is not None:
        extra["plausible"] = [low, high]
    if source:
        extra["source"] = source
        extra["verified"] = verified
    least, largest = bound or (None, None)
    # strict: a text such as "0.5" or a true/false in place of a number is a mistake, not a number
    return Field(
        default,
        description=description,
        ge=least,
        le=largest,
        gt=above,
        lt=below,
        strict=True,
        json_schema_extra=extra,
    )


class FrozenDict(dict[K, V], Generic[K, V]):
    """A dict that cannot change; pickles and serialises as a dict does."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a scenario is frozen; load it again with other overrides")

    __setitem__ = __delitem__ = __ior__ = _refuse  # type: ignore[assignment]
    update = pop = popitem = clear = setdefault = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


# a mapping in a scenario: what YAML gives is a dict, what the scenario holds cannot change
FrozenMapping = Annotated[dict[K, V], AfterValidator(FrozenDict)]


def fields_of(parameters: type[BaseModel]) -> Iterator[tuple[str, FieldInfo, dict[str, Any]]]:
    """Each field's name, pydantic field and what :func:`quantity` attached (unit, plausible, source, verified)."""
    for name, field in parameters.model_fields.items():
        extra = field.json_schema_extra
        yield name, field, dict(extra) if isinstance(extra, Mapping) else {}


def outside_plausible(parameters: BaseModel, prefix: str = "") -> list[Problem]:
    """Values outside their plausible range: allowed, but the planner is told.

    Parameters
    ----------
    parameters : pydantic.BaseModel
        A scenario or any section of it.
    prefix : str
        Key of the section, for the messages.

    Returns
    -------
    list of Problem
        One for each such value, in the order of the fields.
    """
    found: list[Problem] = []
    for name, _, extra in fields_of(type(parameters)):
        where = f"{prefix}.{name}" if prefix else name
        value = getattr(parameters, name)
        if isinstance(value, BaseModel):
            found += outside_plausible(value, where)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                if isinstance(item, BaseModel):
                    found += outside_plausible(item, f"{where}.{key}")
        elif "plausible" in extra and isinstance(value, int | float):
            low, high = extra["plausible"]
            if (low is not None and value < low) or (high is not None and value > high):
                found.append(
                    Problem(
                        f"{value:g} lies outside the plausible range {_range(low, high)} (unit: {extra['unit']})",
                        where=where,
                        why=f"Source of the range: {extra['source']}." if extra.get("source") else "",
                        remedy="Check the unit; if the value is meant, nothing needs to be done.",
                    )
                )
    return found


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def named_files(parameters: BaseModel) -> list[str]:
    """Files and folders beside the scenario that its values name, where their content decides the plan (`file` of a field)."""
    found: list[str] = []
    for name, _, extra in fields_of(type(parameters)):
        value = getattr(parameters, name)
        parts = value.values() if isinstance(value, Mapping) else (value,)
        for part in parts:
            if isinstance(part, BaseModel):
                found += named_files(part)
            elif part is not None and extra.get("file"):
                found.append(str(part))
    return found
