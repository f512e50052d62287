"""The story of the loop in plain sentences under heads."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.considered import DEFAULT
from spatialcoord.coordination.coordinate import TOLERANCE, Coordinated
from spatialcoord.coordination.cycle_data import lacks_of
from spatialcoord.coordination.wording import measured
from spatialcoord.results import Spoken


class Story:
    """Sentences of one run of the loop in one language.

    Parameters
    ----------
    found : Coordinated
        What came of it.
    lang : str
        Language.
    """

    def __init__(self, found: Coordinated, lang: str) -> None:
        self.found, self.words = found, Spoken(lang)
        self.once = found.case.scenario.money_unit
        self.unit = f"{self.once}/yr"

    def all(self) -> list[dict[str, str]]:
        """Every sentence with its head."""
        groups = {
            "result": self.result(),
            "cycles": [text for one in self.found.cycles for text in self.cycle(one)],
            "lacks": self.lacks(),
            "caveats": self.caveats(),
        }
        return [{"head": head, "text": text} for head, texts in groups.items() for text in texts]

    def t(self, key: str, **values: Any) -> str:
        """A sentence of the study."""
        return self.words.t(f"coordination.text.{key}", **values)

    def money(self, amount: float) -> str:
        """An amount a year."""
        return self.words.amount(amount, self.unit)

    def sum(self, amount: float) -> str:
        """An amount."""
        return self.words.amount(amount, self.once)

    def index(self, value: float) -> str:
        """A value of an index."""
        return self.words.number(value, 5)

    def name(self, key: str) -> str:
        """Name of a part of the cycle, or of a number."""
        return self.words.t(f"coordination.name.{key}")

    def institution(self, name: str) -> str:
        """Name of an institution for readers; of the one assumed where the scenario names none, who is in it."""
        known = self.found.case.scenario.institutions
        if name not in known:
            return self.t("everybody") if name == DEFAULT else name
        title = known[name].title  # type: ignore[attr-defined]
        return name if title is None else title.in_language(self.words.lang)

    def begin(self, delay: int) -> str:
        """When joint works begin."""
        return self.t("begin", count=delay) if delay else self.t("begin_now")

    def result(self) -> list[str]:
        """How it ended, what it did to disparity, what was learnt."""
        found = self.found
        texts = []
        if len(found.cycles) > 1:
            texts.append(
                self.t(
                    f"stopped_{found.stopped}",
                    cycles=len(found.cycles),
                    moved=self.words.percent(found.moved[-1], 1),
                    learning=self.words.percent(found.learning[-1], 1),
                    tolerance=self.words.percent(TOLERANCE, 0),
                )
            )
        else:
            texts.append(self.t("one_cycle"))
        first = found.cycles[0]
        seen = first["simulated"]
        texts.append(
            self.t(
                "disparity",
                measure=measured(self.words, found.case),
                none=self.index(seen["index_no_programme"]),
                same=self.index(seen["index_same_per_head"]),
                plan=self.index(seen["index"]),
                realised=self.index(first["realised"]["index"]),
            )
        )
        return texts + self._learnt()

    def _learnt(self) -> list[str]:
        found, texts = self.found, []
        for kind, last in found.cycles[-1]["learnt"].items():
            values = {
                "kind": self.name(f"capital_{kind}"),
                "before": self.words.number(found.cycles[0]["believed"][kind], 4),
                "after": self.words.number(last["after"], 4),
                "truth": self.words.number(last["truth"], 4),
            }
            if not last["identified"]:
                texts.append(self.t("not_identified", **values))
                continue
            inside = last["low"] <= last["truth"] <= last["high"]
            texts.append(
                self.t(
                    "learnt_in",
                    **values,
                    estimate=self.words.number(last["estimate"], 4),
                    low=self.words.number(last["low"], 4),
                    high=self.words.number(last["high"], 4),
                    inside=self.t("learnt_inside" if inside else "learnt_outside"),
                )
            )
        return texts

    def cycle(self, one: dict[str, Any]) -> list[str]:
        """The five steps of one cycle."""
        on, log = self.found.rules.switches, one["log"]
        plan = one["plan"]
        texts = [
            self.t(
                "plan",
                first=one["years"][0],
                last=one["years"][-1],
                money=self.sum(plan["money"]),
                before=self.index(plan["index_before"]),
                after=self.index(plan["index"]),
            )
        ]
        if not on.express:
            texts.append(self.t("no_express"))
        else:
            satisfied = one["satisfied"]
            texts.append(
                self.t(
                    "express",
                    count=self.words.number(satisfied["demands"]),
                    asked=self.money(satisfied["asked"]),
                    accepted=self.money(satisfied["accepted"]),
                    met=self.words.percent(satisfied["met"], 0),
                )
            )
            said = [entry for entry in log if entry["step"] == "express"]
            totals = [entry for entry in said if entry["kind"] == "total"]
            if totals:
                most = max(totals, key=lambda entry: entry["asked"])
                actor = self.words.text(registry.actors.get(most["who"]).title)
                texts.append(self.t("asked_most", actor=actor, asked=self.money(most["asked"])))
            if any(entry["kind"] == "dropped" for entry in said):
                texts.append(self.t("dropped"))
        texts += self._agreement(one)
        seen = one["simulated"]
        texts.append(
            self.t(
                "evaluate",
                gain=self.money(seen["output_gain"]),
                same=self.money(seen["output_gain_same_per_head"]),
                realised=self.money(one["realised"]["output_gain"]),
            )
        )
        texts += self._worthwhile(one)
        return [self.t("of_cycle", cycle=one["cycle"], text=text) for text in texts]

    def _worthwhile(self, one: dict[str, Any]) -> list[str]:
        """Benefits against costs of all regions together, against no programme."""
        found = [e for e in one["benefit_cost"] if e["counterfactual"] == "no_programme"]
        whole = next(e for e in found if not e["party"])
        return [
            self.t(
                "benefit_cost",
                benefit=self.money(whole["benefit"]),
                cost=self.money(whole["cost"]),
                gain=sum(e["net"] > 0 for e in found if e["party"]),
                regions=len(found) - 1,
            )
        ]

    def _agreement(self, one: dict[str, Any]) -> list[str]:
        agreement, log = one["agreement"], one["log"]
        if agreement is None:
            return [self.t("nothing" if self.found.rules.switches.negotiate else "no_negotiate")]
        listed = []
        for name, terms in agreement["institutions"].items():
            listed.append(
                self.t(
                    "institution",
                    name=self.institution(name),
                    kind=self.words.text(registry.institutions.get(terms["kind"]).title),
                    members=len(terms["members"]),
                    begin=self.begin(terms["delay"]),
                )
            )
        joined = self.words.t("coordination.and").join(listed)
        texts = [self.t("negotiate", institutions=joined, total=self.money(agreement["total"]))]
        proof = one["certificate"]
        texts.append(
            self.t(
                "second_best" if proof["second_best"] else "first_best",
                optimal=self.t("optimal" if proof["pareto_optimal"] else "not_optimal"),
                total=self.money(agreement["total"]),
                first=self.money(proof["first_best"]),
            )
        )
        paid = np.array(agreement["paid"])
        rivers = {(e["institution"], e["who"]) for e in one["waters"] if e["kind"] == "quality"}
        texts.append(
            self.t(
                "share" if rivers else "no_rivers",
                payers=int((paid < 0).sum()),
                receivers=int((paid > 0).sum()),
                amount=self.money(float(np.maximum(paid, 0).sum())),
                rivers=len(rivers),
                money=self.sum(sum(e["amount"] for e in one["waters"] if e["kind"] == "quality")),
                expected=self.sum(sum(e["expected"] for e in one["waters"] if e["kind"] == "quality")),
            )
        )
        watched = one["supervision"]
        if watched is None:
            return [*texts, self.t("no_supervise")]
        kinds = Counter(entry["kind"] for entry in log if entry["step"] == "supervise")
        disputes = {e["dispute"] for e in log if e["step"] == "supervise" and e.get("dispute")}
        return [
            *texts,
            self.t(
                "supervise",
                kept=self.words.percent(watched["kept_when_due"], 1),
                violations=self.words.number(kinds["violation"]),
                found=self.words.number(kinds["claim"]),
                disputes=self.words.number(len(disputes)),
                penalties=self.sum(watched["penalty_paid"]),
                **{"finally": self.words.percent(watched["kept"], 1)},
            ),
        ]

    def lacks(self) -> list[str]:
        """The counterfactuals."""
        lacks = lacks_of(self.found)
        full = lacks.pop("everything")
        return [
            self.t(
                "lack" if one["agreed"] > 0 else "lack_none",
                what=self.words.t("coordination.column.what") + " " + self.name(name)
                if self.words.lang == "en"
                else self.words.t("coordination.column.what") + self.name(name),
                agreed=self.money(one["agreed"]),
                kept=self.money(one["kept"]),
                full_agreed=self.money(full["agreed"]),
                full_kept=self.money(full["kept"]),
                lost=self.sum(one["lost"]),
                output=self.money(one["output"]),
                index=self.index(one["index"]),
                first=self.money(full["output"]),
                second=self.index(full["index"]),
            )
            for name, one in lacks.items()
        ]

    def caveats(self) -> list[str]:
        """What a reader must know."""
        rules = self.found.rules
        setting = self.found.case.setting
        period = self.t(f"period_{setting.scenario.objective.at}", horizon=len(setting.periods))
        texts = [
            self.t("amounts", period=period, year=self.found.case.scenario.price_year),
            self.t("agreement_not_simulated"),
            self.t("penalties"),
            self.t("synthetic"),
            self.t("choices"),
        ]
        if rules.switches.express and rules.demands is None:
            texts.insert(0, self.t("stand_in"))
        if rules.switches.off:
            what = self.words.t("coordination.and").join(map(self.name, rules.switches.off))
            texts.insert(0, self.t("off", what=what))
        return texts
