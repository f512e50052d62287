"""The audit trail of demands in plain sentences."""

from __future__ import annotations

from typing import Any

from spatialcoord import registry
from spatialcoord.coordination.expression import Expressed
from spatialcoord.messages import catalogue
from spatialcoord.results import Spoken


def trail(expressed: Expressed, lang: str = "en") -> list[str]:
    """A sentence for every row of :meth:`Expressed.rows`, in its order.

    Parameters
    ----------
    expressed : Expressed
        What was asked and accepted.
    lang : str
        Language.
    """
    words, setting = Spoken(lang), expressed.setting
    unit = f"{setting.scenario.money_unit}/yr"
    names = dict(zip(setting.regions, map(str, setting.graph.names(lang).values), strict=True))
    known = catalogue(lang).texts

    def text(group: str, key: str, **values: Any) -> str:
        return words.t(f"expression.{group}.{key}", **values)

    def actor(key: str) -> str:
        return words.text(registry.actors.get(key).title) if key else ""

    def party(key: str, region: str) -> str:
        if region == "":
            return text("party", "nation", actor=actor(key))
        kind = "own" if registry.actors.get(key).regional else "other"
        return text("party", kind, actor=actor(key), region=names[region])

    def money_of(key: str) -> str:
        if key in setting.scenario.instruments:
            return words.text(registry.instruments.get(key).title)
        return known.get(f"sensitivity.name.envelope_{key}", key.replace("_", " "))

    def said(row: dict[str, Any]) -> str:
        kind, who, reason = row["kind"], row["who"], row["reason"]
        money = {key: words.amount(row[key], unit) for key in ("asked", "accepted")}
        voice = words.percent(row["voice"], 2)
        if kind == "silence":
            return text("row", kind, who=actor(who))
        if kind == "promise":
            place = {"region": names[row["region"]], "instrument": money_of(row["instrument"])}
            return text("row", kind, accepted=money["accepted"], **place)
        if kind == "total":
            return text("row", kind, who=actor(who), voice=voice, **money)
        if kind == "all":
            amounts = {
                "budget": words.amount(expressed.budget, unit),
                "heard": words.percent(expressed.heard),
            }
            return text("row", kind, reason=text("reason", reason), **amounts, **money)
        label = {"party": party(who, row["region"]), "instrument": money_of(row["instrument"])}
        if kind == "statement":
            line = text("row", kind, asked=money["asked"], basis=text("basis", reason), voice=voice, **label)
            return text("row", "note", text=line, note=row["note"]) if row["note"] else line
        if kind == "acceptance":
            return text("row", kind, accepted=money["accepted"], **label)
        if kind == "cut":
            return text("row", kind, reason=text("reason", reason), **money, **label)
        return text("row", kind, asked=money["asked"], reason=text("reason", reason), **label)

    return [said(row) for row in expressed.rows()]
