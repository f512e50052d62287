r"""What is observed of a programme: a panel given as a table or made up with planted elasticities.

.. math::

    \ln Y_{rt} &= \ln Y^0_{rt} + a_r + b_t + \textstyle\sum_k \gamma_k \ln(1+d_{krt}) + u_{rt} & (1)\\
    u_{rt} &= \phi u_{r,t-1} + \sqrt{1-\phi^2}\,\sigma z_{rt}, \qquad u_{r0} = \sigma z_{r0} & (2)

with the baseline path :math:`Y^0`, effects of region a and of year b, and :math:`d_k` the capital of kind k
that the programme built, against what stands there without it (equations (1)-(2) of
:mod:`spatialcoord.simulate.stocks`; zero before the programme). It is the response of
:mod:`spatialcoord.economy.production` for each kind, multiplied over kinds. Nothing else of a programme
reaches output in a made-up panel: nobody moves and nothing spills over, so that what estimators say of it is
the best they could say of a real one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spatialcoord.economy.setting import Array, Setting
from spatialcoord.errors import InputError, Problem
from spatialcoord.instruments.base import of_budget
from spatialcoord.planner.twin import policy, world
from spatialcoord.simulate.stocks import accumulate, built


@dataclass(frozen=True)
class Noise:
    """What moves output beside the programme; each a standard deviation of ln output unless said otherwise.

    Parameters
    ----------
    sd : float
        Of a region in a year, :math:`\\sigma` of (2).
    autocorrelation : float
        From year to year, :math:`\\phi` of (2), at least 0 and below 1, without unit.
    year, region : float
        Of effects common to all regions of a year, and of those of a region in all years.

    Raises
    ------
    ValueError
        A standard deviation below zero, or an autocorrelation outside its range.
    """

    sd: float = 0.01
    autocorrelation: float = 0.0
    year: float = 0.02
    region: float = 0.05

    def __post_init__(self) -> None:
        if not all(np.isfinite(v) and v >= 0 for v in (self.sd, self.year, self.region)):
            raise ValueError("a standard deviation of the noise is not zero or more")
        if not 0.0 <= self.autocorrelation < 1.0:
            raise ValueError(f"the autocorrelation {self.autocorrelation:g} is not at least 0 and below 1")


@dataclass(frozen=True)
class Panel:
    """Regions (R) observed over years (T), without gaps.

    Attributes
    ----------
    regions : tuple of str
        Region ids.
    years : tuple of int
        Calendar years, ascending.
    log_output : numpy.ndarray, shape (R, T)
        Natural logarithm of output in million currency a year.
    log_capital : mapping of str to numpy.ndarray, shape (R, T)
        By kind the regressor :math:`\\ln(1+d)` of (1), without unit; zero where the programme has built
        nothing.
    money_per_head : numpy.ndarray, shape (R,)
        Programme money per head over all its years, currency; used only to tell who received much from who
        received little.
    first : int
        First year of the programme.
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    log_output: Array
    log_capital: Mapping[str, Array]
    money_per_head: Array
    first: int

    @property
    def before(self) -> np.ndarray:
        """Which years lie before the programme, shape (T,)."""
        return np.array(self.years) < self.first

    @property
    def more(self) -> np.ndarray:
        """Which regions received more per head than the median, shape (R,)."""
        return np.asarray(self.money_per_head > np.median(self.money_per_head))

    @classmethod
    def of_table(cls, table: pd.DataFrame, first: int) -> Panel:
        """Panel of a long table with one row for each region and year.

        Parameters
        ----------
        table : pandas.DataFrame
            Columns ``region``, ``year``, ``output`` (million currency a year), ``money_per_head`` (currency
            over the whole programme, the same in all rows of a region) and one column ``added_<kind>`` for
            each kind of capital: capital that the programme built, at depreciated cost, over the stock
            without it (1).
        first : int
            First year of the programme.

        Raises
        ------
        InputError
            Columns that are missing, rows that are missing or double, figures that are none or out of range;
            all at once.
        """
        kinds = [str(c).removeprefix("added_") for c in table.columns if str(c).startswith("added_")]
        problems = list(_missing_columns(table, kinds)) or list(_wrong_rows(table, kinds))
        if problems:
            raise InputError(problems)
        table = table.sort_values(["region", "year"])
        regions, years = sorted(set(table["region"])), sorted(set(table["year"]))
        shape = (len(regions), len(years))

        def figures(column: str) -> Array:
            return table[column].to_numpy(dtype=float).reshape(shape)

        return cls(
            regions=tuple(map(str, regions)),
            years=tuple(map(int, years)),
            log_output=np.log(figures("output")),
            log_capital={kind: np.log1p(figures(f"added_{kind}")) for kind in kinds},
            money_per_head=figures("money_per_head")[:, 0],
            first=first,
        )


