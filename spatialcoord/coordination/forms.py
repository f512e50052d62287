r"""Which institution, and in which legal form: administrative means quick and unstable, economic lasting and slow, legal binding and stable.

Each candidate is looked at in every form that its affairs allow. Of a form with enforcement :math:`\pi` and worth v (its cost and delay are
in v), what is expected to be kept is

.. math:: v\,\bigl(1 - b\,(1-\pi)\bigr), \qquad (1)

with b the share of obligations that would be broken if nobody looked: a supposition at first, then what supervision has seen. A reduced form:
breaches are taken as proportional to what enforcement misses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from spatialcoord import registry
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.structure import choose
from spatialcoord.coordination.table import Table
from spatialcoord.coordination.worth import Worth
from spatialcoord.economy.setting import Array
from spatialcoord.institutions.base import Terms
from spatialcoord.planner.evaluate import Evaluation

# forms that governments can choose among themselves; a single-purpose body for a single affair only
FORMS = (
    "council",
    "administrative_agreement",
    "interstate_compact",
    "partial_affairs_association",
    "wide_area_union",
    "multi_level_authority",
)
KEPT = (
    "title",
    "members",
    "level",
    "affairs",
    "formed",
    "layer",
)  # what stays of a candidate in another form
BROKEN = 0.5  # supposed at first: share of obligations that would be broken if nobody looked; a design choice


@dataclass(frozen=True)
class Form:
    """A candidate in one form, million currency a year.

    Attributes
    ----------
    name, kind : str
        The candidate, and the kind of institution.
    terms : Terms
        Its terms in this form.
    worth, expected : float
        What its members gain together, and what of it is expected to be kept, (1).
    cost : float
        What setting it up costs.
    """

    name: str
    kind: str
    terms: Terms
    worth: float
    expected: float
    cost: float


def forms_of(
    table: Table,
    plan: Evaluation,
    amounts: dict[str, Array],
    candidates: Mapping[str, Terms],
    broken: float,
    enforced: bool = True,
) -> list[Form]:
    """Every candidate in every form that its affairs allow; one that is formed in its own form only.

    Parameters
    ----------
    table, plan, amounts
        As :meth:`Joint.of` takes them.
    candidates : mapping of str to Terms
        Institutions by name.
    broken : float
        b of (1).
    enforced : bool
        Whether enforcement counts; otherwise every form is taken to have none.
    """
    found = []
    years = len(table.setting.years)
    for name, terms in candidates.items():
        kinds = [terms.kind] if terms.formed else list(dict.fromkeys((terms.kind, *FORMS)))
        for kind in kinds:
            if kind == "partial_affairs_association" and len(terms.affairs) > 1:
                continue
            there = terms if kind == terms.kind else _in_form(terms, kind)
            if there.delay >= years:
                continue
            joint = Joint.of(name, there, table, plan, amounts)
            worth = Worth(joint).whole
            chance = there.enforcement if enforced else 0.0
            found.append(Form(name, kind, there, worth, worth * (1.0 - broken * (1.0 - chance)), joint.cost))
    return found


def chosen(table: Table, forms: list[Form]) -> dict[str, Form]:
    """The best form of each candidate, and of these those worth most together without overlapping mandates."""
    if not forms:
        return {}
    best: dict[str, Form] = {}
    for form in forms:
        if form.name not in best or form.expected > best[form.name].expected:
            best[form.name] = form
    names = choose(
        table.setting,
        {name: form.terms for name, form in best.items()},
        {name: form.expected for name, form in best.items()},
    )
    return {name: best[name] for name in names}


def _in_form(terms: Terms, kind: str) -> Terms:
    part = registry.institutions.get(kind)
    return cast(Terms, part.Params(kind=kind, **{key: getattr(terms, key) for key in KEPT}))
