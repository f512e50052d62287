"""How good an agreement is and whether it lasts, in plain sentences: its certificate, who leaves or breaks it, other concepts."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from spatialcoord.coordination.negotiation import WEAKNESS
from spatialcoord.coordination.ranking import order_of, supported
from spatialcoord.coordination.solutions import SHARING
from spatialcoord.coordination.wording import SMALL, Wording


class Proved(Wording):
    """Sentences on what is proved of an agreement."""

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
        losing = [self.party(int(p)) for p in np.flatnonzero(found.agreement.gain < -SMALL * self.scale)]
        if losing:
            texts.append(self.t("refused_by", parties=self.some(losing)))
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
                        members=self.some(units),
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
            units = self._largest(keep.subsidy, keep.breaking, len(keep.breaking))
            subsidy = float(keep.subsidy.sum())
            total += subsidy
            named = self.some([self.units[joint.members[i]] for i in units])
            texts.append(self.t("breaks", institution=name, units=named, subsidy=self.money(subsidy)))
        centre = "central_government"
        if centre in seats.names:
            worth = float(agreement.gain[seats.names.index(centre)])
            if total > 0:
                funds = cast(Any, found.case.scenario.actors[centre])
                # what keeps members in is needed as well, whoever pays it: the centre must be ready to
                total += sum(float(stay.subsidy.sum()) for stay in found.staying.values())
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
        capless = [k for k in others if k in SHARING]
        if capless and found.case.scenario.negotiation.payment_cap is not None:
            texts.append(self.t("capless", solutions=self.row(map(self.solution, capless))))
        stable = [self.solution(k) for k, holds in found.kept.items() if holds]
        if found.kept:
            texts.append(self.t("stable", solutions=self.row(stable)) if stable else self.t("none_stable"))
        place = order_of(found.agreement)
        moved = {key: int((order_of(other) != place).sum()) for key, other in others.items()}
        texts.append(
            self.t(
                "moves",
                solution=self.solution(found.agreement.solution),
                units=len(place),
                listed=self.row(
                    self.t("moved", solution=self.solution(key), count=count) for key, count in moved.items()
                ),
            )
        )
        for weakness in (WEAKNESS[0], WEAKNESS[-1]):
            support = supported(found, weakness)
            order = sorted(support, key=lambda k: -support[k])
            named = self.row(
                self.t("supported", solution=self.solution(k), share=self.words.percent(support[k], 0))
                for k in order
            )
            if weakness == 0:
                texts.append(self.t("ranking_equal", order=named))
            else:
                texts.append(self.t("ranking", louder=f"{1 + weakness / 2:g}", order=named))
        return texts
