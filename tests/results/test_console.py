"""The summary on the console: complete, in both languages, and true to the numbers."""

import io
import re

import pytest
from rich.console import Console

from spatialcoord.errors import InputError
from spatialcoord.report import render
from spatialcoord.results import Plan, Words, print_summary
from tests.results.sample import INSTRUMENTS, sample_dataset, sample_graph, sample_plan, sample_summary


def _printed(plan, lang="en", width=140):
    out = io.StringIO()
    print_summary(Console(file=out, width=width, no_color=True), plan, lang)
    return out.getvalue()


def test_says_what_a_planner_asks():
    plan = sample_plan()
    text = _printed(plan)
    gini = plan.summary["disparity"]["gini"]
    for part in ("A sample programme", "2021–2025, prices of 2019", f"{gini['before']:.4f}", f"{gini['after']:.4f}",
                 f"{gini['equal_per_head']:.4f}", "Theil T", "Hoover", "Theil L", "Coefficient of variation", "All of",
                 "attainable", "of it forgone", "Largest gains", "Largest losses", "ceiling", "floor per head",
                 "3.0e-10", "2.0e-12", "4.0e-05", "0.30%", "Figures are nominal.", "Regions <alone>",
                 "General transfer", "billion CNY", "CNY per head"):  # fmt: skip
        assert part in text, part
    assert "nan" not in text and "{" not in text


def test_chinese_is_chinese():
    text = _printed(sample_plan(), "zh")
    for part in (
        "示例规划",
        "基尼系数",
        "一般性转移支付",
        "亿元",
        "人均等额",
        "校验",
        "数据按现价计算",
        "人均下限",
    ):
        assert part in text, part
    # what is left in Latin letters are the names of synthetic regions, a caveat in one language and exponents
    rest = re.sub(r"Region R\d+|Regions <alone> & nothing below them\.|[\d.]+e[+-]\d+|泰尔[TL]", "", text)
    assert not re.search("[A-Za-z]{2,}", rest), re.search("[A-Za-z]{2,}", rest)


@pytest.mark.parametrize("width", [60, 80])
def test_no_figure_is_cut_on_a_narrow_console(width):
    text = re.sub(r"\s+", " ", _printed(sample_plan(), "zh", width))
    assert "…" not in text
    assert "数据按现价计算" in text


@pytest.mark.parametrize("label", ["better", "indistinguishable", "worse"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_verdict_has_its_sentence(label, lang):
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset)
    summary["verdict"] = {"label": label, "range": [-0.0002, 0.0011], "gain": 0.0004}
    sentence = Words(Plan(dataset, sample_graph(), summary), lang).verdict(summary)
    assert "0.00040" in sentence and "−0.00020" in sentence and "0.00110" in sentence
    if label == "indistinguishable":
        assert ("indistinguishable from" in sentence) if lang == "en" else ("无法区分" in sentence)


def test_money_unspent_and_lists_left_out():
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset)
    summary["budget"] |= {"available": summary["budget"]["spent"] * 2, "unspent": summary["budget"]["spent"]}
    for key in ("horizons", "sensitivity", "binding", "caveats"):
        summary[key] = []
    text = _printed(Plan(dataset, sample_graph(), summary))
    assert re.search(
        r"[\d.]+ billion CNY of [\d.]+ billion CNY spent over 2021–2025; [\d.]+ billion CNY left", text
    )
    assert "How sure" not in text and "Read before use" not in text


def test_nobody_loses_is_said():
    dataset = sample_dataset(sample_graph())
    target = dataset["target_per_head"].copy()
    target.loc[{"outcome": "after"}] = target.sel(outcome="before") + 1.0
    plan = Plan(dataset.assign(target_per_head=target), sample_graph(), sample_summary(dataset))
    text = _printed(plan)
    assert (
        "No region is worse off" in text and "Largest losses" not in text.split("No region is worse off")[1]
    )


def test_parts_nobody_knew_are_named():
    own = INSTRUMENTS | {"price_subsidy": ("Price subsidy", "价格补贴", "subsidy", 0.1)}
    dataset = sample_dataset(sample_graph(), own)
    dataset["binding_rule"][0] = "own_rule"
    summary = sample_summary(dataset)
    summary["disparity"]["own_index"] = {"before": 0.5, "after": 0.4, "equal_per_head": 0.45}
    summary["binding"].append({"rule": "own_rule", "regions": ["R0"], "price": 1e-9})
    plan = Plan(dataset, sample_graph(), summary)
    assert "Price subsidy" in _printed(plan) and "价格补贴" in _printed(plan, "zh")
    assert "own index" in _printed(plan) and "own rule" in _printed(plan)


def test_leading_measure_comes_first():
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset)
    summary["objective"]["measure"] = "theil_l"
    text = _printed(Plan(dataset, sample_graph(), summary))
    assert text.index("Theil L") < text.index("Gini")


def _simulated(**changes):
    dataset = sample_dataset(sample_graph())
    summary = sample_summary(dataset)
    summary["simulated"] |= changes
    return Plan(dataset, sample_graph(), summary)


def test_output_gained_is_told_of_planner_and_simulation():
    gained = {"planner": 120_000.0, "simulated": -45_000.0, "unit": "million CNY/yr"}
    plan = _simulated(output_gained=gained)
    assert (
        "; output gained: planner +120 billion CNY a year, simulation −45.0 billion CNY a year."
        in _printed(plan, width=400)
    )
    assert re.search("产出增量：规划模型[^，]*\\+1,200亿元，仿真[^，]*−450亿元。", _printed(plan, "zh", 400))


@pytest.mark.parametrize(
    ("rounds", "accepted", "said", "zh"),
    [
        (0, 0, "kept, because plans of this size, or with this", "计划不再重新求解"),
        (3, 0, "kept, because 3 rounds found no plan", "3轮中未找到"),
        (3, 2, "moved in 2 of 3 rounds", "3轮中有2轮移至"),
    ],
)
def test_a_plan_apart_from_the_simulation_is_said_to_be_moved_or_kept(rounds, accepted, said, zh):
    plan = _simulated(within=False, rounds=rounds, accepted=accepted)
    assert said in _printed(plan, width=400) and "tolerance of 10%" in _printed(plan, width=400)
    assert zh in _printed(plan, "zh", 400)
    agreed = _printed(_simulated(within=True), width=400)
    assert "apart than the tolerance" not in agreed


def test_a_simulation_that_does_not_settle_is_said_and_nothing_else_of_it():
    dataset = sample_dataset(sample_graph()).drop_vars("simulated_per_head")
    summary = sample_summary(dataset)
    summary["simulated"] = {"settled": False, "reason": "it runs away", "mechanisms": ["migration"]}
    plan = Plan(dataset, sample_graph(), summary)
    said = {
        "en": ("simulation does not settle", "people who move to where incomes are higher"),
        "zh": ("独立仿真在本计划下不收敛", "迁往收入更高地区的人口"),
    }
    for lang, parts in said.items():
        text, page = _printed(plan, lang, 400), render(plan, lang)
        assert all(part in text and part in page for part in parts)
        assert "{" not in text
    del summary["simulated"]["reason"]
    with pytest.raises(InputError, match="summary.simulated.reason: is missing"):
        Plan(dataset, sample_graph(), summary)
