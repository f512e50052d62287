"""What is agreed on, in plain sentences: whom it is worth what, works paid for together, who pays whom."""

from __future__ import annotations

import math

import numpy as np

from spatialcoord import registry
from spatialcoord.coordination.bargaining_set import most_paid
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.solutions import SHARING
from spatialcoord.coordination.wording import SHOWN, SMALL, Wording, measured
from spatialcoord.coordination.works import INDIRECT


class Agreed(Wording):
    """Sentences on the agreement itself."""

    def result(self) -> list[str]:
        """The agreement and whom it is worth what."""
        found, agreement = self.found, self.found.agreement
        setting = found.table.setting
        members = agreement.held.members
        income = agreement.income
        least = SMALL * self.scale
        output = float((found.table.output @ setting.weight)[members].sum())
        share = max(agreement.total / output, 1e-12)
        texts = [
            self.t(
                "result",
                solution=self.solution(agreement.solution),
                money=self.money(agreement.total),
                period=self.period,
                year=found.case.scenario.price_year,
                share=self.words.percent(share, max(1, 1 - math.floor(math.log10(100 * share)))),
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
        elsewhere = float(np.delete(income, members).sum())
        if abs(elsewhere) > least:
            key = "outside_gain" if elsewhere > 0 else "outside_lose"
            texts.append(self.t(key, money=self.money(abs(elsewhere))))
        per_head = 1e6 * np.where(np.abs(income) > least, income, 0.0) / found.table.population
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

    def _institution(self, joint: Joint) -> str:
        terms = joint.terms
        return self.t(
            "institution",
            name=self.institution(joint.name),
            kind=self.words.text(registry.institutions.get(terms.kind).title),
            members=len(joint.members),
            affairs=self.row(self.affair(a) for a in terms.affairs),
            begin=self.years("begin", terms.delay),
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
                every = agreement.of(joint.name, "protection")
                names = setting.graph.names(self.words.lang).values.astype(str)
                for name in dict.fromkeys(protection.function.tolist()):
                    own = protection.function == name
                    level, effect = every[own], protection.effect[own]
                    done = [names[r] for r in protection.region[own][level > 0.5]]
                    forgone = -level @ effect[np.arange(len(level)), protection.provider[own]]
                    title = setting.scenario.negotiation.functions[name].title if name else None
                    texts.append(
                        self.t(
                            "function" if title is not None else "protection",
                            function=title.in_language(self.words.lang) if title is not None else "",
                            count=len(done),
                            all=len(level),
                            money=self.money(float((level @ effect)[joint.members].sum())),
                            forgone=self.money(float(forgone)),
                            regions=self.some(done),
                        )
                    )
            texts += [
                self.t(f"idle_{why}", affair=self.affair(affair), institution=self.institution(joint.name))
                for affair, why in joint.idle.items()
            ]
        if any(a in INDIRECT for j in found.joints for a in j.works):
            rules = setting.scenario.negotiation
            lost = self.words.percent(rules.indirect_cost, 0)
            texts.append(self.t("indirect", lost=lost, late=self.years("late", rules.indirect_delay)))
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
                )
            )
            back = float(agreement.paid[~rich].sum())
            if abs(back) > SMALL * self.scale:
                key = "poorer_paid" if back > 0 else "poorer_pay"
                texts.append(self.t(key, money=self.money(abs(back))))
        if setting.scenario.objective.of == "income":
            spread = np.asarray(
                table.member.T @ (1e6 * agreement.income / table.total(setting.purchasing_persons))
            )
            after = setting.weighted_disparity(found.plan.target + spread)
            before = found.plan.index
            texts.append(
                self.t(
                    "disparity",
                    measure=measured(self.words, found.case),
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
            [
                self.t(
                    "payments", count=len(order), money=self.money(total), period=self.period, largest=listed
                )
            ]
            if order
            else []
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
                units = self.some([self.units[i] for i in at])
                texts.append(self.t("capped", count=len(at), cap=share, units=units))
        return texts
