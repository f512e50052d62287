"""Whose market opens to whom: barriers, access by hand, and the plan with its simulation."""

from __future__ import annotations

import numpy as np

import spatialcoord as sc
from spatialcoord.economy.barriers import Barriers
from spatialcoord.planner.twin import world
from spatialcoord.registry import instruments
from tests.institutions.leagues import (
    MARKET,
    NOTHING,
    formed,
    institution,
)
from tests.planner.conftest import toy


def test_members_open_to_members_and_nobody_else():
    alone = ("instruments={market_integration: {}}", "programme.change_limit=null")
    free, bound = (toy(6, 1, *alone, o) for o in (NOTHING, formed(institution("R0, R2, R5", "market"))))
    part, params = instruments.get(MARKET)(), bound.scenario.instruments[MARKET]
    setting = bound.setting
    before, here = part.barriers(free.setting, params), part.barriers(setting, params)
    members = np.isin(setting.regions, ["R0", "R2", "R5"])
    both = members[:, None] & members[None, :]
    np.testing.assert_array_equal(here.tariff, before.tariff)
    np.testing.assert_array_equal(here.stays, np.where(both, 0.0, here.tariff))
    np.testing.assert_array_equal(here.protects, members)
    assert not here.rise[~both].any()
    np.testing.assert_allclose(here.rise[both], before.rise[both], rtol=1e-12)
    most = part.most(setting, params)
    assert not most[~members].any()
    np.testing.assert_array_equal(most[members], part.most(free.setting, params)[members])
    # fewer are let in, so fewer sales at home are lost, and none where nobody is let in
    assert (here.protected[members] < before.protected[members]).all() and (here.protected[members] > 0).all()
    np.testing.assert_allclose(here.protected[~members], 0.0, atol=1e-15)
    assert part.barriers(free.setting, params).stays.sum() == 0 == Barriers(setting, params).stays.sum()


def test_access_and_output_of_a_closed_league_by_hand():
    case = toy(4, 3, "instruments={market_integration: {rents: 0}}", formed(institution("R1, R3", "market")))
    setting, part, params = case.setting, instruments.get(MARKET)(), case.scenario.instruments[MARKET]
    access = part.barriers(setting, params).access
    far = access.base_distance.copy()
    np.fill_diagonal(far, access.own_distance)
    economy = setting.scenario.economy.market_access
    weight = far**-economy.distance_elasticity
    closed = np.where(np.eye(4) > 0, 1.0, 1.45**-economy.trade_elasticity)
    opened = closed.copy()
    opened[1, 3] = opened[3, 1] = 1.0
    before, after = (weight * closed) @ setting.base_output, (weight * opened) @ setting.base_output
    amount = np.zeros((4, len(setting.years)))
    amount[:, 0] = np.broadcast_to(part._cost(setting, params), amount.shape)[:, 0]
    output = part.response(setting, params, amount)["output"]
    share = (after / before) ** economy.elasticity - 1.0
    np.testing.assert_allclose(output[:, -1] / setting.output[:, -1], share, rtol=1e-9, atol=1e-15)
    assert share[[1, 3]].min() > 0 and not share[[0, 2]].any()


def test_a_plan_opens_no_market_of_a_non_member_and_the_simulation_keeps_its_barriers():
    override = formed(institution("R0, R2, R5", "market"))
    case = toy(
        6, 2, "instruments={general_transfer: {}, infrastructure: {}, market_integration: {}}", override
    )
    plan = sc.solve(sc.build(case))
    opened = plan.dataset[f"{MARKET}_opened"]
    assert opened.sel(region=["R0", "R2", "R5"]).values.max() > 1
    assert not opened.sel(region=["R1", "R3", "R4"]).values.any()
    assert not plan.dataset[f"{MARKET}_access"].sel(region=["R1", "R3", "R4"]).values.any()
    assert not plan.dataset["amount"].sel(instrument=MARKET, region=["R1", "R3", "R4"]).values.any()
    barriers = instruments.get(MARKET)().barriers(case.setting, case.scenario.instruments[MARKET])
    there = world(case.setting)
    np.testing.assert_array_equal(there.barriers, barriers.tariff)
    np.testing.assert_array_equal(there.barriers_left, barriers.stays)
