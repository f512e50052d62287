r"""What every institution declares: who is bound, in which affairs, at what cost, how soon and how firmly.

An institution is a form in which regions bind themselves. A kind is one file with a subclass of :class:`Institution`; a scenario
names institutions of a kind under ``institutions:``, each with its members and affairs. Only one that is formed lets its members pay
each other in its affairs (:func:`spatialcoord.institutions.membership.bound`); one that is not formed is a candidate, which
negotiation may choose (:mod:`spatialcoord.coordination`).

The order of the kinds by delay, cost and enforcement is the study's claim that administrative means are quick and unstable, economic
ones slow and lasting, legal ones binding and stable; the numbers themselves are design choices that put the claim into figures.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar, Literal

from pydantic import Field, create_model, model_validator

from spatialcoord.errors import InputError, Problem
from spatialcoord.scenario.parameters import Parameters, quantity
from spatialcoord.scenario.sections import Words

DESIGN = "design choice, to be replaced by data"
CLAIM = (
    DESIGN + "; the order of the kinds is the study's claim about administrative, economic and legal means"
)

Affair = Literal["infrastructure", "human", "research", "environment", "market", "industry", "assistance"]
AFFAIRS: dict[str, dict[str, str]] = {
    "infrastructure": {"en": "infrastructure", "zh": "基础设施"},
    "human": {"en": "education and training", "zh": "教育培训"},
    "research": {"en": "research and technology", "zh": "科研技术"},
    "environment": {"en": "water and environment", "zh": "水与生态环境"},
    "market": {"en": "common market", "zh": "统一市场"},
    "industry": {"en": "moving firms and sharing their tax", "zh": "产业转移与税收分享"},
    "assistance": {"en": "paired assistance", "zh": "对口支援"},
}
# affairs in which members pool money for works, with the kind of capital they build
WORKS = ("infrastructure", "human", "research")


class Terms(Parameters):
    """Members and affairs of one institution, and what binding itself costs and brings."""

    kind: str = Field(description="Kind of institution, a name that `spatialcoord list institutions` shows.")
    title: Words | None = Field(None, description="Name for readers; the key where left out.")
    members: tuple[str, ...] = Field(
        (), description="Ids of the members, or names of groups of `level`; all regions where left out."
    )
    level: str = Field("", description="Grouping whose groups `members` names; empty for region ids.")
    affairs: tuple[Affair, ...] = Field(description="What the institution decides.", min_length=1)
    formed: bool = Field(
        True, description="Whether it exists; one that does not is a candidate that negotiation may choose."
    )
    contribution: float = quantity(
        0.05,
        unit="share of own investment",
        low=0.0,
        high=0.3,
        bound=(0.0, 1.0),
        source=DESIGN,
        description="most of a member's own investment in an affair that it brings into the pool",
    )
    delegated: float = quantity(
        0.0,
        unit="share of programme lines",
        low=0.0,
        high=1.0,
        bound=(0.0, 1.0),
        source=DESIGN,
        description="share of the programme's money for a member's investment in an affair that the institution decides on",
    )
    set_up: float = quantity(
        0.001,
        unit="share of the money that can be pooled",
        low=0.0,
        high=0.01,
        bound=(0.0, 1.0),
        source=CLAIM,
        description="cost of setting it up, once, shared by the members as the money they can bring",
    )
    administration: float = quantity(
        0.01,
        unit="share of the money pooled",
        low=0.0,
        high=0.06,
        bound=(0.0, 0.5),
        source=DESIGN + "; technical assistance of EU funds is up to 3.5 %, from memory",
        description="share of pooled money that running the institution takes",
    )
    delay: int = quantity(
        0,
        unit="yr",
        low=0,
        high=5,
        bound=(0, 30),
        source=CLAIM,
        description="years of the programme until joint works begin",
    )
    enforcement: float = quantity(
        0.5,
        unit="1",
        low=0.1,
        high=0.99,
        bound=(0.0, 1.0),
        source=CLAIM,
        description="chance that a breach is found and the penalty is paid",
    )
    penalty: float = quantity(
        1.0,
        unit="share of what was owed in a year",
        low=0.0,
        high=3.0,
        bound=(0.0, None),
        source=DESIGN,
        description="penalty for a breach",
    )
    milestones: bool = Field(
        False, description="Whether payments for works are made only after the works are proved."
    )
    consent: bool = Field(False, description="Whether it needs the consent of the central government.")
    layer: str = Field(
        "",
        description="Grouping between regions and nation whose bodies settle disputes inside a group; empty for none.",
    )
    enforcement_across: float | None = quantity(
        None,
        unit="1",
        bound=(0.0, 1.0),
        source=DESIGN,
        description="enforcement between members of different groups of `layer`; as `enforcement` where left out",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Terms:
        problems = [
            Problem(f"{key} names '{name}' twice", key, remedy="Name it once.")
            for key, names in (("members", self.members), ("affairs", self.affairs))
            for name in sorted({n for n in names if names.count(n) > 1})
        ]
        if self.level and not self.members:
            problems.append(
                Problem(
                    f"groups of '{self.level}' are meant, but none is named",
                    "members",
                    remedy="Name the groups, or leave `level` out: then all regions are members.",
                )
            )
        if self.enforcement_across is not None and not self.layer:
            problems.append(
                Problem(
                    "there is no layer that enforcement could reach across",
                    "enforcement_across",
                    remedy="Name `layer`, or leave this out.",
                )
            )
        if problems:
            raise InputError(problems)
        return self


class Institution:
    """A kind of institution.

    Attributes
    ----------
    name : str
        Set by the registry.
    title : dict
        Name in each language, ``{"en": ..., "zh": ...}``.
    source : str
        Where the form comes from: statute, study.
    cases : tuple of str
        Where it was or is used.
    Params : type
        Terms of one institution of the kind with this kind's defaults, from :func:`terms_with`.
    """

    name: ClassVar[str]
    title: ClassVar[dict[str, str]]
    source: ClassVar[str] = ""
    cases: ClassVar[tuple[str, ...]] = ()
    Params: ClassVar[type[Terms]]


def terms_with(name: str, one_affair: bool = False, **defaults: Any) -> type[Terms]:
    """Terms of a kind: those of :class:`Terms` with this kind's defaults, and its name as the only `kind`.

    Parameters
    ----------
    name : str
        Name of the kind, as it is registered.
    one_affair : bool
        Whether an institution of the kind decides a single affair.
    **defaults
        Defaults that differ from those of :class:`Terms`; unit, range and source stay.
    """
    own: dict[str, Any] = {
        "kind": (Literal[name], Field(description="Kind of institution.")),  # type: ignore[valid-type]
    }
    if one_affair:
        single = Field(description="The one affair that it decides.", min_length=1, max_length=1)
        own["affairs"] = (tuple[Affair, ...], single)
    for key, value in defaults.items():
        field = deepcopy(Terms.model_fields[key])
        field.default = value
        own[key] = (field.annotation, field)
    title = name.title().replace("_", "")
    model: type[Terms] = create_model(
        f"{title}Terms", __base__=Terms, __doc__=f"Terms of one institution of the kind {name}.", **own
    )
    return model
