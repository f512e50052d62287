"""Functions that regions keep for others: what they forgo, what it is worth, and what comes of it at the table."""

import subprocess
import sys

import numpy as np
import pytest

from spatialcoord.coordination.considered import considered
from spatialcoord.coordination.quality import qualities
from spatialcoord.coordination.solutions import agree
from spatialcoord.coordination.worth import Worth
from spatialcoord.errors import InputError
from tests.coordination.tables import held_of, joint_of, planned
from tests.planner.conftest import toy

GRAIN = "negotiation.functions={grain: {title: {en: Grain, zh: 粮食}, regions: [R01, R03], forgone: 0.002, worth: 0.003}}"


def regions():
    return planned()[0].setting.regions


@pytest.fixture(scope="module")
def grain():
    ids = regions()
    return GRAIN.replace("R01", ids[0]).replace("R03", ids[2])


def test_who_keeps_a_function_forgoes_a_share_of_output_and_all_others_gain(grain):
    joint = joint_of(overrides=(grain,), affairs=("environment",))
    kept = joint.protection
    setting = joint.table.setting
    mine = kept.function == "grain"
    assert kept.provider[mine].tolist() == [0, 2]
    # a programme's years, growing with output, as a mean of the horizon
    mean = setting.weight @ setting.year_in_period @ (setting.growth_factor @ setting.year_in_period)
    expected = 0.003 * setting.base_output / 2 * np.ones((2, 1))
    expected[[0, 1], [0, 2]] = -0.002 * setting.base_output[[0, 2]]
    np.testing.assert_allclose(kept.effect[mine], mean * expected, rtol=1e-12)
    # it is worth what all gain, less what the institution costs to set up
    worth = np.maximum(kept.effect.sum(axis=1), 0.0).sum() - joint.cost
    assert Worth(joint).whole == pytest.approx(worth, rel=1e-9)


def test_who_keeps_it_is_made_whole_and_nobody_draws_water_for_it(grain):
    held = held_of(None, overrides=(grain,), affairs=("environment",))
    agreement = agree(held, "nash")
    kept = held.joints[0].protection
    mine = kept.function == "grain"
    keepers = kept.provider[mine]
    assert (agreement.of("pact", "protection")[mine] > 0.5).all()
    assert (agreement.made[keepers] < 0).any() and (agreement.income[keepers] > 0).all()
    assert (agreement.paid[keepers][agreement.made[keepers] < 0] > 0).all()
    # contracts by the quality of water are for rivers
    told = qualities(held.joints, agreement, (2021, 2022), np.random.default_rng(0))
    rivers = {
        joint_of(overrides=(grain,), affairs=("environment",)).table.setting.regions[r]
        for r in kept.region[~mine]
    }
    assert {entry["who"] for entry in told} <= rivers


def test_a_function_worth_less_than_it_costs_is_not_kept(grain):
    poor = grain.replace("worth: 0.003", "worth: 0.0001")
    held = held_of(None, overrides=(poor,), affairs=("environment", "infrastructure"))
    kept = agree(held, "nash").of("pact", "protection")[held.joints[0].protection.function == "grain"]
    assert (kept < 1e-6).all()


def test_regions_that_do_not_exist_or_stand_twice_are_named():
    ids = regions()
    wrong = GRAIN.replace("R01", ids[0]).replace("R03", f"{ids[0]}, nowhere")
    case = planned(overrides=(GRAIN.replace("R01", ids[0]).replace("R03", ids[2]),))[0]
    with pytest.raises(InputError) as caught:
        considered(toy(7, 1, wrong), ())
    assert {p.what for p in caught.value.problems} == {
        "there is no region 'nowhere'",
        f"'{ids[0]}' is named twice",
    }
    assert all("negotiation.functions.grain.regions" in p.where for p in caught.value.problems)
    assert "environment" in considered(case, ())["agreement"].affairs


def test_the_command_refuses_them_before_anything_is_written(tmp_path):
    wrong = "negotiation.functions={grain: {title: {en: Grain}, regions: [CN-XX]}}"
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "spatialcoord", "negotiate", "china", "--set", wrong, "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "CN-XX" in done.stderr and not out.exists()
