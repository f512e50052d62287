"""What the steps, totals and remarks of the Berlin method are called, in each language."""

from __future__ import annotations

_LINES = {
    "less_developed": ("less developed regions", "欠发达地区"),
    "transition": ("transition regions", "过渡地区"),
    "more_developed": ("more developed regions", "较发达地区"),
    "cohesion_fund": ("Cohesion Fund", "凝聚基金"),
    "outermost": ("outermost and sparsely populated regions", "最外围和人口稀少地区"),
}
_PREMIUMS = {
    "unemployment": ("premium for unemployment", "失业附加额"),
    "youth": ("premium for youth unemployment", "青年失业附加额"),
    "education": ("premium for low education", "低学历附加额"),
    "emissions": ("premium for emissions above target", "超标排放附加额"),
    "migration": ("premium for migration", "移民附加额"),
}
_KEYS = {
    "population": ("by population", "按人口"),
    "unemployed": ("by unemployed", "按失业人数"),
    "jobs": ("by jobs lacking", "按就业缺口"),
    "tertiary": ("by graduates lacking", "按高等教育毕业生缺口"),
    "early_leavers": ("by early school leavers", "按过早离校人数"),
    "low_education_employed": ("by employed with low education", "按低学历就业人数"),
    "gap": ("by gap in output", "按产出差距"),
    "sparse": ("by sparsely settled residents", "按人口稀少区居民"),
}


def _said(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh}


