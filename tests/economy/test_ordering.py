"""Order of segments: the search finds what the solver's own branch and bound finds, and its bounds hold for every plan."""

from __future__ import annotations

import numpy as np
import pytest

import spatialcoord as sc
from spatialcoord.economy.envelope import Held, implied_bounds, respond
from spatialcoord.economy.ordering import OrderedFill
from spatialcoord.economy.search import Search
from tests.planner.conftest import toy

PURE = (
    "objective.kind=minimise_index",
    "objective.output_floor=0.6",
    "programme.floor=0.9",
    "economy.segments=3",
)
LINES = "programme.envelopes={infrastructure: {min_share: 0.2}, human_capital: {min_share: 0.1}}"


def fills(model):
    return [term for term in model.terms if isinstance(term, OrderedFill)]


def pure(regions, seed, *more):
    """A model under a pure index whose output floor stands."""
    model = sc.build(toy(regions, seed, *PURE, *more))
    model.limit("growth.output_floor", lower=0.6 * model.probe(model.output_gain, True).objective)
    return model


def by_the_solver(model, monkeypatch):
    """Optimum of a copy in which every cell is tied from the start and the search is out of the way."""
    with monkeypatch.context() as patch:
        patch.setattr(OrderedFill, "search", lambda self, *rest: False)
        copy = model.clone()
        for fill in fills(copy):
            fill.complete(copy)
        return copy.solve(mip_gap=1e-9)


def held(model):
    segments = np.concatenate([fill.segments.matrix.indices for fill in fills(model)])
    return Held(model, segments, np.concatenate([fill.decided for fill in fills(model)]), {})


@pytest.mark.parametrize("seed", (0, 3))
@pytest.mark.parametrize("more", [(), (LINES,), ("economy.spillover.rho=-0.2",)])
def test_the_search_finds_the_optimum_of_the_whole_model(seed, more, monkeypatch):
    model = pure(4, seed, *more)
    reference = by_the_solver(model, monkeypatch)
    found = model.solve(mip_gap=1e-9)
    assert found.optimal and found.objective == pytest.approx(reference.objective, rel=3e-9)
    assert found.bound <= reference.objective * (1 + 1e-9)
    assert sum(fill.thrown_away(model).sum() for fill in fills(model)) < 1e-2


def test_the_search_is_what_solves(monkeypatch):
    model, calls = pure(5, 1), []
    run = Search.run
    monkeypatch.setattr(Search, "run", lambda self, *a: calls.append(run(self, *a)) or calls[-1])
    assert model.solve().optimal and model.session.whole and calls


def test_edits_count_in_the_search(monkeypatch):
    """Rules that bounds came from are switched off or rewritten, decisions fixed: warm, cold and the solver's own agree."""
    model = pure(4, 2, LINES)
    model.solve(mip_gap=1e-9)
    assert model.session.whole
    pyomo, values = model.pyomo, []
    region = model.setting.regions[-1]

    def agree():
        warm, cold = model.solve(mip_gap=1e-9), model.clone().solve(mip_gap=1e-9)
        reference = by_the_solver(model, monkeypatch)
        assert warm.optimal and warm.objective == pytest.approx(reference.objective, rel=3e-9)
        assert cold.objective == pytest.approx(reference.objective, rel=3e-9)
        values.append(warm.objective)

    pyomo.programme.floor_infrastructure.deactivate()
    pyomo.programme.floor_investment.deactivate()
    agree()
    total, line = pyomo.programme.national_infrastructure, pyomo.infrastructure.amount
    pyomo.programme.floor_infrastructure.activate()
    pyomo.programme.floor_infrastructure[region, 2021].set_value(line[region, 2021] >= 0.01 * total[2021])
    agree()
    line[region, 2022].fix(1.2 * line[region, 2022].value)
    agree()
    fill = fills(model)[0]
    chosen = next(iter(fill.binaries.component.values()))
    chosen.fix(1 - round(chosen.value))
    agree()
    assert len({round(value, 12) for value in values}) == 4


@pytest.mark.parametrize(
    "more", [(), (LINES,), ("programme.hold_harmless=0.5", "programme.change_limit=0.3")]
)
def test_every_plan_in_order_keeps_the_envelope(more):
    model = sc.build(toy(5, 3, *PURE, *more))
    model.probe(model.output_gain, True)
    model.session.push(model.objective_version)
    bounds, rng = held(model), np.random.default_rng(0)
    rows = [fill.rows_below(bounds) for fill in fills(model)]
    for _ in range(12):
        wanted = sum(
            (amount * sc.model.Data(amount.dims, rng.normal(size=amount.shape))).sum()
            for amount in model.amounts.values()
        )
        model.probe(wanted, True)
        values = in_order(model)[: len(bounds.lower)]
        inside = (values >= bounds.lower - 1e-6) & (values <= bounds.upper + 1e-6)
        ours = np.concatenate([amount.matrix.indices for amount in model.amounts.values()])
        assert inside[ours].all()
        for matrix, right in rows:
            assert (matrix @ values >= right - 1e-6).all()


def in_order(model):
    """Values of the plan with every segment filled in its order: stocks follow from the amounts."""
    values, totals = model.arrays.columns.value.copy(), {}
    for fill in fills(model):
        _, source, weights = fill._source
        if isinstance(source, list):
            (below,) = source
            stock = respond(totals[id(below)], below.length, below.slope)
            total = (stock.reshape(len(model.setting.regions), -1) @ np.asarray(weights).T).ravel()
        else:
            total = weights * values[source.matrix.indices]
        totals[id(fill)] = total
        before = np.cumsum(fill.length, axis=1) - fill.length
        values[fill.segments.matrix.indices] = np.clip(total[:, None] - before, 0.0, fill.length).ravel()
    return values


def test_the_envelope_says_something():
    """Where floors hold a region up, the rows forbid what the relaxation would do: fill the worse segment first."""
    model = pure(5, 1, LINES)
    for fill in fills(model):
        fill._tie = lambda model, cells: 0
    model.solve()
    bounds = held(model)
    values = model.arrays.columns.value
    assert any(
        (matrix @ values < right - 1.0).any()
        for matrix, right in (f.rows_below(bounds) for f in fills(model))
    )


def test_implied_bounds_lose_no_point():
    import scipy.sparse as sp

    rng = np.random.default_rng(1)
    for _ in range(50):
        matrix = sp.csr_array(sp.random_array((6, 5), density=0.5, rng=rng) * 1.0)
        matrix.data -= 0.5
        point = rng.uniform(0, 3, 5)
        body = matrix @ point
        lower = np.where(rng.random(6) < 0.5, body, -np.inf)
        upper = np.where(rng.random(6) < 0.5, body + rng.random(6), np.inf)
        top = np.where(rng.random(5) < 0.5, 5.0, np.inf)
        low, high = implied_bounds(matrix, lower, upper, np.zeros(5), top)
        assert (low <= point + 1e-9).all() and (point <= high + 1e-9).all()


def test_years_after_the_last_is_built_share_their_segments():
    model = sc.build(toy(3, 0))
    periods = len(model.setting.periods)
    for fill in fills(model):
        if fill.name == "segment":
            assert fill.segments.shape[1] == len(model.setting.years) < periods - 1
