"""Inequality indices as textbooks and other packages publish them."""

from __future__ import annotations

import math

import libpysal
import numpy as np
import pandas as pd
import pytest

from spatialcoord import disparity

# Dörsam, P. (2004), Wirtschaftsstatistik anschaulich dargestellt, PD-Verlag: sales of four car makers; quoted
# with the results by T. Wieland, REAT: Regional Economic Analysis Toolbox (R package), manual, functions gini
# and herf.
SALES = [20, 50, 20, 10]

# Gross domestic product of the 16 Länder of Germany in 2015, billion EUR at current prices: Arbeitskreis
# Volkswirtschaftliche Gesamtrechnungen der Länder, calculation of February 2016, from Baden-Württemberg to
# Thüringen in the order of the alphabet (statistical portal, table de_jb27_jahrtab65; also REAT, manual,
# function gini).
GDP_2015 = [
    460.69, 549.19, 124.16, 65.29, 31.59, 109.27, 263.44, 39.87, 258.53, 645.59, 131.95, 35.03, 112.66, 56.22,
    85.61, 56.81,
]  # fmt: skip
# Their population on 31 December 2015, same order: Statistisches Bundesamt (also REAT, manual, function
# hoover).
POPULATION_2015 = [
    10879618, 12843514, 3520031, 2484826, 671489, 1787408, 6176172, 1612362, 7926599, 17865516, 4052803, 995597,
    4084851, 2245470, 2858714, 2170714,
]  # fmt: skip


def normalised(index: float, n: int) -> float:
    """REAT's standardised coefficient: one region with everything has 1 however few there are."""
    return index * n / (n - 1)


def test_sales_of_four_companies():
    assert disparity.gini(SALES) == pytest.approx(0.3, abs=1e-12)
    assert normalised(disparity.gini(SALES), 4) == pytest.approx(0.4, abs=1e-12)
    concentration = disparity.herfindahl(SALES)
    assert concentration == pytest.approx(0.34, abs=1e-12)
    assert (concentration - 1 / 4) / (1 - 1 / 4) == pytest.approx(0.12, abs=1e-12)
    assert 1 / concentration == pytest.approx(2.94, abs=5e-3)


def test_income_classes():
    # Dörsam (2004) as above: average income of six classes and their size; published as 0.5278
    income, size = [500, 1500, 2500, 4000, 7500, 15000], [1000, 1200, 1600, 400, 200, 600]
    assert disparity.gini(income, size) == pytest.approx(0.5278, abs=5e-5)
    assert disparity.gini(income, size) == pytest.approx(0.527826, abs=5e-7)


def test_output_of_the_german_laender():
    # REAT, manual, functions gini (0.5009) and herf (0.125): of totals, so that a large Land counts as rich
    assert sum(GDP_2015) == pytest.approx(3025.90)
    assert disparity.gini(GDP_2015) == pytest.approx(0.5009, abs=5e-5)
    assert disparity.gini(GDP_2015) == pytest.approx(0.500935, abs=5e-7)
    assert disparity.herfindahl(GDP_2015) == pytest.approx(0.125, abs=5e-4)
    assert disparity.herfindahl(GDP_2015) == pytest.approx(0.125176, abs=5e-7)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (disparity.gini, 0.099935),
        (disparity.theil_t, 0.017321),
        (disparity.theil_l, 0.017445),
        (disparity.williamson, 0.187310),
        (disparity.hoover, 0.073590),
    ],
    ids=["gini", "theil_t", "theil_l", "williamson", "hoover"],
)
def test_output_per_head_of_the_german_laender(measure, expected):
    # computed twice independently from the two published tables; not itself published
    per_head = np.array(GDP_2015) / np.array(POPULATION_2015)
    assert measure(per_head, POPULATION_2015) == pytest.approx(expected, abs=5e-7)


def test_the_index_that_a_textbook_calls_theil_is_theil_l():
    # Störmann, W. (2009), Regionalökonomik, Oldenbourg: 0.2326302 (REAT, manual, function theil)
    income = [10, 10, 10, 20, 50]
    assert disparity.theil_l(income) == pytest.approx(0.2326302, abs=5e-8)
    assert disparity.theil_t(income) == pytest.approx(0.2502012, abs=5e-8)


def test_mexican_states():
    # Rey, S. J. and Sastré Gutiérrez, M. L. (2010), Spatial Economic Analysis 5: output per head of 32
    # states; Theil T and its part between the five regions of Hanson (1998), as PySAL's documentation of
    # Theil and TheilD prints them
    table = pd.read_csv(libpysal.examples.get_path("mexico.csv"))
    total = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
    between = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]
    within = [0.17435454, 0.12405598, 0.0521202, 0.04263506, 0.06354856, 0.07547525, 0.0702496]
    for k, year in enumerate(range(1940, 2001, 10)):
        y, regions = table[f"pcgdp{year}"], table["hanson98"]
        assert disparity.theil_t(y) == pytest.approx(total[k], abs=5e-8)
        assert disparity.theil_between(y, None, regions) == pytest.approx(between[k], abs=5e-8)
        assert disparity.theil_within(y, None, regions) == pytest.approx(within[k], abs=5e-8)


def test_atkinson_of_five_incomes():
    # PySAL's documentation of Atkinson
    incomes = [10, 20, 30, 40, 50]
    assert disparity.atkinson(incomes, None, 0.5) == pytest.approx(0.06315, abs=5e-6)
    assert disparity.atkinson(incomes, None, 1) == pytest.approx(0.13161, abs=5e-6)
    assert disparity.equally_distributed_equivalent(incomes, None, 0.5) == pytest.approx(28.1054, abs=5e-5)
    assert disparity.equally_distributed_equivalent(incomes, None, 1) == pytest.approx(26.05171, abs=5e-6)


def test_location_quotients():
    # Farhauer, O. and Kröll, A. (2013), Standorttheorien, Springer Gabler: 1,714 of 79,006 employees in the
    # region, 879,213 of 15,593,224 in the country; published as 0.3847623 (REAT, manual, function locq)
    activity, total = [1714, 879213 - 1714], [79006, 15593224 - 79006]
    assert disparity.location_quotient(activity, total)[0] == pytest.approx(0.3847623, abs=5e-8)
    # Bo, Wang and He: the north of the United States once had 15 % of the land and 80 % of manufacturing
    assert disparity.location_quotient([80, 20], [15, 85])[0] == pytest.approx(16 / 3)


def test_two_percent_a_year_is_a_half_life_of_35_years():
    # Barro, R. J. and Sala-i-Martin, X. (1992), Journal of Political Economy 100(2): "about 2 percent per
    # year"
    start = np.array([5000.0, 8000.0, 20000.0])
    end = np.exp(10 + (np.log(start) - 10) * math.exp(-0.02 * 10))
    found = disparity.beta_convergence(start, end, 10)
    assert found.half_life == pytest.approx(34.66, abs=5e-3)
    assert found.coefficient == pytest.approx(0.018127, abs=5e-7)
