"""Units at the table, their figures, protection between them, and members that do not fit."""

import numpy as np
import pytest
import scipy.sparse.linalg as spla

import spatialcoord as sc
from spatialcoord.coordination.protection import Protection
from spatialcoord.coordination.table import Table
from spatialcoord.economy.accounts import spillover_matrix
from spatialcoord.errors import InputError
from spatialcoord.instruments.bargain import Bargain
from spatialcoord.registry import instruments
from tests.coordination.tables import institution, joint_of, planned


def test_groups_hold_the_sums_of_their_regions():
    setting = planned(7, 1)[0].setting
    table = Table.of(setting, "group")
    groups = setting.graph.level("group").values.astype(str)
    assert set(table.ids) == set(groups) and len(table.names("zh")) == len(table.ids)
    for i, name in enumerate(table.ids):
        own = groups == name
        np.testing.assert_allclose(table.population[i], setting.population[own].sum())
        np.testing.assert_allclose(table.output[i], setting.output[own].sum(axis=0))
        np.testing.assert_allclose(table.revenue[i], setting.attribute("own_revenue")[own].sum())
    assert [table.ids[u] for u in table.unit_of(np.arange(7))] == groups.tolist()
    with pytest.raises(InputError, match=r"no grouping 'grup'[\s\S]*group"):
        Table.of(setting, "grup")


def test_without_own_revenue_it_is_a_share_of_output():
    setting = sc.load_case("eu").setting
    table = Table.of(setting, "member_state")
    assert not setting.graph.has("own_revenue")
    np.testing.assert_allclose(table.revenue, 0.40 * table.total(setting.base_output))


@pytest.mark.parametrize("level", ["", "group"])
@pytest.mark.parametrize("rho", [0.1, -0.1])
def test_spillovers_between_units_are_those_between_their_regions(rho, level):
    setting = planned(7, 1, (f"economy.spillover.rho={rho}",))[0].setting
    table = Table.of(setting, level)
    base = setting.base_output
    direct = np.arange(1.0, len(table.ids) + 1)
    spread = np.zeros(7)
    for u, gain in enumerate(direct):
        own = table.unit_of(np.arange(7)) == u
        spread[own] = gain * base[own] / base[own].sum()
    felt = spla.spsolve(spillover_matrix(setting).tocsc(), spread / base) * base
    np.testing.assert_allclose(table.multiplier @ direct, table.total(felt))
    assert Table.of(planned(7, 1)[0].setting, level).multiplier is None


@pytest.mark.parametrize("delay", [0, 2])
def test_protection_is_the_compensation_instruments_without_its_price(delay):
    case = sc.load_case("china")
    setting, table = case.setting, Table.of(case.setting)
    found = Protection.of(table, institution(delay=delay, affairs=("environment",)))
    bargain = Bargain(setting, instruments.get("horizontal_compensation").Params())
    growth = setting.growth_factor @ setting.year_in_period
    mean = float(setting.weight @ setting.year_in_period[:, delay:] @ growth[delay:])
    assert len(found.region) > 10
    for k, region in enumerate(found.region[found.function == ""]):
        own = bargain.provider == region
        for payer, benefit in zip(bargain.payer[own], bargain.benefit[own], strict=True):
            assert found.effect[k, payer] == pytest.approx(mean * benefit)
        assert found.effect[k, region] == pytest.approx(-mean * bargain.cost[region])
        others = np.setdiff1d(np.arange(31), [*bargain.payer[own], region])
        assert (found.effect[k, others] == 0).all()


def test_members_that_do_not_fit_the_table_are_refused():
    setting = planned(7, 1)[0].setting
    groups = setting.graph.level("group").values.astype(str)
    first = np.array(setting.regions)[groups == groups[0]]
    assert len(first) > 1
    with pytest.raises(InputError, match="only some regions of theirs are members"):
        joint_of(7, 1, level="group", members=(first[0], setting.regions[-1]))
    with pytest.raises(InputError, match="a single party would sit"):
        joint_of(7, 1, level="group", members=tuple(first))
    with pytest.raises(InputError, match="begin 3 years after the programme, which lasts 3"):
        joint_of(7, 1, delay=3)


def test_affairs_that_nothing_can_be_done_in_are_told():
    joint = joint_of(7, 1, affairs=("infrastructure", "market"))
    assert joint.idle == {"market": "own_instrument"} and list(joint.works) == ["infrastructure"]
    assert not len(joint.protection.region)
    inland = joint_of(7, 1, affairs=("infrastructure", "environment"), members=("R0", "R2"))
    assert inland.idle == {"environment": "no_rivers"} and inland.ids == ("R0", "R2")
    assert (inland.pieces["infrastructure"].width[[1, 3, 4, 5, 6]] == 0).all()
    over = ("instruments.horizontal_compensation={}",)
    assert joint_of(7, 1, over).idle == {"environment": "in_the_plan"}


def test_setting_up_costs_a_share_of_what_can_be_pooled_and_of_what_protection_takes():
    joint = joint_of(7, 1, set_up=0.01, delay=1)
    setting = joint.table.setting
    growth = setting.growth_factor @ setting.year_in_period
    years = len(growth)
    pooled = sum((w.most_given[:, None] * growth[1:]).sum() for w in joint.works.values())
    forgone = float(-joint.protection.effect.min(axis=1).sum())
    first = float(setting.weight @ setting.year_in_period[:, 0])
    assert joint.cost == pytest.approx(0.01 * (first * pooled + forgone)) and years == 3
