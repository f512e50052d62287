"""What an agreement means, in plain sentences under heads."""

from __future__ import annotations

import numpy as np

from spatialcoord.coordination.agreed import Agreed
from spatialcoord.coordination.proved import Proved
from spatialcoord.coordination.wording import SMALL
from spatialcoord.coordination.worth import Worth


class Sentences(Agreed, Proved):
    """Sentences of one negotiation in one language.

    Parameters
    ----------
    found : Negotiated
        What came of it.
    lang : str
        Language.
    """

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

    def caveats(self) -> list[str]:
        """What a reader must know."""
        found = self.found
        texts = [self.t("method"), self.t("reduced"), self.t("seats")]
        if found.table.level:
            texts.append(self.t("groups"))
        if any(len(j.protection.region) for j in found.joints):
            held = found.agreement.held
            worth = sum(
                float((found.agreement.of(j.name, "protection") @ j.protection.effect)[held.members].sum())
                for j in held.joints
            )
            share = self.words.percent(worth / self.scale, 0)
            texts.append(self.t("protection_proxy", share=share))
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
