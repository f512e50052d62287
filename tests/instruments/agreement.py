"""What every instrument owes: rows that say what its response says, and a plan that can be certified."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.instruments.base import by_instrument, part_of
from spatialcoord.planner.solving import optimise
from spatialcoord.registry import instruments


def assert_rows_say_what_the_response_says(model) -> None:
    """For the plan in the model, account by account and instrument by instrument."""
    setting = model.setting
    for name, amount in by_instrument(model.planned()).items():
        params = setting.scenario.instruments[name]
        said = instruments.get(name)().response(setting, params, amount)
        for account in ACCOUNTS:
            parts = model.ledger.by_part(account).items()
            posted = [
                model.value(rows)
                for line, rows in parts
                if line in model.lines and part_of(line)[0].name == name
            ]
            values = np.asarray(said.get(account, 0.0))
            rows = sum(posted, np.zeros_like(values))
            np.testing.assert_allclose(
                values + np.zeros_like(rows), rows, atol=1e-6 * max(1.0, np.abs(rows).max()), err_msg=f"{name}: {account}"
            )  # fmt: skip


def certified(model):
    """Solve; the plan keeps every rule, throws nothing away, and its rows are right."""
    outcome = optimise(model)
    assert outcome.certificate["max_violation"] <= 1e-6
    claimed = float(model.value(model.output_gain))
    bracket = sum(error @ model.setting.weight for error in model.approximations.values()).sum()
    assert claimed <= outcome.after.output_gain * (1 + 1e-7) + 1e-9
    assert claimed >= outcome.after.output_gain - 2 * bracket - 1e-6 * abs(claimed)
    assert outcome.certificate["thrown_away"] <= 1e-5 * max(1.0, claimed)
    assert_rows_say_what_the_response_says(model)
    # what payers pay is what is received, year by year
    effects = outcome.after.effects
    np.testing.assert_allclose(effects["receipts"].sum(axis=0), effects["financing"].sum(axis=0), atol=1e-6)
    return outcome
