"""What an agreement means, in plain sentences under heads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.bargaining_set import most_paid
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.negotiation import DEFAULT, WEAKNESS, Negotiated
from spatialcoord.coordination.ranking import order_of, supported
from spatialcoord.coordination.solutions import SHARING
from spatialcoord.coordination.works import INDIRECT
from spatialcoord.coordination.worth import Worth
from spatialcoord.economy.setting import Array
from spatialcoord.institutions.base import AFFAIRS
from spatialcoord.results import Spoken

SHOWN = 4  # units named in a sentence
LISTED = 12  # members of a coalition named
SMALL = 1e-6  # of what there is to divide: less is nothing


class Sentences:
    """Sentences of one negotiation in one language.

    Parameters
    ----------
    found : Negotiated
        What came of it.
    lang : str
        Language.
    """

    def __init__(self, found: Negotiated, lang: str) -> None:
        self.found, self.words = found, Spoken(lang)
        self.units = found.table.names(lang)
        self.scale = max(found.agreement.total, 1e-12)
        self.unit = f"{found.case.scenario.money_unit}/yr"

    def all(self) -> list[dict[str, str]]:
        """Every sentence with its head."""
        groups = {
            "result": self.result(),
            "works": self.works(),
            "payments": self.payments(),
            "optimal": self.optimal(),
            "staying": self.staying(),
            "keeping": self.keeping(),
            "concepts": self.concepts(),
            "caveats": self.caveats(),
        }
        return [{"head": head, "text": text} for head, texts in groups.items() for text in texts]

    # --- words ------------------------------------------------------------------------------------------------------
    def t(self, key: str, **values: Any) -> str:
        """A sentence of the study."""
        return self.words.t(f"negotiation.text.{key}", **values)

    def money(self, amount: float) -> str:
        """An amount a year."""
        return self.words.amount(amount, self.unit)

    def row(self, names: Iterable[str]) -> str:
        """Names in a row."""
        return self.words.t("negotiation.and").join(names)

    def affair(self, key: str) -> str:
        """Name of an affair."""
        return self.words.text(AFFAIRS[key])

    def solution(self, key: str) -> str:
        """Name of a solution concept."""
        return self.words.t(f"negotiation.solution.{key}")

    def actor(self, key: str) -> str:
        """Title of an actor."""
        return self.words.text(registry.actors.get(key).title)

    def institution(self, name: str) -> str:
        """Name of an institution for readers."""
        terms = next((j.terms for j in self.found.joints if j.name == name), None)
        title = terms.title if terms is not None else None
        if title is not None:
            return title.in_language(self.words.lang)
        if name == DEFAULT and name not in self.found.case.scenario.institutions and terms is not None:
            return self.words.text(registry.institutions.get(terms.kind).title)
        return name

    def _largest(self, values: Array, where: np.ndarray, count: int = SHOWN) -> list[int]:
        return [int(i) for i in where[np.argsort(-values[where], kind="stable")][:count]]

    def _named(self, values: Array, order: Iterable[int], say: Any) -> str:
        return self.row(self.t("unit", name=self.units[i], amount=say(float(values[i]))) for i in order)

    # --- what is agreed on ------------------------------------------------------------------------------------------
    def result(self) -> list[str]:
        """The agreement and whom it is worth what."""
        found, agreement = self.found, self.found.agreement
        setting = found.table.setting
        members = np.unique(np.concatenate([j.members for j in found.joints]))
        income = agreement.income
        least = SMALL * self.scale
        output = float((found.table.output @ setting.weight)[members].sum())
        texts = [
            self.t(
                "result",
                solution=self.solution(agreement.solution),
                money=self.money(float(income[members].sum())),
                first=setting.periods[0],
                last=setting.periods[-1],
                year=found.case.scenario.price_year,
                share=self.words.percent(float(income[members].sum()) / output, 3),
                units=len(members),
                gain=int((income[members] > least).sum()),
                lose=int((income[members] < -least).sum()),
            )
        ]
        listed = self.row(self._institution(j) for j in found.joints)
        if not found.case.scenario.institutions:
            affairs = self.row(self.affair(a) for a in found.joints[0].terms.affairs)
            texts.append(self.t("default", affairs=affairs))
        elif found.chosen:
            texts.append(self.t("chosen", count=len(found.worth), institutions=listed))
        else:
            texts.append(self.t("formed", institutions=listed))
        texts += self._parties()
        per_head = 1e6 * income / found.table.population
        order = self._largest(per_head, members, 3)
        lowest = self._largest(-per_head, members, 3)
        texts.append(
            self.t(
                "most_gain",
                most=self._named(per_head, order, self._head),
                least=self._named(per_head, lowest, self._head),
            )
        )
        return texts

    def _head(self, amount: float) -> str:
        unit = f"{self.found.case.scenario.currency} per head"
        return self.words.t("summary.quantity", number=self.words.small(amount), unit=self.words.unit(unit))

    def _institution(self, joint: Joint) -> str:
        terms = joint.terms
        return self.t(
            "institution",
            name=self.institution(joint.name),
            kind=self.words.text(registry.institutions.get(terms.kind).title),
            members=len(joint.members),
            affairs=self.row(self.affair(a) for a in terms.affairs),
            delay=terms.delay,
            enforcement=self.words.percent(terms.enforcement, 0),
        )

    def _parties(self) -> list[str]:
        agreement = self.found.agreement
        seats, gain = agreement.held.seats, agreement.gain
        regional = seats.unit >= 0
        total = float(gain[regional].sum())
        owners = np.array(seats.actor)
        shares = [
            self.t(
                "actor",
                actor=self.actor(name),
                share=self.words.percent(float(gain[regional & (owners == name)].sum()) / total, 0),
            )
            for name in dict.fromkeys(owners[regional].tolist())
            if total > 0
        ]
        texts = [self.t("actors", shares=self.row(shares))] if shares else []
        nation = [
            self.t("nation_of", actor=self.actor(seats.actor[p]), money=self.money(float(gain[p])))
            for p in np.flatnonzero(~regional)
        ]
        return texts + ([self.t("nation", amounts=self.row(nation))] if nation else [])

    # --- works and payments -----------------------------------------------------------------------------------------
    def works(self) -> list[str]:
        """Where pooled money goes, and which rivers are protected."""
        found, agreement, texts = self.found, self.found.agreement, []
        setting = found.table.setting
        for joint in found.joints:
            for affair in joint.works:
                n = agreement.invested(joint.name, affair)
                moved = float(np.maximum(n, 0).sum())
                if moved <= SMALL * self.scale:
                    texts.append(self.t("no_pool", affair=self.affair(affair)))
                    continue
                texts.append(
                    self.t(
                        "pool",
                        affair=self.affair(affair),
                        money=self.money(moved),
                        year=found.case.scenario.price_year,
                        to=self._named(n, self._largest(n, np.flatnonzero(n > 0), 3), self.money),
                        **{"from": self._named(-n, self._largest(-n, np.flatnonzero(n < 0), 3), self.money)},
                    )
                )
            protection = joint.protection
            if len(protection.region):
                level = agreement.of(joint.name, "protection")
                names = setting.graph.names(self.words.lang).values.astype(str)
                done = [names[r] for r in protection.region[level > 0.5]]
                worth = float((level @ protection.effect)[joint.members].sum())
                regions = self.row(done[:LISTED]) + ("" if len(done) <= LISTED else " …")
                texts.append(
                    self.t(
                        "protection",
                        count=len(done),
                        all=len(level),
                        money=self.money(worth),
                        regions=regions,
                    )
                )
            texts += [
                self.t(f"idle_{why}", affair=self.affair(affair), institution=self.institution(joint.name))
                for affair, why in joint.idle.items()
            ]
        if any(a in INDIRECT for j in found.joints for a in j.works):
            rules = setting.scenario.negotiation
            lost = self.words.percent(rules.indirect_cost, 0)
            texts.append(self.t("indirect", lost=lost, late=rules.indirect_delay))
        return texts + self._direction()

    def _direction(self) -> list[str]:
        """Whether works go to the richer, and payments back; what that does to disparity."""
        found, table = self.found, self.found.table
        setting, agreement = table.setting, found.agreement
        n = [agreement.invested(j.name, a) for j in found.joints for a in j.works]
        none = np.zeros(len(table.ids))
        up, down = (sum((np.maximum(sign * x, 0) for x in n), none) for sign in (1.0, -1.0))
        texts = []
        if up.any():
            persons = table.total(setting.purchasing_persons)
            level = table.total(setting.base_output) / persons
            rich = level > setting.base_output.sum() / persons.sum()
            texts.append(
                self.t(
                    "richer",
                    up=self.words.percent(float(up[rich].sum() / up.sum()), 0),
                    down=self.words.percent(float(down[~rich].sum() / down.sum()), 0),
                    back=self.money(float(agreement.paid[~rich].sum())),
                )
            )
        if setting.scenario.objective.of == "income":
            spread = np.asarray(
                table.member.T @ (1e6 * agreement.income / table.total(setting.purchasing_persons))
            )
            index = registry.measures.get(setting.scenario.objective.lead)
            after = setting.weighted_disparity(found.plan.target + spread)
            before = found.plan.index
            texts.append(
                self.t(
                    "disparity",
                    measure=self.words.text(index.title),
                    before=self.words.number(before, 5),
                    after=self.words.number(after, 5),
                )
            )
        return texts

    def payments(self) -> list[str]:
        """Who pays whom."""
        found = self.found
        name = dict(zip(found.table.ids, self.units, strict=True)) | {"": self.words.t("negotiation.fund")}
        order = sorted(found.payments, key=lambda p: -p.amount)
        listed = self.row(
            self.t("payment", payer=name[p.payer], receiver=name[p.receiver], amount=self.money(p.amount))
            for p in order[:SHOWN]
        )
        total = sum(p.amount for p in found.payments)
        texts = (
            [self.t("payments", count=len(order), money=self.money(total), largest=listed)] if order else []
        )
        cost = sum(j.cost for j in found.joints)
        if cost > 0:
            texts.append(self.t("setting_up", money=self.money(cost)))
        cap = found.table.setting.scenario.negotiation.payment_cap
        if cap is not None and found.agreement.solution not in SHARING:
            most = most_paid(found.table, cap)
            at = np.flatnonzero(np.abs(found.agreement.paid) >= most * (1 - 1e-6) - 1e-12)
            if len(at):
                share = self.words.percent(cap, 2)
                units = self.row(self.units[i] for i in at[:LISTED])
                texts.append(self.t("capped", count=len(at), cap=share, units=units))
        return texts

    # --- proofs -----------------------------------------------------------------------------------------------------
    def optimal(self) -> list[str]:
        """The certificate, and what rules cost."""
        found, proof = self.found, self.found.efficiency
        key = "optimal" if proof.optimal else "not_optimal"
        texts = [self.t(key, more=self.money(proof.more))]
        if proof.second_best:
            texts.append(
                self.t(
                    "second_best",
                    first=self.money(proof.first_best),
                    most=self.money(proof.most),
                    divided=self.money(proof.total),
                )
            )
            costs = {k: v - proof.most for k, v in proof.without.items() if k != "contribution"}
            listed = [
                self.words.t(
                    "negotiation.rule", name=self.words.t(f"negotiation.rulename.{k}"), amount=self.money(v)
                )
                for k, v in sorted(costs.items(), key=lambda kv: -kv[1])
                if v > SMALL * self.scale
            ]
            if listed:
                texts.append(self.t("prices", rules=self.row(listed)))
        else:
            texts.append(self.t("first_best"))
        texts.append(self.t("contribution", money=self.money(proof.without["contribution"])))
        if found.agreement.solution == "nash":
            gap = self.words.percent(max(float(np.expm1(found.agreement.gap)), 1e-9), 7)
            texts.append(self.t("nash_gap", gap=gap))
        texts.append(self.t("bracket", error=self.money(found.error)))
        if found.agreement.error.any():
            texts.append(self.t("sampled", error=self.money(float(found.agreement.error.max()))))
        seats = found.agreement.held.seats
        losing = [seats.names[p] for p in np.flatnonzero(found.agreement.gain < -SMALL * self.scale)]
        if losing:
            texts.append(self.t("refused_by", parties=self.row(losing[:LISTED])))
        return texts

    def staying(self) -> list[str]:
        """Who would walk out, and who matters most."""
        found, texts = self.found, []
        for joint in found.joints:
            stay, name = found.staying[joint.name], self.institution(joint.name)
            units = [self.units[found.table.ids.index(i)] for i in stay.leaving]
            if not units:
                key = "stays" if stay.proved else "stays_open"
                texts.append(self.t(key, institution=name, bound=self.money(stay.bound)))
            else:
                texts.append(
                    self.t(
                        "leaves" if stay.proved else "leaves_open",
                        institution=name,
                        members=self.row(units[:LISTED]) + ("" if len(units) <= LISTED else " …"),
                        excess=self.money(stay.excess),
                        subsidy=self.money(float(stay.subsidy.sum())),
                    )
                )
            lost = found.worth[joint.name] - found.without[joint.name]
            order = np.argsort(-lost, kind="stable")[:3]
            named = self.row(
                self.t("unit", name=self.units[joint.members[i]], amount=self.money(float(lost[i])))
                for i in order
            )
            texts.append(self.t("pivotal", institution=name, units=named))
            more = found.joining[joint.name]
            best = sorted((u for u in more if more[u] > SMALL * self.scale), key=lambda u: -more[u])
            if best:
                named = self.row(
                    self.t("unit", name=self.units[found.table.ids.index(u)], amount=self.money(more[u]))
                    for u in best[:3]
                )
                texts.append(self.t("joining", institution=name, count=len(best), units=named))
        return texts

    def keeping(self) -> list[str]:
        """Whether it holds, what holds it, and whether the centre consents."""
        found, texts, total = self.found, [], 0.0
        agreement, seats = found.agreement, found.agreement.held.seats
        for joint in found.joints:
            keep, name = found.keeping[joint.name], self.institution(joint.name)
            if not len(keep.breaking):
                texts.append(self.t("keeps", institution=name))
                continue
            units = self._largest(keep.subsidy, keep.breaking, LISTED)
            subsidy = float(keep.subsidy.sum())
            total += subsidy
            named = self.row(self.units[joint.members[i]] for i in units)
            texts.append(self.t("breaks", institution=name, units=named, subsidy=self.money(subsidy)))
        centre = "central_government"
        if centre in seats.names:
            worth = float(agreement.gain[seats.names.index(centre)])
            if total > 0:
                funds = cast(Any, found.case.scenario.actors[centre])
                cost = total * funds.cost_of_public_funds
                verdict = self.t("worth_it" if worth >= cost else "not_worth_it")
                texts.append(
                    self.t("centre", worth=self.money(worth), cost=self.money(cost), verdict=verdict)
                )
            texts += [
                self.t("consent", institution=self.institution(j.name), money=self.money(worth))
                for j in found.joints
                if j.terms.consent
            ]
            if worth < -SMALL * self.scale:
                texts.append(self.t("vetoed", money=self.money(worth)))
        return texts

    def concepts(self) -> list[str]:
        """How it changes with concept and voices."""
        found = self.found
        others = {k: a for k, a in found.compared.items() if k != found.agreement.solution}
        if not others:
            return []
        listed = self.row(
            self.t("concept", solution=self.solution(k), money=self.money(a.total)) for k, a in others.items()
        )
        texts = [self.t("concepts", listed=listed)]
        stable = [self.solution(k) for k, holds in found.kept.items() if holds]
        if found.kept:
            texts.append(self.t("stable", solutions=self.row(stable)) if stable else self.t("none_stable"))
        place = order_of(found.agreement)
        for key, other in others.items():
            changed = int((order_of(other) != place).sum())
            texts.append(
                self.t(
                    "moves",
                    solution=self.solution(found.agreement.solution),
                    other=self.solution(key),
                    count=changed,
                    units=len(place),
                )
            )
        for weakness in WEAKNESS:
            support = supported(found, weakness)
            order = sorted(support, key=lambda k: -support[k])
            named = self.row(
                self.t("supported", solution=self.solution(k), share=self.words.percent(support[k], 0))
                for k in order
            )
            texts.append(self.t("ranking", louder=f"{1 + weakness / 2:g}", order=named))
        return texts

    def caveats(self) -> list[str]:
        """What a reader must know."""
        found = self.found
        texts = [self.t("method"), self.t("reduced"), self.t("seats")]
        if found.table.level:
            texts.append(self.t("groups"))
        if any(len(j.protection.region) for j in found.joints):
            texts.append(self.t("protection_proxy"))
        seats = found.agreement.held.seats
        silent = [a for a in (*seats.claim, *seats.income) if a not in seats.actor]
        if silent:
            texts.append(self.t("silenced", actors=self.row(map(self.actor, silent))))
        if found.table.multiplier is not None:
            texts.append(self.t("spillovers", units=self._better_with_outsiders()))
        return texts

    def _better_with_outsiders(self) -> int:
        count = 0
        for joint in self.found.joints:
            worth, m = Worth(joint), len(joint.members)
            alone = np.eye(m, dtype=bool)
            for i in range(m):
                least = SMALL * self.scale
                count += int(worth.with_outsiders(alone[i]) > float(worth(alone[i : i + 1])[0]) + least)
        return count
