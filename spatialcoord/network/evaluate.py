r"""What given flows and capacities do, in plain numpy and written apart from the model: the lower end of the bracket.

Any flows and capacities within the budget that leave every region something to consume are a feasible plan, and their welfare
is a lower bound. Any prices :math:`P > 0` give an upper bound by weak duality, with the best response of every consumer and
every link in closed form, so that neither end takes a solver's word.
"""

from __future__ import annotations

import numpy as np

from spatialcoord.network.problem import Network, Vector

HALVINGS = 200
SHARE = (5**0.5 - 1) / 2  # golden section


def transport_cost(net: Network, flow: Vector, capacity: Vector) -> Vector:
    """Goods used up on each arc, shape (2L,); infinite where something flows through nothing."""
    used = flow > 0
    out = np.zeros(len(flow))
    links = net.link_of[used]
    with np.errstate(divide="ignore"):
        out[used] = net.friction[links] * flow[used] ** (1 + net.beta) / capacity[links] ** net.gamma
    return out


def consumption(net: Network, flow: Vector, capacity: Vector) -> Vector:
    """Goods per head that given flows leave, shape (R,); negative where they are not there."""
    count = len(net.regions)
    gone = np.bincount(net.tail, flow + transport_cost(net, flow, capacity), count)
    return (net.endowment + np.bincount(net.head, flow, count) - gone) / net.population


def utility(net: Network, per_head: Vector) -> Vector:
    """u, for consumption above 0."""
    power = 1.0 - net.aversion
    return np.log(per_head) if power == 0 else per_head**power / power


def marginal_utility(net: Network, per_head: Vector) -> Vector:
    """u', for consumption above 0."""
    return per_head**-net.aversion


def welfare(net: Network, per_head: Vector) -> float:
    """Weighted sum of utilities; minus infinity where a region is left nothing."""
    if not (per_head > 0).all():
        return -np.inf
    return float(net.weight @ utility(net, per_head))


def netted(net: Network, flow: Vector) -> Vector:
    """The same deliveries without goods that pass each other on a link, which only costs."""
    both = np.minimum(*flow.reshape(2, -1))
    return flow - np.tile(both, 2)


def fill(net: Network, gain: Vector, power: float) -> tuple[Vector, float]:
    r"""Capacities that maximise :math:`\sum g_\ell I_\ell^{\theta}/\theta` (or minimise it, :math:`\theta<0`) within the budget.

    Parameters
    ----------
    net : Network
        Limits and budget.
    gain : numpy.ndarray, shape (L,)
        g, at least 0.
    power : float
        1 - theta, above 0.

    Returns
    -------
    numpy.ndarray, shape (L,)
        Within limits and budget.
    float
        The budget's price.
    """
    most = np.minimum(net.most, net.least + (net.budget - net.building @ net.least) / net.building)
    most = np.maximum(most, net.least)

    def at(log_price: float) -> Vector:
        with np.errstate(divide="ignore"):
            wanted = np.exp(np.minimum((np.log(gain / net.building) - log_price) / power, 600.0))
        return np.clip(wanted, net.least, most)

    some = gain > 0
    if not some.any():
        return net.uniform(), 0.0
    logs = np.log(gain[some] / net.building[some])
    span = power * np.log(max(float(most.max()), 1e-300)) if most.max() > 0 else 0.0
    low, high = float(logs.min() - abs(span) - 60.0), float(logs.max() + abs(span) + 60.0)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if net.building @ at(middle) > net.budget:
            low = middle
        else:
            high = middle
    return at(high), float(np.exp(high))


def well_placed(net: Network, flow: Vector, capacity: Vector) -> Vector:
    r"""The best capacities for given flows, at the prices these leave: :math:`I^{1+\gamma} \propto P\delta Q^{1+\beta}/\delta^I`."""
    per_head = consumption(net, flow, capacity)
    if net.gamma == 0 or net.fixed or not (per_head > 0).all():
        return capacity
    worth = (net.weight * marginal_utility(net, per_head) / net.population)[net.tail]
    used = worth * net.friction[net.link_of] * flow ** (1 + net.beta) * net.gamma
    return fill(net, used.reshape(2, -1).sum(axis=0), 1.0 + net.gamma)[0]


