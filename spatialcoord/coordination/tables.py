"""Tables of a negotiation, heads in the language and with units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spatialcoord import registry
from spatialcoord.coordination.negotiation import WEAKNESS, Negotiated
from spatialcoord.coordination.ranking import supported
from spatialcoord.coordination.sentences import Sentences
from spatialcoord.coordination.wording import SMALL


def tables_of(found: Negotiated, texts: Sentences) -> dict[str, pd.DataFrame]:
    """Agreement, payments, parties, institutions, rules, and where they were worked out solutions and their ranking."""
    tables = {
        "agreement": _agreement(found, texts),
        "payments": _payments(found, texts),
        "parties": _parties(found, texts),
        "institutions": _institutions(found, texts),
        "rules": _rules(found, texts),
    }
    if found.weighed:
        tables |= {"solutions": _solutions(found, texts), "ranking": _ranking(found, texts)}
    return tables


def _head(texts: Sentences, key: str, unit: str = "", **values: Any) -> str:
    words = texts.words
    name = words.t(f"negotiation.column.{key}", **values)
    return words.t("summary.table.with_unit", name=name, unit=words.unit(unit)) if unit else name


def _units(found: Negotiated, texts: Sentences, members: np.ndarray) -> dict[str, Any]:
    return {
        _head(texts, "key"): [found.table.ids[u] for u in members],
        _head(texts, "unit"): [texts.units[u] for u in members],
    }


def _members(found: Negotiated) -> np.ndarray:
    return found.agreement.held.members


def _agreement(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    agreement, table, money = found.agreement, found.table, texts.unit
    members, setting = _members(found), found.table.setting
    seats, year = agreement.held.seats, found.case.scenario.price_year
    columns = _units(found, texts, members)
    columns[_head(texts, "income", money)] = agreement.income[members]
    head = f"{found.case.scenario.currency} per head"
    columns[_head(texts, "per_head", head)] = (1e6 * agreement.income / table.population)[members]
    columns[_head(texts, "made", money)] = agreement.made[members]
    columns[_head(texts, "payment", money)] = agreement.paid[members]
    growth = float(setting.growth_factor @ setting.weight)
    columns[_head(texts, "first_payment", money, year=year)] = agreement.paid[members] / growth
    affairs = dict.fromkeys(a for joint in found.joints for a in joint.works)
    for affair in affairs:
        total = sum(
            (agreement.invested(j.name, affair) for j in found.joints if affair in j.works),
            np.zeros(len(table.ids)),
        )
        columns[_head(texts, "invested", money, affair=texts.affair(affair), year=year)] = total[members]
    for name in dict.fromkeys(seats.actor):
        own = [p for p in range(len(seats.names)) if seats.actor[p] == name and seats.unit[p] >= 0]
        if own:
            gains = dict(zip(seats.unit[own].tolist(), agreement.gain[own], strict=True))
            columns[_head(texts, "gain", money, actor=texts.actor(name))] = [gains[int(u)] for u in members]
    if agreement.error.any():
        columns[_head(texts, "error", money)] = agreement.error[members]
    return pd.DataFrame(columns)


def _payments(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    growth = float(found.table.setting.growth_factor @ found.table.setting.weight)
    listed = sorted(found.payments, key=lambda p: -p.amount)
    name = dict(zip(found.table.ids, texts.units, strict=True)) | {"": texts.words.t("negotiation.fund")}
    return pd.DataFrame(
        {
            _head(texts, "institution"): [texts.institution(p.institution) for p in listed],
            _head(texts, "payer"): [name[p.payer] for p in listed],
            _head(texts, "receiver"): [name[p.receiver] for p in listed],
            _head(texts, "amount", texts.unit, period=texts.period): [p.amount for p in listed],
            _head(texts, "first_amount", texts.unit, year=found.case.scenario.price_year): [
                p.amount / growth for p in listed
            ],
        }
    )


def _parties(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    seats = found.agreement.held.seats
    return pd.DataFrame(
        {
            _head(texts, "key"): list(seats.names),
            _head(texts, "actor"): [texts.actor(name) for name in seats.actor],
            _head(texts, "unit"): [texts.units[u] if u >= 0 else "" for u in seats.unit],
            _head(texts, "voice", "1"): seats.voice,
            _head(texts, "gain_plain", texts.unit): found.agreement.gain,
        }
    )


def _institutions(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    """Those considered; of those negotiated in a row for each member."""
    rows = []
    for joint in found.joints:
        stay, keep = found.staying[joint.name], found.keeping[joint.name]
        lost = found.worth[joint.name] - found.without[joint.name]
        kind = texts.words.text(registry.institutions.get(joint.terms.kind).title)
        for i, u in enumerate(joint.members):
            rows.append(
                {
                    _head(texts, "institution"): texts.institution(joint.name),
                    _head(texts, "kind"): kind,
                    _head(texts, "affairs"): texts.row(texts.affair(a) for a in joint.terms.affairs),
                    _head(texts, "worth", texts.unit): found.worth[joint.name],
                    _head(texts, "key"): found.table.ids[u],
                    _head(texts, "unit"): texts.units[u],
                    _head(texts, "without", texts.unit): lost[i],
                    _head(texts, "subsidy_stay", texts.unit): stay.subsidy[i],
                    _head(texts, "margin", found.case.scenario.money_unit): keep.margin[i],
                    _head(texts, "subsidy_keep", texts.unit): keep.subsidy[i],
                }
            )
    considered = [name for name in found.worth if name not in {joint.name for joint in found.joints}]
    rows += [
        {
            _head(texts, "institution"): texts.institution(name),
            _head(texts, "worth", texts.unit): found.worth[name],
        }
        for name in considered
    ]
    return pd.DataFrame(rows)


def _rules(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    proof = found.efficiency
    t = texts.words.t
    named = {
        t("negotiation.column.divided"): proof.total,
        t("negotiation.column.under_all"): proof.most,
        **{
            t(
                f"negotiation.column.{'with_more' if key == 'contribution' else 'without_rule'}",
                rule=t(f"negotiation.rulename.{key}"),
            ): most
            for key, most in proof.without.items()
        },
        t("negotiation.column.no_rules"): proof.first_best,
    }
    least = SMALL * max(proof.most, 1e-12)  # a smaller difference is the solver's
    return pd.DataFrame(
        {
            _head(texts, "rule"): list(named),
            _head(texts, "most", texts.unit): list(named.values()),
            _head(texts, "difference", texts.unit): [
                value - proof.most if abs(value - proof.most) > least else 0.0 for value in named.values()
            ],
        }
    )


def _solutions(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    members = _members(found)
    columns = _units(found, texts, members)
    for name, other in found.compared.items():
        unit = texts.words.unit(texts.unit)
        head = texts.words.t("summary.table.with_unit", name=texts.solution(name), unit=unit)
        columns[head] = other.income[members]
    return pd.DataFrame(columns)


def _ranking(found: Negotiated, texts: Sentences) -> pd.DataFrame:
    rows = []
    for weakness in WEAKNESS:
        support = supported(found, weakness)
        for name in sorted(support, key=lambda k: -support[k]):
            other = found.weighed[name, weakness]
            rows.append(
                {
                    _head(texts, "weakness", "1"): weakness,
                    _head(texts, "solution"): texts.solution(name),
                    _head(texts, "support", "1"): support[name],
                    _head(texts, "total", texts.unit): other.total,
                    _head(texts, "smallest", texts.unit): float(other.gain.min()),
                }
            )
    return pd.DataFrame(rows)
