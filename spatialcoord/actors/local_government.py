"""The government of each region: its budget, and its growth against that of its peers."""

from __future__ import annotations

import numpy as np

from spatialcoord.actors.base import DESIGN, Actor, Evaluated, Titles
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.registry import actors
from spatialcoord.scenario.parameters import Parameters, quantity


@actors.register("local_government")
class LocalGovernment(Actor):
    r"""Money of the budget, and growth against peers,

    .. math::

        U_r &= R_r + F^{+}_r + \frac{R_r}{Y_r}\,\Delta Y_r + N_r + w\, Y_r \Bigl(g_r - \frac{1}{n-1}\sum_{s \ne r} g_s\Bigr),
            \qquad g_r = \Delta Y_r / Y_r & (1)\\
        N_r &= P_r - q_r - \phi_r \textstyle\sum_s (P_s - \ell_s) - n_r - d_r + h_r & (2)

    with own revenue R, transfers under existing rules :math:`F^{+}`, output Y; of the programme: money received P less what of it
    goes to firms or residents q, share :math:`\phi` of its financing, own co-finance n (all of it, since the programme ties it),
    debt service d and net payments from other regions h. Net payments sum to :math:`\sum_r N_r = \sum_r(\ell_r - q_r - n_r - d_r)`:
    tax under rates of a region's own comes from firms, and the rest goes to others than governments.

    The weight w is the promotion tournament: a government that is judged by growth against its peers gives w units of money for a
    unit of output above them. It is zero unless the scenario says otherwise, for no figure of it is known. A proxy: own revenue grows with
    output at the region's average rate, money for investment counts as received though it is spent at once, and the financing is
    booked to the budget of the region whose taxpayers bear it. Beside it stands the rank of output per head among all regions.
    """

    title = {"en": "Local governments", "zh": "地方政府"}
    source = "Promotion tournament: Li and Zhou 2005, Journal of Public Economics 89, from memory; equation (1) is this package's"
    needs = ("own_revenue",)
    government = True
    words = {
        "revenue": {"en": "own revenue from output", "zh": "产出带来的自有收入"},
        "received": {"en": "programme money received", "zh": "得到的计划资金"},
        "financing": {"en": "share of the financing", "zh": "分担的筹资"},
        "own_money": {"en": "co-finance and debt service", "zh": "配套资金与还本付息"},
        "compensation": {"en": "payments between regions", "zh": "地区间支付"},
        "rank": {"en": "rank of output per head", "zh": "人均产出位次"},
        "tournament": {"en": "growth against peers", "zh": "相对同级的增长"},
    }

    class Params(Parameters):
        """Parameters of local governments."""

        growth_against_peers: float = quantity(
            0.0,
            unit="money per unit of output above peers",
            low=0.0,
            high=0.5,
            bound=(0, None),
            source=DESIGN + "; the tournament is that of Li and Zhou 2005, its weight in money is not known",
            description="What growth above the mean of all other regions is worth to a local government; 0 leaves it out.",
        )
        revenue_share: float = quantity(
            0.1,
            unit="share of output",
            low=0.05,
            high=0.45,
            bound=(0, 1),
            source=DESIGN
            + "; taxes of all governments were about .40 of output in the EU in 2023 (Eurostat), from memory",
            description="Own revenue of a region's governments where the case holds no figure of it; read in bargaining only.",
        )

    def note(self, setting: Setting) -> Titles:
        held = setting.graph.has("net_transfer_received")
        return {
            "en": "A local government's figure is its own revenue and transfers under existing rules. What the taxpayers of its region "
            "bear of the programme's financing is booked to it, though the centre may be who raises it; receipts for investment "
            "count as received though they are spent at once."
            + ("" if held else " No table gives transfers under existing rules; they are taken as zero."),
            "zh": "地方政府的数额为自有收入与现行规则下的转移支付之和。本地区纳税人分担的计划筹资记在地方政府名下，"
            "尽管可能由中央征收；用于投资的收入计为收到，尽管随即支出。"
            + ("" if held else "没有数据给出现行规则下的转移支付，计为零。"),
        }

    def parts(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        accounts = evaluation.collapsed
        output = setting.output @ setting.weight
        rate = setting.attribute("own_revenue") / setting.base_output
        level = setting.gross_flow * float(setting.growth_factor @ setting.weight)
        growth = accounts["output"] / output
        peers = (growth.sum() - growth) / max(1, len(growth) - 1)
        # of a single region there are no peers
        ahead = growth - peers if len(growth) > 1 else np.zeros_like(growth)
        return {
            "revenue": rate * (output + accounts["output"]),
            "received": level + accounts["receipts"] - accounts["private_receipts"],
            "financing": -accounts["financing"],
            "own_money": -accounts["cofinance"] - accounts["debt_cost"],
            "compensation": accounts["compensation"],
            "tournament": self.params.growth_against_peers * output * ahead,
        }

    def claim(self, setting: Setting) -> Array:
        if setting.graph.has("own_revenue"):
            return np.clip(setting.attribute("own_revenue") / setting.base_output, 0.0, 1.0)
        return np.full(len(setting.regions), self.params.revenue_share)

    def figures(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        per_head = (setting.output @ setting.weight + evaluation.collapsed["output"]) / setting.population
        return {"rank": 1.0 + (per_head[None, :] > per_head[:, None]).sum(axis=1)}
