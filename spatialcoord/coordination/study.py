"""A negotiation as a study: Dataset, tables, maps and summary, written all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from spatialcoord.coordination.negotiation import WEAKNESS, Negotiated, negotiate
from spatialcoord.coordination.sentences import Sentences
from spatialcoord.coordination.tables import tables_of
from spatialcoord.economy.setting import Array
from spatialcoord.explore.study import Study
from spatialcoord.messages import catalogue
from spatialcoord.planner.case import Case

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KIND = "negotiation"


def negotiation(
    case: Case,
    solution: str = "nash",
    institutions: Iterable[str] = (),
    between: str | None = None,
    lang: str = "en",
    progress: Callable[[str, str], None] | None = None,
) -> Study:
    """Negotiate beyond the plan of a case, and dress what came of it.

    Parameters
    ----------
    case, solution, institutions, between
        As :func:`spatialcoord.coordination.negotiation.negotiate` takes them.
    lang : str
        Language of tables, pictures and sentences.
    progress : callable, optional
        Called with the name of the step and where it stands.

    Returns
    -------
    Study
        Of kind "negotiation".

    Raises
    ------
    InputError, Refused, Infeasible, SolveError
        See :func:`~spatialcoord.coordination.negotiation.negotiate`.
    """
    words = catalogue(lang)
    tell = progress or (lambda step, where: None)

    def told(step: str) -> None:
        tell("negotiation", words.t(f"negotiation.step.{step}"))

    return dressed(negotiate(case, solution, institutions, between, progress=told), lang)


def dressed(found: Negotiated, lang: str = "en") -> Study:
    """What came of a negotiation as a study."""
    texts = Sentences(found, lang)
    return Study(
        KIND,
        _dataset(found),
        {**_summary(found), "sentences": texts.all()},
        tables_of(found, texts),
        _figures(found, lang),
        ("gains.png", "payments.png", "works.png"),
    )


def _dataset(found: Negotiated) -> xr.Dataset:
    """Everything by unit, party, institution and affair, with units."""
    table, agreement, scenario = found.table, found.agreement, found.case.scenario
    money, now = (
        f"{scenario.money_unit}/yr",
        f"{scenario.money_unit}/yr at the size of the year of the figures",
    )
    names = [joint.name for joint in found.joints]
    affairs = list(dict.fromkeys(a for joint in found.joints for a in joint.works))
    n = len(table.ids)
    invested = np.zeros((len(names), len(affairs), n))
    for i, joint in enumerate(found.joints):
        for affair in joint.works:
            invested[i, affairs.index(affair)] = agreement.invested(joint.name, affair)

    def by_member(values: dict[str, Any], key: Callable[[Any], Array]) -> Array:
        found_ = np.full((len(names), n), np.nan)
        for i, joint in enumerate(found.joints):
            found_[i, joint.members] = key(values[joint.name])
        return found_

    unit, party, place = "unit", "party", ("institution", "unit")
    variables: dict[str, tuple[Any, Any, str, str]] = {
        "income": (unit, agreement.income, money, "change of income beyond the plan"),
        "made": (unit, agreement.made, money, "what works and protection bring"),
        "made_exact": (unit, found.exact, money, "the same by exact responses in place of secants"),
        "payment": (
            place,
            np.stack([agreement.payments(name) for name in names]),
            money,
            "net payments received, mean over the horizon",
        ),
        "investment": (("institution", "affair", "unit"), invested, now, "investment beyond the plan"),
        "sampling_error": (unit, agreement.error, money, "standard error of the share, where it was sampled"),
        "worth_without": (
            place,
            by_member(found.without, lambda v: v),
            money,
            "what all gain without the member",
        ),
        "worth_alone": (place, by_member(found.staying, lambda v: v.alone), money, "what it gains by itself"),
        "subsidy_stay": (
            place,
            by_member(found.staying, lambda v: v.subsidy),
            money,
            "payments from outside with which nobody leaves",
        ),
        "subsidy_keep": (
            place,
            by_member(found.keeping, lambda v: v.subsidy),
            money,
            "least subsidy with which the member keeps the agreement",
        ),
        "keeping_margin": (
            place,
            by_member(found.keeping, lambda v: v.margin),
            scenario.money_unit,
            "worth today of keeping the agreement over breaking it",
        ),
        "gain": (party, agreement.gain, money, "gain of each party beyond no agreement"),
        "voice": (party, agreement.held.seats.voice, "1", "weight of each party's voice"),
        "income_by_solution": (
            ("solution", "unit"),
            np.stack([a.income for a in found.compared.values()]),
            money,
            "change of income by solution concept",
        ),
    }
    coords: dict[str, Any] = {
        "unit": list(table.ids),
        "unit_name": (unit, np.array(table.names("en"), dtype=str)),
        "institution": names,
        "affair": np.array(affairs, dtype=str),
        "party": list(agreement.held.seats.names),
        "party_actor": (party, list(agreement.held.seats.actor)),
        "solution": list(found.compared),
    }
    if found.weighed:
        weighed = [[found.weighed[s, w].income for w in WEAKNESS] for s in found.compared]
        variables["income_by_voice"] = (
            ("solution", "weakness", "unit"),
            np.array(weighed),
            money,
            "change of income by solution concept and by how much louder the weak speak",
        )
        coords["weakness"] = list(WEAKNESS)
    return xr.Dataset(
        {
            name: (dims, np.asarray(values, dtype=float), {"units": units, "long_name": about})
            for name, (dims, values, units, about) in variables.items()
        },
        coords=coords,
        attrs={
            "case": scenario.case,
            "currency": scenario.currency,
            "money_unit": scenario.money_unit,
            "price_year": scenario.price_year,
            "fingerprint": found.case.fingerprint,
            "chosen_solution": agreement.solution,
        },
    )


def _summary(found: Negotiated) -> dict[str, Any]:
    agreement, proof, scenario = found.agreement, found.efficiency, found.case.scenario
    seats = agreement.held.seats
    owners = np.array(seats.actor)
    return {
        "case": scenario.case,
        "fingerprint": found.case.fingerprint,
        "solution": agreement.solution,
        "between": found.table.level or "regions",
        "unit": f"{scenario.money_unit}/yr",
        "total": agreement.total,
        "worth": found.worth,
        "worth_error": found.error,
        "institutions": {
            joint.name: {
                **joint.terms.model_dump(mode="json"),
                "member_ids": list(joint.ids),
                "cost_a_year": joint.cost,
                "leaving": list(found.staying[joint.name].leaving),
                "excess": found.staying[joint.name].excess,
                "bound_on_excess": found.staying[joint.name].bound,
                "subsidy_stay": float(found.staying[joint.name].subsidy.sum()),
                "staying_proved": found.staying[joint.name].proved,
                "breaking": [joint.ids[i] for i in found.keeping[joint.name].breaking],
                "subsidy_keep": float(found.keeping[joint.name].subsidy.sum()),
            }
            for joint in found.joints
        },
        "actors": {
            name: {
                "gain": float(agreement.gain[owners == name].sum()),
                "parties": int((owners == name).sum()),
                "least": float(agreement.gain[owners == name].min()),
                "voice": float(seats.voice[owners == name].sum()),
            }
            for name in dict.fromkeys(seats.actor)
        },
        "certificate": {
            "pareto_optimal": proof.optimal,
            "could_be_added": proof.more,
            "most_under_the_rules": proof.most,
            "first_best": proof.first_best,
            "second_best": proof.second_best,
            "without": proof.without,
            "nash_gap": agreement.gap,
        },
        "payments": [
            {"institution": p.institution, "payer": p.payer, "receiver": p.receiver, "amount": p.amount}
            for p in found.payments
        ],
        "totals_by_solution": {name: other.total for name, other in found.compared.items()},
    }


def _figures(found: Negotiated, lang: str) -> dict[str, Figure]:
    """Maps of gains, of net payments and of works, per head; a group's figure in all its regions."""
    from spatialcoord.maps.fonts import graph_lettering
    from spatialcoord.maps.region_map import region_map

    table, graph, agreement = found.table, found.case.graph, found.agreement
    if not graph.has_geometry:
        return {}
    setting, unit = table.setting, f"{found.case.scenario.currency} per head"
    words = graph_lettering(graph, lang).words
    first, last = setting.periods[0], setting.periods[-1]
    note = words.t(f"negotiation.text.period_{setting.scenario.objective.at}", first=first, last=last)
    at_work = words.t("negotiation.figure.works_note", year=found.case.scenario.price_year)
    members = agreement.held.members
    inside = np.asarray(table.member.T @ np.isin(np.arange(len(table.ids)), members).astype(float)) > 0
    works = sum(
        (agreement.invested(joint.name, affair) for joint in found.joints for affair in joint.works),
        np.zeros(len(table.ids)),
    )
    if not inside.all():
        note, at_work = (words.t("negotiation.figure.outside", note=text) for text in (note, at_work))
    figures = {}
    for name, values in (("gains", agreement.income), ("payments", agreement.paid), ("works", works)):
        if name == "works" and not works.any():
            continue
        spread = np.asarray(table.member.T @ (1e6 * values / table.population))
        titles = {one: catalogue(one).t(f"negotiation.figure.{name}") for one in ("en", "zh")}
        shown = np.where(inside, spread, np.nan)
        figures[name] = region_map(
            graph, shown, titles, unit, lang, at_work if name == "works" else note, yearly=True
        )
    return figures
