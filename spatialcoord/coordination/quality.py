r"""Protection that was agreed on, paid for by the quality of the water year by year.

Each protected region upstream gets a contract of the kind of the Xin'an river (:mod:`spatialcoord.coordination.water_quality`): one threshold of
a quality index, money at stake on either side of it, chosen so that protecting is what upstream does best and the expected payment is
the Nash point between what it forgoes and what it is worth to the members downstream. Effort moves quality and chance moves it as well; how much is
a design choice, for no case holds measurements.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.quality_contract import best_contract
from spatialcoord.coordination.quality_effort import River, expected_payment
from spatialcoord.coordination.solutions import Agreement
from spatialcoord.coordination.water_quality import outcome
from spatialcoord.errors import InputError

EFFECT, RISK = 0.2, 0.1  # fall of ln C at full effort, its standard deviation: design choices


def qualities(
    joints: tuple[Joint, ...], agreement: Agreement | None, years: tuple[int, ...], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Index and payment of every protected region in every year.

    Parameters
    ----------
    joints : tuple of Joint
        The institutions.
    agreement : Agreement or None
        What was agreed on; nothing is protected without one.
    years : tuple of int
        Years of the programme.
    rng : numpy.random.Generator
        Source of chance; drawn for every region and year, protected or not and whatever institutions there are, so that the same seed
        means the same water in a counterfactual.

    Returns
    -------
    list of dict
        Entries of kind "quality": region, year, index, effort, horizontal payment to upstream, what of it was expected, and what
        protecting costs it, million currency of the year; where no contract with the members makes protection pay, one of kind "no_contract".
    """
    found: list[dict[str, Any]] = []
    if agreement is None:
        return found
    noise = rng.standard_normal((len(agreement.held.table.setting.regions), len(years)))
    for joint in joints:
        protection, setting = joint.protection, joint.table.setting
        level = agreement.of(joint.name, "protection")
        ids = setting.regions
        growth = setting.growth_factor @ setting.year_in_period
        active = np.arange(len(growth)) >= joint.terms.delay
        place = {year: i for i, year in enumerate(setting.years)}
        # effects are discounted means; contracts are made in money of the year of the figures and grow with output
        mean = float(setting.weight @ setting.year_in_period @ (growth * active))
        for i, region in enumerate(protection.region):
            if level[i] < 0.5 or protection.function[i]:
                continue
            effect = protection.effect[i]
            cost = float(-effect[protection.provider[i]]) / mean
            worth = float(np.maximum(effect[joint.members], 0.0).sum()) / mean
            river = River(EFFECT, RISK, cost, 0.0, worth / (np.exp(RISK**2 / 2) * -np.expm1(-EFFECT)))
            told = {"institution": joint.name, "who": ids[region]}
            try:
                design = best_contract(river)
            except InputError as error:
                found.append({"kind": "no_contract", **told, "reason": str(error)})
                continue
            expected = float(expected_payment(river, design.contract, design.effort))
            for t, year in enumerate(years):
                at = place.get(year)
                if at is None or not active[at]:  # nothing is agreed on for that year
                    continue
                year_ = outcome(design.contract, river, design.effort, float(noise[region, t]))
                found.append(
                    {
                        "kind": "quality",
                        **told,
                        "year": int(year),
                        "index": year_.payment.index,
                        "effort": year_.effort,
                        "amount": year_.payment.horizontal * float(growth[at]),
                        "expected": expected * float(growth[at]),
                        "forgone": year_.cost * float(growth[at]),
                    }
                )
    return found
