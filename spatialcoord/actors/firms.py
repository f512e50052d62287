"""Firms of each region: profits after tax."""

from __future__ import annotations

import numpy as np

from spatialcoord.actors.base import Actor, Evaluated, Titles
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import actors
from spatialcoord.scenario.parameters import Parameters, quantity


@actors.register("firms")
class Firms(Actor):
    r"""Profits after tax,

    .. math:: U_r = \alpha (1-t)\,(Y_r + \Delta Y_r) + q_r - k_r - \ell_r \qquad (1)

    with the capital share :math:`\alpha` of output Y, one rate t of tax on profits, programme money q that goes to firms or
    residents, own money k of firms beside the programme's, and tax :math:`\ell` paid more under rates of the region's own.

    A proxy: the accounts do not tell q of firms from that of residents; capital has one share and one rate everywhere; the tax
    paid more holds that on the gain in output which lower rates bring, so that (1) takes a part of it twice; whose firms they are,
    and where owners live, is not known.
    """

    title = {"en": "Firms", "zh": "企业"}
    source = "definition of this package, equation (1)"
    words = {
        "profits": {"en": "profits after tax", "zh": "税后利润"},
        "received": {"en": "programme money to firms or residents", "zh": "流向企业或居民的计划资金"},
        "own_money": {"en": "own money beside the programme's", "zh": "企业自有配套资金"},
        "levy": {"en": "tax under rates of the region's own", "zh": "地区差别税率下的税负"},
    }

    class Params(Parameters):
        """Parameters of firms."""

        capital_share: float = quantity(
            0.35,
            unit="share of output",
            low=0.3,
            high=0.45,
            bound=(0, 1),
            source="usual in growth accounting, .30 to .45 (China .45), from memory",
            description="Share of output that is income of capital.",
        )
        tax_rate: float = quantity(
            0.25,
            unit="share of profits",
            low=0.15,
            high=0.35,
            bound=(0, 1),
            source="statutory rates of large economies lie between about .2 and .3, from memory",
            description="Rate of tax on profits, one for all regions.",
        )

    def claim(self, setting: Setting) -> Array:
        return np.full(len(setting.regions), self.params.capital_share * (1.0 - self.params.tax_rate))

    def parts(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        accounts = evaluation.collapsed
        kept = self.params.capital_share * (1.0 - self.params.tax_rate)
        return {
            "profits": kept * (setting.output @ setting.weight + accounts["output"]),
            "received": accounts["private_receipts"],
            "own_money": -accounts["private_cost"],
            "levy": -accounts["levy"],
        }

    def note(self, setting: Setting) -> Titles:
        return {
            "en": "Firms are charged no share of the programme's financing: beside profits only tax under rates of their region's own "
            "and money they add or get themselves counts.",
            "zh": "企业不分担计划的筹资：除利润外，只计地区差别税率下的税负以及企业自己投入或得到的资金。",
        }

    def people(self, setting: Setting) -> Array:
        return np.zeros(len(setting.regions))  # owners may live anywhere