def observe(
    setting: Setting,
    amounts: Mapping[str, Array],
    truth: Mapping[str, float],
    rng: np.random.Generator,
    noise: Noise | None = None,
    years: Sequence[int] | None = None,
) -> Panel:
    """Make up what would be observed of a programme if elasticities were those planted, equations (1)-(2).

    Parameters
    ----------
    setting : Setting
        Baseline; its own elasticities are not used.
    amounts : mapping of str to numpy.ndarray, shape (R, Y)
        Amounts of every line, million currency a year.
    truth : mapping of str to float
        Output elasticity of each kind of capital that the lines build.
    rng : numpy.random.Generator
        Source of chance. What is drawn does not depend on the amounts nor on the truth: programmes observed
        with generators of one seed are told apart by nothing but their effects.
    noise : Noise, optional
        What else moves output.
    years : sequence of int, optional
        Years observed, ascending without gaps, none after the horizon; by default as many before the
        programme as it has, and all of the horizon.

    Raises
    ------
    ValueError
        Years that are no such sequence, or capital is built whose elasticity is not planted.
    """
    noise = noise or Noise()
    seen = _years(setting, years)
    here = world(setting)
    works = policy(setting, amounts)
    kinds = [kind for kind in here.stocks if any(one.kind == kind for one in works.works)]
    unplanted = [kind for kind in kinds if kind not in truth]
    if unplanted:
        raise ValueError(f"no elasticity is planted for {', '.join(unplanted)}")
    place = seen - setting.periods[0]
    during = place >= 0
    log_capital = {}
    for kind in kinds:
        stock = here.stocks[kind]
        standing, _ = accumulate(stock, built(here, (works,), kind), len(here.periods))
        added = np.zeros((len(setting.regions), len(seen)))
        added[:, during] = (standing[0] / (stock.initial[:, None] * here.growth_factor))[:, place[during]]
        log_capital[kind] = np.log1p(added)
    baseline = np.log(here.output)[:, None] + np.log1p(here.growth) * (place + 1.0)
    log_output = baseline + _drawn(rng, noise, baseline.shape)
    for kind, values in log_capital.items():
        log_output = log_output + truth[kind] * values
    paid = sum(
        (np.asarray(a).sum(axis=1) for a in of_budget(amounts).values()), np.zeros(len(setting.regions))
    )
    return Panel(
        regions=setting.regions,
        years=tuple(int(year) for year in seen),
        log_output=log_output,
        log_capital=log_capital,
        money_per_head=paid * 1e6 / setting.population,
        first=setting.years[0],
    )


def _years(setting: Setting, years: Sequence[int] | None) -> np.ndarray:
    first, last = setting.periods[0], setting.periods[-1]
    if years is None:
        return np.arange(first - len(setting.years), last + 1)
    seen = np.array(years, dtype=int)
    if not seen.size or (np.diff(seen) != 1).any() or seen[-1] > last:
        raise ValueError(
            f"the years observed are not ascending without gaps and up to {last}, the end of the horizon"
        )
    return seen


def _drawn(rng: np.random.Generator, noise: Noise, shape: tuple[int, int]) -> Array:
    """Effects of regions and years, and what is left, shape (R, T)."""
    of_region = noise.region * rng.standard_normal(shape[0])
    of_year = noise.year * rng.standard_normal(shape[1])
    left = noise.sd * rng.standard_normal(shape)
    fresh = np.sqrt(1.0 - noise.autocorrelation**2)
    for t in range(1, shape[1]):
        left[:, t] = noise.autocorrelation * left[:, t - 1] + fresh * left[:, t]
    return np.asarray(of_region[:, None] + of_year + left)


def _missing_columns(table: pd.DataFrame, kinds: list[str]) -> Any:
    for column in ("region", "year", "output", "money_per_head"):
        if column not in table.columns:
            yield Problem(f"the panel has no column '{column}'", column, remedy="Add it.")
    if not kinds:
        yield Problem(
            "the panel has no column 'added_<kind>'",
            "added_<kind>",
            "Without the capital that the programme built there is nothing to explain output by.",
            "Add one for each kind, such as added_infrastructure.",
        )


def _wrong_rows(table: pd.DataFrame, kinds: list[str]) -> Any:
    if table.empty:
        yield Problem("the panel has no rows", "region", remedy="Add a row for each region and year.")
        return
    for column in ("year", "output", "money_per_head", *(f"added_{kind}" for kind in kinds)):
        values = pd.to_numeric(table[column], errors="coerce")
        wrong = ~np.isfinite(values)
        if column == "output":
            wrong |= values <= 0
        elif column == "year":
            wrong |= values % 1 != 0
        else:
            wrong |= values < 0
        if wrong.any():
            row = table.loc[wrong].iloc[0]
            need = {"output": "a number above zero", "year": "a whole number"}.get(
                column, "a number of zero or more"
            )
            yield Problem(
                f"{int(wrong.sum())} rows do not hold {need}, first {row['region']} in {row['year']}",
                column,
                remedy="Mend them.",
            )
    pairs = table.groupby(["region", "year"], dropna=False).size()
    expected = table["region"].nunique() * table["year"].nunique()
    if (pairs > 1).any() or len(pairs) != expected:
        yield Problem(
            f"there are {len(table)} rows for {table['region'].nunique()} regions and "
            f"{table['year'].nunique()} years",
            "region, year",
            "The estimators need every region in every year once.",
            "Leave out years or regions with gaps, and double rows.",
        )
    if (table.groupby("region")["money_per_head"].nunique() > 1).any():
        yield Problem(
            "money per head differs between rows of one region",
            "money_per_head",
            remedy="Write the sum over the whole programme in every row of a region.",
        )
