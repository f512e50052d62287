"""Which institutions are formed: against every subset, and a union against associations of the same members."""

from itertools import combinations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.structure import choose
from spatialcoord.coordination.table import Table
from spatialcoord.coordination.worth import Worth
from spatialcoord.institutions.membership import members_of, overlaps
from spatialcoord.planner.building import assemble
from spatialcoord.planner.solving import optimise
from tests.coordination.tables import institution, planned

AFFAIRS = ("infrastructure", "human", "research", "environment")


def drawn(seed, count=7):
    """Candidates with random members and affairs, some of which exist, and what they are worth."""
    rng = np.random.default_rng(seed)
    setting = planned(7, 1)[0].setting
    found = {}
    for i in range(count):
        members = tuple(rng.choice(setting.regions, rng.integers(2, 5), replace=False).tolist())
        affairs = tuple(rng.choice(AFFAIRS, rng.integers(1, 3), replace=False).tolist())
        found[f"i{i}"] = institution(members=members, affairs=affairs, formed=False)
    worth = {name: float(rng.choice([0.0, rng.uniform(1, 100)], p=[0.2, 0.8])) for name in found}
    return setting, found, worth


@pytest.mark.parametrize("seed", range(6))
def test_chosen_are_the_best_of_all_subsets(seed):
    setting, candidates, worth = drawn(seed)
    best = 0.0
    for size in range(1, len(candidates) + 1):
        for names in combinations(candidates, size):
            if not overlaps(setting, {n: candidates[n] for n in names}):
                best = max(best, sum(worth[n] for n in names))
    chosen = choose(setting, candidates, worth)
    assert not overlaps(setting, {n: candidates[n] for n in chosen})
    assert sum(worth[n] for n in chosen) == pytest.approx(best)
    assert all(worth[n] > 0 for n in chosen)  # what brings nothing is not formed


@pytest.mark.parametrize("seed", range(3))
def test_those_that_exist_stay(seed):
    setting, candidates, worth = drawn(seed)
    poorest = min(worth, key=lambda n: worth[n])
    candidates[poorest] = candidates[poorest].model_copy(update={"formed": True})
    chosen = choose(setting, candidates, worth)
    assert poorest in chosen and not overlaps(setting, {n: candidates[n] for n in chosen})


@pytest.fixture(scope="module")
def japan():
    case = sc.load_case("japan")
    outcome = optimise(assemble(case), attainable=False)
    return case, outcome.after, outcome.amounts


def test_a_union_is_worth_at_least_its_affairs_apart_on_the_same_terms(japan):
    case, plan, amounts = japan
    table = Table.of(case.setting)
    known = case.scenario.institutions
    same = {"set_up": 0.0005, "administration": 0.02, "delay": 1, "contribution": 0.05, "delegated": 0.2}
    roads, schools = (known[n].model_copy(update=same) for n in ("kansai_roads", "kansai_schools"))
    # one that never uses an affair still bears the cost of setting it up: research brings nothing here
    union = known["kansai_union"].model_copy(update={**same, "affairs": ("infrastructure", "human")})
    worth = {
        name: Worth(Joint.of(name, terms, table, plan, amounts)).whole
        for name, terms in {"roads": roads, "schools": schools, "union": union}.items()
    }
    assert len(members_of(case.setting, union)) == 7
    assert min(worth.values()) > 0
    assert worth["union"] == pytest.approx(worth["roads"] + worth["schools"])
    candidates = {"roads": roads, "schools": schools, "union": union}
    worth["union"] += 1.0
    assert choose(case.setting, candidates, worth) == ["union"]


def test_costlier_terms_make_associations_the_better_choice(japan):
    case, plan, amounts = japan
    table = Table.of(case.setting)
    known = case.scenario.institutions
    candidates = dict(known)
    candidates["kansai_union"] = known["kansai_union"].model_copy(update={"delay": 4, "administration": 0.3})
    worth = {n: Worth(Joint.of(n, t, table, plan, amounts)).whole for n, t in candidates.items()}
    chosen = choose(case.setting, candidates, worth)
    assert "kansai_union" not in chosen and "kansai_roads" in chosen
