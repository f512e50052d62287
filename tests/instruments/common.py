"""What the tests of every instrument ask."""

from __future__ import annotations

from typing import Any

import numpy as np

import spatialcoord as sc
from spatialcoord.planner.solving import optimise
from spatialcoord.registry import instruments

# lines that a rule of their own spreads, or that are capped in poor regions, cannot by themselves keep what the default rules
# ask for every region
ALONE = ("programme.change_limit=null", "programme.hold_harmless=0", "programme.envelopes={}")


def solved(case: Any) -> tuple[Any, Any]:
    """Model and outcome of a case, certified."""
    model = sc.build(case)
    outcome = optimise(model)
    certified(outcome)
    return model, outcome


def certified(outcome: Any) -> None:
    """Every rule holds, money is conserved, and nothing is thrown away."""
    certificate = outcome.certificate
    assert certificate["max_violation"] <= 1e-6
    assert certificate["solver_gap"] <= 1e-6
    effects, money = outcome.after.effects, outcome.after.effects["receipts"].sum()
    assert certificate["thrown_away"] <= 1e-6 * max(money, 1.0)
    paid = (effects["financing"] + effects["levy"]).sum(axis=0)
    np.testing.assert_allclose(effects["receipts"].sum(axis=0), paid, rtol=1e-9, atol=1e-9)


def agrees(model: Any, outcome: Any, name: str) -> None:
    """What `response` says of the plan's amounts is what the rows of `build` posted, account by account; nothing is above `most`."""
    setting = model.setting
    instrument, params = instruments.get(name)(), setting.scenario.instruments[name]
    amount = outcome.amounts[name]
    effects = instrument.response(setting, params, amount)
    posted = {
        a: model.ledger.by_part(a)[name] for a in model.ledger.accounts if name in model.ledger.by_part(a)
    }
    size = max(1.0, float(amount.max()))
    assert {account for account, values in effects.items() if values.any()} <= set(posted)
    for account, rows in posted.items():
        np.testing.assert_allclose(model.value(rows), effects[account], atol=1e-6 * size)
    most = np.broadcast_to(instrument.most(setting, params), amount.shape)
    assert (amount <= most * (1 + 1e-7) + 1e-6).all()


def no_programme_no_effect(setting: Any, name: str) -> None:
    """Amounts of zero do nothing."""
    nothing = np.zeros((len(setting.regions), len(setting.years)))
    params = setting.scenario.instruments[name]
    for values in instruments.get(name)().response(setting, params, nothing).values():
        assert not values.any()