def better(
    net: Network, best: tuple[Vector, Vector], other: tuple[Vector, Vector]
) -> tuple[tuple[Vector, Vector], float]:
    """The best plan on the line from one plan to another, its capacities placed anew, and its welfare.

    Plans form a convex set and their welfare is concave, so that a golden section finds it; `other` may leave a region
    nothing, `best` may not.
    """

    def along(part: float) -> tuple[Vector, Vector]:
        flow, capacity = ((1 - part) * x + part * y for x, y in zip(best, other, strict=True))
        return flow, capacity

    def value(part: float) -> float:
        return welfare(net, consumption(net, *along(part)))

    low, high = 0.0, 1.0
    left, right = high - SHARE, low + SHARE
    at_left, at_right = value(left), value(right)
    while high - low > 1e-9:
        if at_left >= at_right:
            high, right, at_right = right, left, at_left
            left = high - SHARE * (high - low)
            at_left = value(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + SHARE * (high - low)
            at_right = value(right)
    candidates = [best, other, along(0.5 * (low + high))]
    values = [welfare(net, consumption(net, *plan)) for plan in candidates]
    at = int(np.argmax(values))
    plan, reached = candidates[at], values[at]
    moved = (plan[0], well_placed(net, *plan))
    again = welfare(net, consumption(net, *moved))
    return (moved, again) if again > reached else (plan, reached)


def bound_by_prices(net: Network, price: Vector) -> float:
    r"""Upper bound on the welfare of every plan at prices :math:`P > 0` of the good in each region (weak duality).

    .. math:: D(P) = \sum_r \max_c\,[\omega_r u(c) - P_r L_r c] + \sum_r P_r Y_r
       + \max_{I} \sum_a A_a(P)\, I_\ell^{\gamma/\beta}, \qquad (3)

    where :math:`A` is what an arc of capacity one earns at its best flow,

    .. math:: A_a = P_o\,\tfrac{\beta}{1+\beta}\, m\, \Bigl(\tfrac{m}{\delta(1+\beta)}\Bigr)^{1/\beta}, \qquad
       m = (P_d/P_o - 1)^+. \qquad (4)

    Parameters
    ----------
    net : Network
        With :math:`\gamma \le \beta` and :math:`\beta > 0`, or capacities that are fixed.
    price : numpy.ndarray, shape (R,)
        Prices, above 0; duals of (1) make the bound tight.

    Returns
    -------
    float
        Infinite where a link that costs nothing joins two prices, or beta is 0.
    """
    wanted = (net.weight / (price * net.population)) ** (1.0 / net.aversion)
    consumers = float(net.weight @ utility(net, wanted) - price @ (net.population * wanted))
    if net.beta == 0:
        return np.inf
    origin, delta = price[net.tail], net.friction[net.link_of]
    margin = np.maximum(price[net.head] / origin - 1.0, 0.0)
    if ((delta == 0) & (margin > 0)).any():
        return np.inf
    safe = np.where(delta > 0, delta, 1.0)
    each = net.beta / (1 + net.beta) * origin * margin * (margin / (safe * (1 + net.beta))) ** (1 / net.beta)
    earned = each.reshape(2, -1).sum(axis=0)
    theta = net.gamma / net.beta
    if net.fixed or theta == 0:
        links = float(earned @ np.where(np.isfinite(net.most), net.most, 1.0) ** theta)
    elif theta == 1:
        links = _knapsack(net, earned)
    else:
        capacity, worth = fill(net, theta * earned, 1.0 - theta)
        # at any price of the budget the best capacities give a bound; `fill` may stop a little below the budget
        links = float(earned @ capacity**theta + worth * max(net.budget - net.building @ capacity, 0.0))
    return consumers + float(price @ net.endowment) + links


def _knapsack(net: Network, earned: Vector) -> float:
    """Most that capacities earn when each earns the same per unit: the best links first."""
    left = net.budget - float(net.building @ net.least)
    total = float(earned @ net.least)
    for link in np.argsort(-earned / net.building):
        more = min(net.most[link] - net.least[link], left / net.building[link])
        total += float(earned[link]) * more
        left -= more * net.building[link]
        if left <= 0:
            break
    return total