WORDS: dict[str, dict[str, str]] = {
    "mean_output": _said("mean output per head of the EU", "欧盟人均产出"),
    "population": _said("population in the years of the law", "法定年份人口"),
    "output_per_head": _said("output per head in purchasing power", "按购买力计算的人均产出"),
    "category": _said("category", "地区类别"),
    "gni": _said("income per head of the member state, EU = 1", "成员国人均国民总收入（欧盟=1）"),
    "less_developed_rate": _said("share of the gap met in a year", "每年弥补差距的比例"),
    "less_developed_base": _said("less developed regions: share of the gap", "欠发达地区：差距份额"),
    "transition_most": _said("transition regions: most per head", "过渡地区：人均上限"),
    "transition_intensity": _said("transition regions: money per head", "过渡地区：人均金额"),
    "transition_base": _said("transition regions: before premiums", "过渡地区：附加额之前"),
    "more_developed_envelope": _said("money for more developed regions", "较发达地区资金总额"),
    "cohesion_fund_envelope": _said("money of the Cohesion Fund", "凝聚基金总额"),
    "cohesion_fund_share": _said(
        "share of the member state in the Cohesion Fund", "成员国在凝聚基金中的份额"
    ),
    "cohesion_fund_moved": _said(
        "Cohesion Fund above a third of the member state's money, moved to its other lines",
        "凝聚基金超出成员国资金三分之一的部分，转入其他项目",
    ),
    "formula": _said("formula before limits", "限额之前的公式金额"),
    "cap_share": _said("largest share of the member state's output", "占成员国产出的最高比例"),
    "cap_crisis": _said("higher cap where output fell", "产出下降时的较高上限"),
    "cap": _said("cap of the member state", "成员国产出上限"),
    "cap_factor": _said("part that the cap leaves", "产出上限后保留的比例"),
    "ceiling": _said("ceiling of the member state", "成员国增长上限"),
    "ceiling_factor": _said("part that the ceiling leaves", "增长上限后保留的比例"),
    "floor": _said("floor of the member state", "成员国下限"),
    "floor_factor": _said("multiple that the floor makes", "下限提高的倍数"),
    "fill_factor": _said("multiple that meets the total", "满足总额的倍数"),
    "safety_net": _said("safety net of former less developed regions", "原欠发达地区的保障"),
    "freed_by_cap": _said("money freed by the cap", "产出上限释放的资金"),
    "freed_by_ceiling": _said("money freed by the ceiling", "增长上限释放的资金"),
    "added_by_floor": _said("money added by the floor", "下限增加的资金"),
    "added_by_safety_net": _said("money added by the safety net", "保障增加的资金"),
    "indexation": _said("prices of the result against those of the law", "结果价格与法定价格之比"),
    "amount": _said("amount of a year", "年度金额"),
    "difference": _said(
        "Less developed regions get {formula} million EUR in {years} years before the limits and "
        "{limited} million after them, at {prices} prices; the law sets aside {law} million "
        "({percent} %). The two need not agree: figures revised since the decision or of other "
        "years, income by output, an assumed labour force and today's output in the cap stand in "
        "for what was used; premiums without figures are missing; prices of the case are brought "
        "back at the law's fixed rate, not at actual inflation; and the law's sum holds what "
        "ceilings, floors and political top-ups for single states and regions gave and took.",
        "按{prices}年价格，欠发达地区{years}年在限额之前得到{formula}百万欧元，限额之后{limited}百万欧元；法律规定{law}百万欧元（相差{percent}%）。"
        "二者不必一致：所用数据在决定之后已经修订或属于其他年份，收入以产出替代，劳动力为假定值，上限按当前产出计算；缺少数据的附加额未计入；"
        "价格按法定固定比率而非实际通胀换算；法律总额还包含上限、下限以及给予个别国家和地区的政治性追加。",
    ),
    "labour_force": _said("labour force", "劳动力"),
    "unemployed": _said("unemployed", "失业人数"),
    "less_developed_rate_of_unemployment": _said(
        "less developed regions: rate of unemployment", "欠发达地区：失业率"
    ),
    "transition_rate_of_unemployment": _said("transition regions: rate of unemployment", "过渡地区：失业率"),
    "more_developed_rate_of_unemployment": _said(
        "more developed regions: rate of unemployment", "较发达地区：失业率"
    ),
    "no_claim": _said(
        "This is the rule on the case's figures. It does not reproduce what single member states were given: territorial "
        "co-operation, the Just Transition Fund, innovation between regions and amounts agreed by the European Council are "
        "not in it.",
        "此处为法定规则应用于本例数据的结果，并不复现各成员国实际所得：领土合作、公正转型基金、跨地区创新以及欧洲理事会商定的款项不在其内。",
    ),
    "reference_years": _said(
        "The law goes by figures of {years}. The result is what it gives on the reference figures of the case; where those "
        "are of other years it is no history.",
        "法律依据{years}年的数据。结果是按本例参考数据计算的；若数据年份不同，则不代表历史。",
    ),
    "left_out_2007": _said(
        "Phasing-out and phasing-in regions and the adjustment of competitiveness money by income are left out; money per "
        "head of competitiveness regions is derived from the total, and the EU is the one of the case, not the EU-25.",
        "逐步退出和逐步进入地区以及竞争力资金按收入的调整未计入；竞争力地区的人均金额由总额推算，欧盟范围以本例为准，而非欧盟25国。",
    ),
    "gni_stand_in": _said(
        "Output per head in purchasing power stands in for national income per head. That overstates Ireland and "
        "Luxembourg, where profits and wages flow abroad (both are above the highest band either way), and may put Czechia, "
        "Slovenia, Cyprus and Malta on the wrong side of 82, 90 or 99 %: of the rate of their regions and of the Cohesion "
        "Fund.",
        "以按购买力计算的人均产出替代人均国民总收入。这会高估利润和工资外流的爱尔兰和卢森堡（两国无论如何都在最高档之上），并可能使捷克、"
        "斯洛文尼亚、塞浦路斯和马耳他落在82%、90%或99%界限的另一侧，从而影响其地区的比率和凝聚基金资格。",
    ),
    "population_stand_in": _said(
        "Today's population stands in for that of the years of the law.", "以当前人口替代法定年份的人口。"
    ),
    "labour_force_stand_in": _said(
        "The case holds no labour force; {percent} % of the population stand in, the same everywhere. Unemployed persons "
        "are therefore overstated where few of working age seek work, and understated where many do.",
        "本例没有劳动力数据，各地均以人口的{percent}%替代。因此在劳动参与率低的地方失业人数偏高，在参与率高的地方偏低。",
    ),
    "output_stand_in": _said(
        "The cap is a share of the output of the case's year, brought to the law's prices at its fixed yearly rate; the law "
        "takes the forecast for the period made when it was adopted.",
        "上限按本例年份的产出计算，并按法定固定年率换算为法定价格；法律采用通过时对该期间的预测。",
    ),
    "limits_missing": _said(
        "Without the allocations of the period before, ceiling, floor and safety net are not applied. States that the "
        "ceiling would hold down are shown with more than the law gives, states that the floor would lift with less.",
        "由于没有上一期间的分配数据，增长上限、下限和保障未能适用：受增长上限约束的国家所示金额高于法律规定，受下限提高的国家则低于法律规定。",
    ),
    "keys_to_population": _said(
        "In more developed regions the weight of keys without figures goes to population; premiums without figures are "
        "missing.",
        "在较发达地区，缺少数据的指标权重归入人口；缺少数据的附加额未计入。",
    ),
}
for _line, (_en, _zh) in _LINES.items():
    WORDS[_line] = _said(_en, _zh)
    WORDS[f"{_line}_difference"] = _said(
        f"{_en[:1].upper()}{_en[1:]}: {{limited}} million EUR after the limits; the law sets aside {{law}} million ({{percent}} %).",
        f"{_zh}：限额之后{{limited}}百万欧元；法律规定{{law}}百万欧元（相差{{percent}}%）。",
    )
    WORDS[f"{_line}_amount"] = _said(f"{_en}, after the limits", f"{_zh}（限额之后）")
    WORDS[f"{_line}_formula"] = _said(f"{_en}, whole period before the limits", f"{_zh}，全期限额之前")
    WORDS[f"{_line}_limited"] = _said(f"{_en}, whole period after the limits", f"{_zh}，全期限额之后")
    WORDS[f"{_line}_law"] = _said(f"{_en}, whole period in the law", f"{_zh}，法律规定的全期金额")
for _category in ("less_developed", "transition", "more_developed"):
    for _name, (_en, _zh) in _PREMIUMS.items():
        WORDS[f"{_category}_{_name}"] = _said(
            f"{_LINES[_category][0]}: {_en}", f"{_LINES[_category][1]}：{_zh}"
        )
for _name, (_en, _zh) in _KEYS.items():
    WORDS[f"more_developed_{_name}"] = _said(f"more developed regions: {_en}", f"较发达地区：{_zh}")
