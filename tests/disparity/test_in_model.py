"""Every measure in a model: least index and index as a rule, against SciPy and against random plans."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from spatialcoord.model import Data, Model
from spatialcoord.registry import measures

NAMES = measures.names()
COUNT = 9
OPTIONS = {
    "atkinson": {"epsilon": 2.0},
    "poverty_gap": {"line": 0.9},
    "s80_s20": {"share": 0.3},
    "top_bottom": {"count": 2},
    "theil_between": {"groups": list("aabbbccca")},
    "theil_within": {"groups": list("aabbbccca")},
}


class Toy:
    """Nine regions that share a budget; a unit of money is worth more here than there."""

    def __init__(self, seed: int, budget: float = 8.0) -> None:
        random = np.random.default_rng(seed)
        self.start = np.sort(random.uniform(5.0, 40.0, COUNT))[random.permutation(COUNT)]
        self.population = random.uniform(0.5, 3.0, COUNT)
        self.share = self.population / self.population.sum()
        self.worth = random.uniform(0.8, 2.5, COUNT)
        self.budget, self.cap = budget, budget / 3

    def values(self, money: np.ndarray) -> np.ndarray:
        return self.start + self.worth * money / self.population

    def index(self, name: str, money: np.ndarray) -> float:
        return measures.get(name).evaluate(self.values(money), self.population, **OPTIONS.get(name, {}))

    def model(self, *names: str):
        model = Model("toy")
        region = model.dim("region", [f"r{i}" for i in range(COUNT)])
        money = model.variable("money", (region,), upper=self.cap)
        model.constrain("budget", money.sum() == self.budget)
        y = model.variable("y", (region,), lower=-np.inf, scale=1.0)
        model.constrain(
            "income", y - money * Data((region,), self.worth / self.population) == Data((region,), self.start)
        )
        parts = {}
        for name in names:
            part = measures.get(name)(y, self.population, self.start, **OPTIONS.get(name, {}))
            part.attach(model, scale=1.0)
            parts[name] = part
        model.mean = (y * Data((region,), self.share)).sum()
        return model, money, parts

    def random_plans(self, count: int, seed: int = 1):
        random = np.random.default_rng(seed)
        while count:
            money = random.dirichlet(np.full(COUNT, 0.5)) * self.budget
            if (money <= self.cap).all():
                count -= 1
                yield money

    def least(self, name: str) -> float:
        """Best of SLSQP from several starts, on a smooth problem it is the optimum."""
        best = np.inf
        for start in self.random_plans(6):
            found = minimize(
                lambda x: self.index(name, x),
                start,
                method="SLSQP",
                bounds=[(0.0, self.cap)] * COUNT,
                constraints={"type": "eq", "fun": lambda x: x.sum() - self.budget},
                options={"ftol": 1e-14, "maxiter": 500},
            )
            feasible = abs(found.x.sum() - self.budget) < 1e-9
            if feasible:
                best = min(best, found.fun)
        return best


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_least_index_is_not_beaten(name: str, seed: int):
    toy = Toy(seed)
    model, money, parts = toy.model(name)
    part = parts[name]
    before = part.ratio_of(toy.index(name, np.zeros(COUNT)))
    model.minimise_ratio(part.numerator, part.denominator, before)
    solution = model.solve()
    assert solution.status == "optimal"
    chosen = np.ravel(model.value(money))
    found = toy.index(name, chosen)
    # the model is a relaxation until it is refined to the solver's own tolerance
    assert part.index_of(solution.objective) == pytest.approx(found, rel=1e-7, abs=1e-8)
    assert part.gap(model) < 1e-7 or found < 1e-8
    tolerance = 1e-7 * abs(found) + 1e-9
    assert found <= toy.least(name) + tolerance
    assert all(found <= toy.index(name, plan) + tolerance for plan in toy.random_plans(200))
    assert solution.rounds <= 25


@pytest.mark.parametrize("name", NAMES)
def test_index_as_a_rule_binds_where_it_should(name: str):
    toy = Toy(7)
    model, money, parts = toy.model(name)
    part = parts[name]
    model.maximise(model.mean)
    model.solve()
    free_mean, free = float(model.value(model.mean)), toy.index(name, np.ravel(model.value(money)))
    model.minimise_ratio(part.numerator, part.denominator, part.ratio_of(free))
    model.solve()
    least = toy.index(name, np.ravel(model.value(money)))
    allowed = 0.5 * (free + least)
    model.constrain("at_most", part.numerator - part.denominator * part.ratio_of(allowed) <= 0.0)
    model.maximise(model.mean)
    assert model.solve().status == "optimal"
    chosen = np.ravel(model.value(money))
    mean = float(toy.share @ toy.values(chosen))
    assert toy.index(name, chosen) <= allowed * (1 + 1e-8) + 1e-10
    assert mean < free_mean - 1e-6 and toy.index(name, chosen) == pytest.approx(allowed, rel=1e-6)
    # no feasible plan within the rule has more
    best = max(
        (toy.share @ toy.values(plan) for plan in toy.random_plans(3000) if toy.index(name, plan) <= allowed),
        default=-np.inf,
    )
    assert best <= mean + 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_steepest_bounds_the_fall_of_the_numerator(name: str):
    toy = Toy(3)
    _, _, parts = toy.model(name)
    part = parts[name]
    random = np.random.default_rng(0)
    theta = part.ratio_of(toy.index(name, np.zeros(COUNT)))
    for _ in range(60):
        values = toy.start * random.uniform(0.9, 1.1, COUNT)
        bound = part.steepest(0.9 * values / (toy.share @ values), theta)
        for r in range(COUNT):
            step = 1e-6 * values[r]
            more = values + step * (np.arange(COUNT) == r)

            def weighed(v: np.ndarray) -> float:
                numerator = part.numerator_at(v)
                ratio = part.ratio_of(part.evaluate(v, toy.population, **part.options))
                return numerator - theta * (numerator / ratio)

            assert (weighed(values) - weighed(more)) / step <= bound[r] * (1 + 1e-6) + 1e-6
