"""Civil society: those who speak for the people of the poorest regions."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from spatialcoord import registry
from spatialcoord.actors.base import (
    DESIGN,
    MILLION,
    Actor,
    Evaluated,
    Titles,
    baseline_income,
    income_change,
)
from spatialcoord.actors.modelled import TYPICAL, Payoff
from spatialcoord.economy.setting import Array, Setting
from spatialcoord.model import Affine, Data, Model
from spatialcoord.registry import actors
from spatialcoord.scenario.parameters import Parameters, quantity


@actors.register("ngo")
class Ngo(Actor):
    r"""Income of the people in the poorest regions, and if weighted the smallest change of any region,

    .. math::

        U &= q P\, b_q(y) + \kappa \min_r \Delta M_r & (1)\\
        b_q(y) &= \tfrac{1}{qP} \min \Bigl\{\textstyle\sum_r n_r y_r : \ \textstyle\sum_r n_r = qP,\ 0 \le n_r \le p_r\Bigr\} & (2)

    with people p, P of them in all, income per head y and its change :math:`\Delta M_r` in money. The poorest share q is one of
    people, but by regions: whoever lives in a region has its mean, so that poor people of rich regions are not seen. The smallest
    change is one of money. In a plan that equalises it is the loss of a large rich region, and it depends on how regions are
    drawn; so its weight :math:`\kappa` is zero unless the scenario says otherwise. A proxy;
    transparency, which such organisations ask for, is not measurable here and is left out, and so is the environment.

    In a model (1) stands as its linear programme, by the dual of (2), with a line t of income per head,

    .. math::

        U = \max \Bigl\{ qP\,t - \textstyle\sum_r s_r + \kappa m : \
            s_r \ge p_r t - M_r,\ s_r \ge 0,\ m \le \Delta M_r \Bigr\}, \qquad M_r = p_r y_r. \qquad (3)
    """

    title = {"en": "Civil society", "zh": "社会组织"}
    source = "definition of this package, equation (1)"
    regional = False
    words = {
        "poorest": {"en": "income of the poorest", "zh": "最贫困人口的收入"},
        "smallest": {"en": "smallest change of a region", "zh": "各地区变化的最小值"},
    }

    class Params(Parameters):
        """Parameters of civil society."""

        poorest: float = quantity(
            0.2,
            unit="share of people",
            low=0.1,
            high=0.4,
            bound=(0.01, 1),
            source=DESIGN,
            description="Share of people, those of the poorest regions, whose income counts.",
        )
        smallest: float = quantity(
            0.0,
            unit="1",
            low=0.0,
            high=2.0,
            bound=(0, None),
            source=DESIGN + "; what such organisations give for it is not known",
            description="Weight of the smallest change in income of any region, in money; 0 leaves it out.",
        )

    def note(self, setting: Setting) -> Titles:
        share, weight = f"{100.0 * self.params.poorest:.3g}%", self.params.smallest
        en = f"Civil society's figure is the income of {share} of people, those of the poorest regions"
        zh = f"社会组织的数额为最贫困地区中{share}人口的收入"
        if weight > 0:
            en += f", and {weight:g} times the smallest change of any region, in money, however large or rich that region is"
            zh += f"，加上{weight:g}倍的各地区变化最小值；后者以货币计，不论该地区大小贫富"
        return {"en": en + ".", "zh": zh + "。"}

    def parts(self, setting: Setting, evaluation: Evaluated) -> dict[str, Array]:
        change = income_change(setting, evaluation)
        poorest = self._poorest(setting, baseline_income(setting) + change)
        return {"poorest": np.array([poorest]), "smallest": self.params.smallest * np.array([change.min()])}

    def refusal(self, setting: Setting) -> str:
        return ""

    def enter(self, model: Model, setting: Setting, accounts: dict[str, Affine]) -> Payoff:
        """Enter (3): concave, so that it may be made largest and held from below."""
        region = model.dim("region", setting.regions)
        base, unit = baseline_income(setting), setting.scenario.money_unit
        change, weight = _change(setting, accounts), self.params.smallest
        size = TYPICAL * float(base.mean())

        def variable(
            name: str, *over: Any, lower: float = -np.inf, scale: float = size, **about: str
        ) -> Affine:
            return model.variable(f"{self.name}_{name}", over, lower=lower, scale=scale, **about)

        # small beside the levels: changes of income, and of the line against where it lies without the programme
        gain = variable("change", region, unit=unit, doc="change in income of a region")
        model.constrain(f"{self.name}_change_total", gain - change == 0.0, doc="what the accounts add")
        start = float((base / setting.population)[self._counted(setting, base) > 0].max())
        line = variable(
            "line",
            scale=TYPICAL * MILLION * float(base.sum() / setting.population.sum()),
            unit=f"{setting.scenario.currency} per head",
            doc="t of (3), against no programme",
        )
        short = variable("short", region, lower=0.0, unit=unit, doc="s of (3)")
        at_line = line * Data((region,), setting.population / MILLION)
        model.constrain(
            f"{self.name}_shortfall",
            short - at_line + gain >= Data((region,), start * setting.population - base),
            unit=unit,
            doc="(3)",
        )
        people = self.params.poorest * float(setting.population.sum())
        value = line * (people / MILLION) - short.sum() + start * people
        if weight > 0:
            least = variable("smallest", unit=unit, doc="smallest change of a region, m of (3)")
            model.constrain(f"{self.name}_smallest_of_all", least - gain <= 0.0, unit=unit, doc="(3)")
            value = value + least * weight
        counted = np.broadcast_to(registry.outcomes.get("income").factor(setting, "output"), base.shape)
        return Payoff(
            value,
            f"actors.{self.name}_change_total",
            sp.csr_array(sp.diags_array(counted)),
            (1.0 + weight) * np.abs(counted),
            everywhere=False,
        )

    def people(self, setting: Setting) -> Array:
        return np.array([self.params.poorest * setting.population.sum()])

    def standing(self, setting: Setting) -> Array:
        income = baseline_income(setting)
        return np.array([self._poorest(setting, income) / (self.params.poorest * income.sum())])

    def regard(self, setting: Setting, income: Array, concerned: Any) -> tuple[Array, float]:
        # the poorest among those whom the agreement concerns: at a table of few regions nobody speaks for people elsewhere
        return self._counted(setting, income, concerned), self.params.smallest

    def _poorest(self, setting: Setting, income: Array) -> float:
        """Income of the poorest share of people, (2), million currency a year."""
        return float((income * self._counted(setting, income)).sum())

    def _counted(self, setting: Setting, income: Array, concerned: Any = True) -> Array:
        """Share of each region's people who are among the poorest, shape (R,); the last region counts in part."""
        people = setting.population * concerned
        order = np.argsort(np.where(people > 0, income / setting.population, np.inf), kind="stable")
        before = np.cumsum(people[order]) - people[order]
        counted = np.clip(self.params.poorest * people.sum() - before, 0.0, people[order])
        share = np.zeros_like(people)
        share[order] = np.divide(counted, people[order], out=np.zeros_like(people), where=people[order] > 0)
        return share


def _change(setting: Setting, accounts: dict[str, Affine]) -> Affine:
    """What the decisions add to the income of every region, dims (region,): :func:`.base.income_change` in a model."""
    income = registry.outcomes.get("income")
    region = next(iter(accounts.values())).dims
    total = Affine.zero(region)
    for name, account in accounts.items():
        factor = np.asarray(income.factor(setting, name), dtype=float)
        if factor.any():
            total = total + account * Data(region, np.broadcast_to(factor, len(setting.regions)))
    return total
