"""Cohesion Fund: transport networks and environment in poorer member states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from spatialcoord.economy.setting import Setting
from spatialcoord.errors import Problem
from spatialcoord.instruments.structural_fund import FundParams, StructuralFund
from spatialcoord.instruments.structural_rules import member_states, output_index, rules
from spatialcoord.registry import did_you_mean, instruments
from spatialcoord.scenario.parameters import quantity

if TYPE_CHECKING:
    from spatialcoord.model import Affine, Model


@instruments.register("cohesion_fund")
class CohesionFund(StructuralFund):
    r"""Fund for member states below 90 per cent of the mean income, with the rules of :mod:`.structural_fund`.

    Both lines, transport (TEN-T) and environment, build infrastructure, so nothing tells them apart but the law's balance,
    kept in every region and year with the share e of environment:

    .. math:: (1-e)\,x_{env,rt} = e\,x_{trans,rt} \qquad (1)

    The law asks for gross national income per head of the member state. Cases hold output: the proxy puts states whose
    firms or commuters earn abroad on the wrong side (Malta, Ireland); the law's own list can be given instead.
    Without a level of member states every region is judged by its own output per head.
    """

    title = {"en": "Cohesion Fund", "zh": "凝聚基金"}
    source = "Regulation (EU) 2021/1058; Bom and Ligthart 2014"
    cases = ("European Union: member states below 90 % of the mean income, since 1994",)
    needs = ("capital_infrastructure",)
    parts = {
        "transport": {"en": "transport networks", "zh": "交通网络"},
        "environment": {"en": "environment", "zh": "环境"},
    }
    themes = {"transport": "infrastructure", "environment": "infrastructure"}

    class Params(FundParams):
        """Parameters of the fund."""

        admitted: tuple[str, ...] = Field(
            (), description="Member states that the law lists; empty: by output per head in place of income."
        )
        environment_share: float = quantity(
            0.5,
            unit="1",
            low=0.37,
            high=0.63,
            bound=(0.0, 1.0),
            source="Regulation (EC) 1164/94: a suitable balance; climate share of 37 % since 2021, from memory",
            description="share of environment in the fund's money",
        )

    def admits(self, setting: Setting, params: Any) -> np.ndarray:
        """Regions of the member states listed, or of those below the threshold."""
        state = member_states(setting, params)
        if params.admitted:
            return np.isin(state, params.admitted)
        return np.asarray(output_index(setting, state) < rules(params.period)["threshold.cohesion_fund"])

    def check(self, setting: Setting, params: Any) -> list[Problem]:
        """See :meth:`Instrument.check`."""
        known = sorted(set(member_states(setting, params)))
        unknown = [state for state in params.admitted if state not in known]
        return super().check(setting, params) + [
            Problem(
                f"there is no member state '{state}'",
                f"instruments.{self.name}.admitted",
                remedy=did_you_mean(state, known),
            )
            for state in unknown
        ]

    def build(self, model: Model, setting: Setting, params: Any) -> Affine | dict[str, Affine]:
        """See :meth:`Instrument.build`."""
        amounts = super().build(model, setting, params)
        assert isinstance(amounts, dict)
        share = params.environment_share
        balance = amounts["environment"] * (1.0 - share) - amounts["transport"] * share
        model.constrain("balance", balance == 0.0, unit=setting.scenario.money_unit, doc="(1)")
        return amounts
