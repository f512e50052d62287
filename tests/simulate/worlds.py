"""Small made-up worlds and policies."""

from __future__ import annotations

import numpy as np

from spatialcoord.simulate.policy import Policy, ProfitTax, Upgrade, Works
from spatialcoord.simulate.world import Behaviour, Links, Stock, World

YEARS, PERIODS = (2021, 2022, 2023), tuple(range(2021, 2029))
MOVING = Behaviour(access_elasticity=0.2)


def made_up(seed: int = 0, regions: int = 5, **changes) -> World:
    """A ring of uneven regions; all figures are there."""
    random = np.random.default_rng(seed)
    output = random.uniform(50.0, 500.0, regions)
    flow = 0.05 * output * random.uniform(-1.0, 1.0, regions)
    ring = np.roll(np.eye(regions), 1, axis=1)
    barriers = random.uniform(0.0, 0.3, (regions, regions))
    np.fill_diagonal(barriers, 0.0)
    figures = {
        "regions": tuple(f"r{i}" for i in range(regions)),
        "population": random.uniform(1e4, 1e5, regions),
        "output": output,
        "net_flow": flow - flow.mean(),
        "financing_share": output / output.sum(),
        "years": YEARS,
        "periods": PERIODS,
        "growth": 0.02,
        "stocks": {
            "infrastructure": Stock(0.7 * output, 0.1, 0.04, 1),
            "private": Stock(2.0 * output, 0.35, 0.06, 1),
        },
        "private_share": output / output.sum(),
        "spillover": 0.1,
        "neighbours": 0.5 * (ring + ring.T),
        "links": Links(
            np.arange(regions),
            (np.arange(regions) + 1) % regions,
            random.uniform(50.0, 300.0, regions),
            random.uniform(10.0, 40.0, regions),
        ),
        "barriers": barriers,
    }
    return World(**(figures | changes))


def some_policy(world: World, seed: int = 0, size: float = 0.01) -> Policy:
    """Works, transfers, payments between regions, rates of tax, a shorter link and an opened market."""
    random = np.random.default_rng(seed + 1000)
    shape = (len(world.regions), len(world.years))
    money = size * world.output[:, None] * random.uniform(0.0, 1.0, (2, *shape))
    paid = size * world.output.mean() * random.uniform(-1.0, 1.0, shape)
    assert world.links is not None
    return Policy(
        money={
            "received": money[0] + money[1],
            "income": money[0],
            "compensation": paid - paid.mean(axis=0),
        },
        works=(Works("infrastructure", money[1]), Works("private", 0.2 * money[1])),
        taxes=(ProfitTax(random.uniform(0.15, 0.3, shape[0]), 0.25, np.full(shape[0], 0.6)),),
        upgrades=(Upgrade(0, 2, 0.5 * float(world.links.length[0]), 2023),),
        opened=np.cumsum(random.uniform(0.0, 0.3, shape), axis=1),
    )


def behaviours() -> dict[str, Behaviour]:
    """Every mechanism alone, none, and all."""
    off = {
        "capital_elasticity": 0.0,
        "migration_elasticity": 0.0,
        "agglomeration": 0.0,
        "access_elasticity": 0.0,
    }
    return {
        "still": Behaviour(**off),
        "capital": Behaviour(**off | {"capital_elasticity": 2.0}),
        "capital_at_once": Behaviour(**off | {"capital_elasticity": 2.0, "capital_speed": 1.0}),
        "people": Behaviour(**off | {"migration_elasticity": 2.0, "migration_speed": 0.1}),
        "access": Behaviour(**off | {"access_elasticity": 0.2}),
        "all": MOVING,
    }
