"""Limits on what a member state gets: cap in its output, ceiling and floor in its former allocation, a total to be met."""

from __future__ import annotations

import numpy as np

from spatialcoord.economy.setting import Array
from spatialcoord.economy.water_filling import water_fill
from spatialcoord.formulas.berlin_figures import LESS, MORE, TRANSITION, Figures
from spatialcoord.formulas.law import Law
from spatialcoord.formulas.thresholds import at_least
from spatialcoord.formulas.worksheet import Worksheet

Lines = dict[str, Array]


def cap_share(gni: Array, law: Law, growth: Array | None = None) -> Array:
    r"""Largest transfer as a share of the member state's output, shape of `gni`.

    Annex XXVI point 10 of Regulation (EU) 2021/1060 is linear between two points,

    .. math:: c(n) = c_1 + (c_2 - c_1)\,\frac{n - n_1}{n_2 - n_1},\qquad n_1 \le n \le n_2, \qquad (1)

    and level outside; the other periods have steps, 2007-13 a step down for every five points of GNI above the last, and
    2014-20 one share, and a higher one where output fell.

    Parameters
    ----------
    gni : numpy.ndarray
        GNI per head, EU = 1.
    law : Law
        Numbers of the period.
    growth : numpy.ndarray, optional
        Real growth in the years of the law, where it asks for it and the case holds it.
    """
    points = [key.split(".")[1] for key in law if key.startswith("cap.") and key.endswith(".gni")]
    places = np.array([law[f"cap.{n}.gni"] for n in points])
    shares = np.array([law[f"cap.{n}.share"] for n in points])
    if law.about["cap"] == "linear":
        return np.interp(gni, places, shares)
    rest = np.full(np.shape(gni), law["cap.rest.share"])
    if "cap.decline.share" in law:
        # a hair above the step: .80 must not fall short of it by rounding
        steps = np.floor((gni - places[-1]) / law["cap.decline.step"] + 1e-9)
        rest = np.maximum(rest - law["cap.decline.share"] * np.maximum(steps, 0.0), 0.0)
    if growth is not None:
        rest = np.where(growth < law["cap.crisis.growth"], law["cap.crisis.share"], rest)
    return np.select([~at_least(gni, place) for place in places], list(shares), rest) if len(places) else rest


def limited(sheet: Worksheet, figures: Figures, lines: Lines, money: str) -> Lines:
    r"""Lines after the limits, million a year at the prices of the law, each of shape (R,).

    Annex XXVI points 10 to 13 of Regulation (EU) 2021/1060, in that order; :math:`x_m` is the member state's sum of all
    lines, which are cut or raised in proportion, :math:`z_m` its former allocation:

    .. math:: x_m \leftarrow \min(x_m,\, c(n_m) Y_m), \qquad x_m \leftarrow \min(x_m,\, 1.07\, z_m)\ (1.00\, z_m
              \text{ where } n_m \ge 1.2), \qquad x_m \leftarrow \max(x_m,\, .76\, z_m), \qquad (2)

    and a region that was less developed and no longer is keeps 60 % of its former intensity,
    :math:`x_r \leftarrow \max(x_r, .6\, z_r)`, at unchanged population. Money freed and added is told.

    Where a total is to be met, the states' sums before the limits are the key of a water-filling between floor and the
    lower of cap and ceiling (the higher of the two where they contradict), which then replaces (2).
    """
    before = figures.by_state(_sum(lines))
    cap, ceiling, floor = _bounds(sheet, figures, money) if figures.params.capping else (None, None, None)
    if figures.params.total is not None:
        factor = _fill(figures, before, cap, ceiling, floor)
        factor = sheet.step(
            "fill_factor", factor, "1", "water-filling of the member states' sums to the total"
        )
        return {name: values * factor for name, values in lines.items()}
    for name, bound, better, told in (
        ("cap", cap, np.minimum, "freed_by_cap"),
        ("ceiling", ceiling, np.minimum, "freed_by_ceiling"),
        ("floor", floor, np.maximum, "added_by_floor"),
    ):
        if bound is None:
            continue
        now = figures.by_state(_sum(lines))
        factor = np.divide(better(now, bound), now, out=np.ones_like(now), where=now > 0)
        factor = sheet.step(
            f"{name}_factor",
            factor,
            "1",
            f"{'max' if name == 'floor' else 'min'}(1, {name} / sum of the state)",
        )
        changed = {key: values * factor for key, values in lines.items()}
        sheet.total(told, abs(_sum(changed).sum() - _sum(lines).sum()), money)
        lines = changed
    return _safety_net(sheet, figures, lines, money) if figures.params.capping else lines


