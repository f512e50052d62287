r"""Whether members keep an agreement over the years: shocks, violations, detection, and disputes about what was withheld.

Each year the outside option of a member, which owes O a year, is better or worse by a shock of relative size :math:`\sigma`,

.. math:: T_t - R = O\,(1 + \sigma z_t),\qquad z_t \sim N(0, 1), \qquad (1)

and it keeps the agreement that year if and only if the inequality (1) of :mod:`spatialcoord.games.compliance` holds with this T, with a
penalty :math:`F = \phi\,O` and with the chance that a violation is found,

.. math:: \pi = 1 - (1 - \pi_g)\, e^{-(m + w)}, \qquad (2)

where :math:`\pi_g` is the institution's enforcement and m, w are efforts of monitoring by the institution and by watchdogs. A violation
withholds what is owed that year; whether it is found is drawn with chance (2) for each creditor, and one that is found opens a dispute
(:mod:`spatialcoord.coordination.disputes`). Paid by milestones, a member that withholds money for the pool is not paid that year, which is
no violation, and O counts of its money for the pool what exceeds its receipts, as in :mod:`spatialcoord.coordination.keeping`.

A reduced form. A member believes the threat of that inequality, that an answered violation ends the agreement, while here the agreement goes
on after a dispute; it counts the whole penalty, of which a ruling may take off a part, and not that it may have to give back what it
withheld; what was suspended for want of a milestone is not paid later; shocks are independent over years and members; amounts
are those of a typical year. Nobody's choice depends on what others did or on earlier draws, so that with the same seed other rules meet the same
shocks: differences between records are effects of the rules alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from spatialcoord import games
from spatialcoord.coordination.disputes import Dispute
from spatialcoord.coordination.record import INSTITUTION, WATCHDOGS, Entry, Record
from spatialcoord.coordination.regime import Member, Regime, check
from spatialcoord.economy.setting import Array
from spatialcoord.errors import InputError, Problem


def typical(parties: Sequence[Member], rules: Regime) -> list[games.Party]:
    """Members in a year without shock, as :func:`spatialcoord.games.self_enforcing` takes them.

    The chance of detection is the mean over whom a member owes.

    Raises
    ------
    InputError
        Everything that is wrong with parties and rules.
    """
    check(parties, rules)
    receives: defaultdict[tuple[str, str], float] = defaultdict(float)
    for member in parties:
        for creditor, amount in member.owes.items():
            receives[member.institution, creditor] += amount
    rate, found = rules.discount_rate, []
    for member in parties:
        terms = rules.institutions[member.institution]
        owed = stake = float(sum(member.owes.values()))
        if terms.milestones:
            pool = member.owes.get(INSTITUTION, 0.0)
            stake = owed - pool + max(0.0, pool - receives[member.seat])
        chances = [rules.detection(*member.seat, creditor) for creditor in member.owes]
        weights = list(member.owes.values())
        found.append(
            games.Party(
                cooperate=member.cooperate,
                deviate=member.cooperate + stake,
                punished=member.punished,
                discount=1.0 / (1.0 + rate) if rate > 0 else 1.0 - 1e-9,
                penalty=terms.penalty * stake,
                detection=float(np.average(chances, weights=weights)) if owed > 0 else 0.0,
                subsidy=member.subsidy,
            )
        )
    return found


def complies(parties: Sequence[Member], rules: Regime, shocks: Array) -> np.ndarray:
    """Whether members keep the agreement, the inequality with (1).

    Parameters
    ----------
    parties : sequence of Member, length M
        Who owes what.
    rules : Regime
        What they know.
    shocks : numpy.ndarray, shape (Y, M)
        z by year and member.

    Returns
    -------
    numpy.ndarray of bool, shape (Y, M)
    """
    usual = {str(i): party for i, party in enumerate(typical(parties, rules))}
    margin = np.array(list(games.self_enforcing(usual).margin.values()))
    stake = np.array([party.deviate - party.cooperate for party in usual.values()])
    later = 1.0 / max(rules.discount_rate, 1e-9)  # the factor of lasting sums
    size = np.array([max(abs(p.cooperate), abs(p.deviate), abs(p.punished)) for p in usual.values()])
    # equality keeps the agreement; rounding must not undo that
    return margin - rules.supervision.shock * stake * np.asarray(shocks) >= -1e-12 * size * max(1.0, later)


def supervise(
    parties: Iterable[Member], rules: Regime, years: Iterable[int], rng: np.random.Generator
) -> Record:
    """What happens to agreements over some years, and to every dispute until it has ended.

    Parameters
    ----------
    parties : iterable of Member
        Members of all institutions.
    rules : Regime
        What they know.
    years : iterable of int
        Calendar years that follow each other.
    rng : numpy.random.Generator
        Source of chance. Shocks, detection and mediation have streams of their own, and in them every member and obligation by its name,
        drawn whether needed or not: a new generator of the same seed gives other rules and other members beside them the same shocks,
        and more years the same first ones.

    Raises
    ------
    InputError
        Everything that is wrong with parties, rules and years.
    """
    parties, years = list(parties), [int(year) for year in years]
    if not years or years != list(range(years[0], years[0] + len(years))):
        raise InputError(
            Problem(
                "the years do not follow each other", "years", remedy="Give years such as range(2021, 2026)."
            )
        )
    check(parties, rules)
    owed = [(m, creditor, amount) for m in parties for creditor, amount in m.owes.items() if amount > 0]
    of_shocks, of_detection, of_mediation = (int(stream.integers(2**63)) for stream in rng.spawn(3))
    obligations = [(*m.seat, creditor) for m, creditor, _ in owed]
    shocks = [g.standard_normal(len(years)) for g in _generators(of_shocks, [m.seat for m in parties])]
    keeps = complies(parties, rules, np.array(shocks).reshape(-1, len(years)).T)
    found, settled = (
        np.array([g.random(len(years)) for g in _generators(of, obligations)]).reshape(-1, len(years)).T
        for of in (of_detection, of_mediation)
    )
    breaks = [
        {m.seat for m, kept in zip(parties, row, strict=True) if not kept and any(m.owes.values())}
        for row in keeps
    ]
    entries: list[Entry] = []
    disputes: Counter[frozenset[tuple[str, str]]] = Counter()
    for t, year in enumerate(years):
        entries += _watching(parties, rules, year)
        unpaid = {m.seat for m in parties if m.seat in breaks[t] and m.owes.get(INSTITUTION, 0.0) > 0}
        before = disputes.copy()
        for o, (m, creditor, amount) in enumerate(owed):
            due = Entry(year, "payment", m.institution, m.name, creditor, amount)
            if rules.institutions[m.institution].milestones and (m.institution, creditor) in unpaid:
                entries.append(replace(due, kind="suspension"))
            elif m.seat not in breaks[t]:
                entries.append(due)
            else:
                chance = rules.detection(m.institution, m.name, creditor)
                violation = replace(due, kind="violation", probability=chance)
                if found[t, o] >= chance:
                    entries.append(violation)
                    continue
                # a pair is the same in all institutions; an institution itself is another party in each
                pair = frozenset({("", m.name), ("" if creditor else m.institution, creditor)})
                violation = replace(violation, dispute=disputes.total() + 1)
                disputes[pair] += 1
                dispute = replace(
                    _opened(violation, parties, rules, years[-1]),
                    settles=bool(settled[t, o] < rules.procedure.settlement),
                    straight=before[pair] >= rules.procedure.straight_after,
                )
                entries += [violation, *dispute.settle(rules.procedure)[1]]
    last = max([entry.year for entry in entries] + [years[-1]])
    seats = [m.seat for m in parties] + [(name, INSTITUTION) for name in rules.institutions]
    return Record.of(range(years[0], last + 1), [*seats, ("", WATCHDOGS)], entries)


def _generators(seed: int, labels: Iterable[tuple[str, ...]]) -> list[np.random.Generator]:
    """A source of chance for each label, which does not depend on what other labels there are."""
    return [np.random.default_rng([seed, *"\0".join(label).encode()]) for label in labels]


def _opened(violation: Entry, parties: Sequence[Member], rules: Regime, ends: int) -> Dispute:
    """The dispute about a violation that was found, at the end of its year."""
    name, terms = violation.institution, rules.institutions[violation.institution]
    members = {m.name: m for m in parties if m.institution == name}
    debtor, creditor = members[violation.who], members.get(violation.against)
    # money for the pool is owed to all members together, who have no surplus but their own
    both = [debtor.name, creditor.name] if creditor else list(members)
    return Dispute(
        number=violation.dispute,
        institution=name,
        creditor=violation.against,
        debtor=debtor.name,
        amount=violation.amount,
        month=12 * (violation.year + 1),
        superior=rules.superior(name, both),
        penalty=terms.penalty,
        delay=terms.delay,
        found=violation.probability,
        ends=ends,
        discount_rate=rules.discount_rate,
        worth=(debtor.surplus, creditor.surplus if creditor else 0.0),
        voice=(debtor.voice, creditor.voice if creditor else 1.0),
    )


def _watching(parties: Sequence[Member], rules: Regime, year: int) -> Iterator[Entry]:
    """What monitoring costs in a year."""
    watched = rules.supervision
    for member in parties:
        cost = watched.monitoring_cost * watched.monitoring * sum(member.owes.values())
        if cost > 0:
            yield Entry(year, "monitoring", member.institution, member.name, INSTITUTION, cost)
    cost = watched.monitoring_cost * watched.watchdogs * sum(sum(m.owes.values()) for m in parties)
    if cost > 0:
        yield Entry(year, "monitoring", "", WATCHDOGS, INSTITUTION, cost)
