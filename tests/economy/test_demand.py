"""Demand by input-output tables: by hand, in the model, from files, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialcoord as sc
from spatialcoord.economy.demand import effects_of
from spatialcoord.economy.io_tables import read_tables
from spatialcoord.errors import InputError
from spatialcoord.planner import Case
from spatialcoord.planner.evaluate import evaluate
from spatialcoord.planner.solving import optimise
from spatialcoord.regions import RegionGraph
from spatialcoord.scenario.loading import parse_scenario
from tests.economy.io_samples import cells, made_up, save
from tests.planner.conftest import TEXT

IDS = [f"R{i}" for i in range(4)]


def case(folder, *overrides, n=4, demand="{tables: io}"):
    more = [f"economy.demand={demand}"] if demand else []
    graph = RegionGraph.synthetic(n, 3, geometry=False)
    return Case(graph, parse_scenario(TEXT, [*more, *overrides]), folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("case")
    save(path / "io", made_up([*IDS, "ROW"]))
    return path


def test_output_is_what_the_inverse_says_of_the_spending(folder):
    """Hand-made from the files: one unit of investment in one region, nothing withdrawn, nothing consumed."""
    overrides = (
        "economy.demand.withdrawn=0",
        "economy.demand.disposable=0",
        "economy.demand.slack=1",
    )
    setting = case(folder, *overrides).setting
    tables = made_up([*IDS, "ROW"])
    x = tables["x"]["indout"].to_numpy()
    a = tables["Z"].to_numpy() / x
    inverse = np.linalg.inv(np.eye(len(x)) - a)
    spent = np.zeros((4, 3))
    spent[2, 1] = 7.0
    # construction used in R2, by where it comes from
    use = tables["Z"].xs("R2", axis=1, level="region").sum(axis=1) + tables["Y"].xs(
        "R2", axis=1, level="region"
    ).sum(axis=1)
    use = use.where(use.index.get_level_values("sector") == "construction", 0.0)
    produced = inverse @ (7.0 * use / use.sum()).to_numpy()
    added = pd.Series(produced * (1 - a.sum(axis=0)), tables["x"].index).groupby(level="region").sum()
    before = evaluate(case(folder, demand=None).setting, {"infrastructure": spent}).effects["output"]
    after = evaluate(setting, {"infrastructure": spent}).effects["output"]
    np.testing.assert_allclose((after - before)[:, 1], added[IDS], rtol=1e-9)
    assert not (after - before)[:, [0, 2, 3, 4, 5, 6, 7]].any()  # while it is spent, and no longer
    assert added.sum() == pytest.approx(7.0)  # of which the rest of the world has its part


def test_money_moved_is_worth_the_difference_of_the_propensities(folder):
    """The same regions in all but income: what the poor receive and the rich pay."""
    save(folder / "alike", made_up(IDS, seed=None))
    setting = case(folder, demand="{tables: alike, slack: 1}").setting
    effects = effects_of(setting)
    income = (setting.base_output + setting.net_flow) / setting.population
    multiplier = effects.consumption().sum(axis=0)
    assert (np.diff(multiplier[np.argsort(income)]) <= 1e-12).all() and np.ptp(multiplier) > 0
    bought = effects.purchases({"construction": 1.0}).sum(axis=0)
    # what is bought at home is spent again at home: the poor spend more of it
    assert (np.diff(bought[np.argsort(income)]) <= 1e-12).all()
    poor, rich = int(np.argmin(income)), int(np.argmax(income))
    moved = np.zeros(4)
    moved[poor], moved[rich] = 1.0, -1.0
    assert (effects.consumption() @ moved).sum() > 0


@pytest.mark.parametrize("override", ["economy.demand.slack=0", "economy.horizon=8"])
def test_nothing_without_a_programme_and_nothing_without_slack(folder, override):
    setting = case(folder, override).setting
    assert not evaluate(setting, {}).effects["output"].any()
    nothing = {line: np.zeros((4, 3)) for line in ("general_transfer", "infrastructure", "human_capital")}
    assert not evaluate(setting, nothing).effects["output"].any()
    if "slack" in override:
        money = {line: np.full((4, 3), 50.0) for line in nothing}
        plain = evaluate(case(folder, demand=None).setting, money)
        np.testing.assert_array_equal(evaluate(setting, money).effects["output"], plain.effects["output"])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.0, 100.0))
def test_effects_are_linear_and_conserve_demand(tmp_path_factory, seed, scale):
    path = tmp_path_factory.mktemp("random")
    save(path / "io", made_up(IDS, seed=seed))
    setting = case(path, demand="{tables: io, slack: 1, disposable: 0}").setting
    effects = effects_of(setting)
    # without income spent again a unit spent is a unit of value added, in one region or another
    np.testing.assert_allclose(
        effects.purchases({"services": 0.5, "farming": 0.5}).sum(axis=0), 1.0, rtol=1e-9
    )
    np.testing.assert_allclose(effects.consumption().sum(axis=0), effects.mpc, rtol=1e-9)
    money = np.random.default_rng(seed).uniform(0, 1, (4, 3))
    once = evaluate(setting, {"general_transfer": money}).effects["output"]
    np.testing.assert_allclose(
        evaluate(setting, {"general_transfer": scale * money}).effects["output"], scale * once, atol=1e-9
    )


@pytest.mark.parametrize(
    "override",
    [
        "economy.demand.slack=1",
        "objective.kind=minimise_index",
        "economy.demand.purchases={default: {construction: 1}, human_capital: {services: 0.7, construction: 0.3}}",
        "economy.demand.purchases={general_transfer: {services: 1}}",
        "instruments={general_transfer: {}, subsidised_credit: {}, market_finance: {}, differential_tax: {}}",
    ],
)
def test_the_model_says_what_the_numbers_say(folder, override):
    model = sc.build(case(folder, override))
    outcome = optimise(model)
    assert outcome.certificate["max_violation"] <= 1e-6 and outcome.certificate["thrown_away"] <= 1e-6
    setting, amounts = model.setting, outcome.amounts
    off = setting.under(
        setting.scenario.model_copy(
            update={"economy": setting.scenario.economy.model_copy(update={"demand": None})}
        )
    )
    said = outcome.after.effects["output"] - evaluate(off, amounts).effects["output"]
    rows = model.value(model.ledger.by_part("output")["demand"])
    np.testing.assert_allclose(rows, said, atol=1e-6 * np.abs(said).max())
    assert np.abs(said).max() > 0 and not said[:, 3:].any()


def test_a_plan_with_demand_and_its_figures(folder):
    plan = sc.solve(sc.build(case(folder)))
    gain = plan.dataset["demand_output"]
    assert (
        gain.dims == ("region", "year")
        and gain.attrs["units"] == "million CUR/yr"
        and gain.attrs["long_name"]
    )
    assert {row["parameter"] for row in plan.summary["sensitivity"]} == {"horizon", "gamma", "ceiling"}
    assert plan.summary["certificate"]["max_violation"] <= 1e-6


def test_the_fingerprint_of_a_case_holds_the_tables(tmp_path):
    save(tmp_path / "io", made_up(IDS))
    first = case(tmp_path).fingerprint
    assert case(tmp_path).fingerprint == first
    save(tmp_path / "io", made_up(IDS, seed=9))
    assert case(tmp_path).fingerprint != first


def test_spillovers_beside_demand_are_refused():
    with pytest.raises(InputError) as error:
        parse_scenario(TEXT, ["economy.demand={tables: io}", "economy.spillover.rho=0.1"])
    text = str(error.value)
    assert "economy.demand" in text and "economy.spillover.rho" in text and "rho: 0" in text


# --- files ---------------------------------------------------------------------------------------------------------------
def test_labels_are_text_and_x_is_computed_where_it_is_not_held(tmp_path):
    tables = made_up(["01", "02"])
    read = read_tables(save(tmp_path / "io", tables, x=None))
    assert read.regions == ("01", "02") and read.sectors == ("farming", "construction", "services")
    np.testing.assert_allclose(read.output, tables["x"]["indout"], rtol=1e-9)
    np.testing.assert_allclose(read.earned.sum(axis=0), 0.5)
    assert read.values.loc["02", "services"] == pytest.approx(tables["x"]["indout"].iloc[-1])


def test_rows_in_another_order_and_parquet_give_the_same(tmp_path):
    tables = made_up(IDS)
    plain = read_tables(save(tmp_path / "io", tables))
    mixed = {
        "Z": tables["Z"].iloc[::-1, [3, 0, 1, 2, *range(4, 12)]],
        "Y": tables["Y"].sample(frac=1, random_state=1),
        "x": tables["x"].iloc[::-1],
    }
    other = tmp_path / "parquet"
    other.mkdir()
    for name, frame in mixed.items():
        frame.to_parquet(other / f"{name}.parquet")
    again = read_tables(other)
    where = {label: i for i, label in enumerate(zip(again.region, again.sector, strict=True))}
    order = [
        where[again.regions.index(plain.regions[r]), again.sectors.index(plain.sectors[s])]
        for r, s in zip(plain.region, plain.sector, strict=True)
    ]
    np.testing.assert_allclose(again.flows[np.ix_(order, order)], plain.flows, rtol=1e-9)
    np.testing.assert_allclose(again.output[order], plain.output, rtol=1e-9)


def test_what_pymrio_writes_is_read_and_comes_to_the_same(tmp_path):
    pymrio = pytest.importorskip("pymrio")
    system = pymrio.load_test()
    system.calc_system()
    system.save_all(tmp_path / "io")
    read = read_tables(tmp_path / "io", consumption="Final consumption expenditure by households")
    np.testing.assert_allclose(read.coefficients, system.A.to_numpy(), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(read.inverse, system.L.to_numpy(), rtol=1e-6, atol=1e-9)
    assert read.regions == tuple(system.get_regions()) and read.sectors == tuple(system.get_sectors())


def test_value_added_comes_from_an_extension_where_one_is_named(tmp_path):
    tables = made_up(IDS)
    folder = save(tmp_path / "io", tables)
    wages = pd.DataFrame(0.3 * tables["x"]["indout"].to_numpy()[None, :], ["wages"], tables["Z"].columns)
    wages.index.name = "inputtype"
    save(folder / "factor_inputs", {"F": wages})
    np.testing.assert_allclose(read_tables(folder, value_added="factor_inputs").added, 0.3, rtol=1e-9)
    save(folder / "factor_inputs", {"F": 3 * wages})
    with pytest.raises(InputError, match="more than the output"):
        read_tables(folder, value_added="factor_inputs")


def test_file_parameters_say_how_files_are_called(tmp_path):
    folder = save(tmp_path / "io", made_up(IDS))
    (folder / "Z.txt").rename(folder / "flows.txt")
    about = {"files": {"Z": {"name": "flows.txt", "nr_index_col": "2", "nr_header": "2"}}}
    (folder / "file_parameters.json").write_text(json.dumps(about), encoding="utf-8")
    assert read_tables(folder).regions == tuple(IDS)


# --- what is refused -----------------------------------------------------------------------------------------------------
def refusal(*args, **kwargs):
    with pytest.raises(InputError) as error:
        sc.build(case(*args, **kwargs))
    return [str(problem) for problem in error.value.problems]


def test_every_mistake_of_the_numbers_at_once(tmp_path):
    tables = made_up(IDS)
    z, y, x = (tables[name].copy() for name in ("Z", "Y", "x"))
    z.iloc[0, 1] = -5.0
    z.iloc[:, 4] = x.iloc[4, 0]
    y.iloc[3, 2] = -1e4
    x.iloc[7, 0] = 0.0
    save(tmp_path / "io", {"Z": z, "Y": y, "x": x})
    said = "\n".join(refusal(tmp_path))
    for part in ("R0 farming", "negative deliveries", "R1 farming", "negative final demand", "as much as the output", "no output in x of: R2 construction"):  # fmt: skip
        assert part in said, part


def test_every_mistake_of_the_labels_at_once(tmp_path):
    tables = made_up(IDS)
    x = tables["x"].iloc[1:]
    y = tables["Y"].drop(columns="R3", level="region")
    save(tmp_path / "io", tables, x=x, Y=y)
    said = "\n".join(refusal(tmp_path))
    assert "rows of x lack R0 farming" in said and "no final demand of R3" in said


def test_every_mistake_of_the_scenario_at_once(tmp_path):
    save(tmp_path / "io", made_up(IDS[:2], ("farming", "building")))
    demand = "{tables: io, purchases: {human_capitl: {building: 0.5}, human_capital: {buildings: 1}}}"
    said = "\n".join(refusal(tmp_path, demand=demand))
    for part in ("no region R2, R3", "no line 'human_capitl'", "add up to 0.5", "no sector 'buildings'", "no sector 'construction'"):  # fmt: skip
        assert part in said, part
    assert "human_capital" in said and "'building'" in said


@pytest.mark.parametrize(
    ("demand", "part"),
    [
        ("{tables: oi}", "there is no folder"),
        ("{tables: io, consumption: househlds}", "households"),
        ("{tables: io, value_added: wages}", "wages/F.txt"),
    ],
)
def test_what_is_not_there(folder, demand, part):
    assert part in "\n".join(refusal(folder, demand=demand))


def test_cells_that_are_no_numbers_are_named(tmp_path):
    tables = made_up(IDS)
    folder = save(tmp_path / "io", tables)
    text = (folder / "x.txt").read_text().splitlines()
    text[2] = "R0\tconstruction\tn.a."
    (folder / "x.txt").write_text("\n".join(text))
    assert "R0 construction" in "\n".join(refusal(tmp_path)) and cells(IDS, ["a"]).nlevels == 2
    (folder / "Y.txt").unlink()
    said = "\n".join(refusal(tmp_path))
    assert "Y.txt" in said and "n.a." in said


def test_a_case_without_a_folder_has_no_tables():
    with pytest.raises(InputError, match="no folder 'io'"):
        sc.build(case(None))