def _bounds(
    sheet: Worksheet, figures: Figures, money: str
) -> tuple[Array | None, Array | None, Array | None]:
    """Cap, ceiling and floor of every region's member state, million a year, shape (R,); None where left out."""
    law, cap = figures.law, None
    growth = None
    if "cap.crisis.share" in law:
        lacking = figures.lacking(["reference_growth"])
        if lacking:
            sheet.skip("cap_crisis", lacking)
        else:
            growth = figures.setting.attribute("reference_growth")
    if len(figures.lacking(["projected_output", "output"])) == 2:
        sheet.skip("cap", ["projected_output"])
    else:
        numbers = [key for key in law if key.startswith("cap.")]
        share = sheet.step(
            "cap_share",
            cap_share(figures.gni, law, growth),
            "1",
            "by GNI per head of the member state",
            numbers,
        )
        cap = sheet.step(
            "cap", share * figures.by_state(figures.output), money, "cap_share x output of the member state"
        )
    ceiling = floor = None
    if "ceiling" in law or "floor" in law:
        lacking = figures.lacking(["previous_allocation"])
        if lacking:
            sheet.skip("ceiling", lacking)
            sheet.skip("floor", lacking)
            return cap, None, None
        before = figures.by_state(figures.setting.attribute("previous_allocation"))
        most = np.full(len(before), law["ceiling"])
        numbers = ["ceiling"]
        if "ceiling.rich" in law:
            most = np.where(at_least(figures.gni, law["ceiling.rich_from"]), law["ceiling.rich"], most)
            numbers += ["ceiling.rich", "ceiling.rich_from"]
        ceiling = sheet.step(
            "ceiling", most * before, money, "ceiling x former allocation of the member state", numbers
        )
        floor = sheet.step(
            "floor", law["floor"] * before, money, "floor x former allocation of the member state", ["floor"]
        )
    return cap, ceiling, floor


def _safety_net(sheet: Worksheet, figures: Figures, lines: Lines, money: str) -> Lines:
    """Former less developed regions keep a share of what they had; the addition goes to the line of their category."""
    if "safety_net" not in figures.law:
        return lines
    lacking = figures.lacking(["previous_allocation", "previously_less_developed"])
    if lacking:
        sheet.skip("safety_net", lacking)
        return lines
    left = (figures.setting.attribute("previously_less_developed") > 0.5) & (figures.category != LESS)
    least = figures.law["safety_net"] * figures.setting.attribute("previous_allocation")
    added = np.where(left, np.maximum(least - _sum(lines), 0.0), 0.0)
    added = sheet.step(
        "safety_net", added, money, "max(0, safety_net x former allocation - sum of lines)", ["safety_net"]
    )
    sheet.total("added_by_safety_net", added.sum(), money)
    return {
        name: values + np.where(figures.category == name, added, 0.0)
        if name in (TRANSITION, MORE)
        else values
        for name, values in lines.items()
    }


def _fill(
    figures: Figures, before: Array, cap: Array | None, ceiling: Array | None, floor: Array | None
) -> Array:
    """Factor of every region's member state that meets the total inside the bounds, shape (R,)."""
    total = float(figures.params.total)
    first = np.unique(figures.state, return_index=True)[1]  # one region of every state
    lower = np.zeros(len(first)) if floor is None else floor[first]
    upper = np.full(len(first), max(total, lower.max(initial=0.0)))
    for bound in (cap, ceiling):
        if bound is not None:
            upper = np.minimum(upper, bound[first])
    filled = water_fill(
        before[first],
        total,
        lower,
        np.maximum(upper, lower),
        where="total",
        remedy="Give a total between the two, or leave out the limits (capping: false).",
    )
    ratio = np.divide(filled, before[first], out=np.ones(len(first)), where=before[first] > 0)
    return ratio[figures.state]


def third(sheet: Worksheet, figures: Figures, lines: Lines, money: str) -> Lines:
    r"""At most a third of what a state that joined in 2004 or later gets is of the Cohesion Fund, after the limits.

    .. math:: F_m \le \tfrac13 \sum_\ell x_{\ell m} \qquad (3)

    What lies above moves to the state's other lines in proportion, so that its sum stays (as read from memory).
    """
    lacking = figures.lacking(["joined_since_2004"])
    if lacking:
        sheet.skip("cohesion_fund_moved", lacking)
        return lines
    fund = figures.by_state(lines["cohesion_fund"])
    whole = figures.by_state(_sum(lines))
    other = whole - fund
    bound = (figures.setting.attribute("joined_since_2004") > 0.5) & (other > 0)
    kept = np.where(bound, np.minimum(fund, figures.law["cohesion_fund.largest_share"] * whole), fund)
    shrink = np.divide(kept, fund, out=np.ones_like(fund), where=fund > 0)
    grow = np.divide(whole - kept, other, out=np.ones_like(fund), where=other > 0)
    moved = lines["cohesion_fund"] * (1.0 - shrink)
    sheet.step(
        "cohesion_fund_moved",
        moved,
        money,
        "what of the Cohesion Fund lies above cohesion_fund.largest_share of the state's sum",
        ["cohesion_fund.largest_share"],
    )
    return {name: values * (shrink if name == "cohesion_fund" else grow) for name, values in lines.items()}


def _sum(lines: Lines) -> Array:
    return np.sum(list(lines.values()), axis=0)
