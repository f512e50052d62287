"""Disparity between China's provinces in 2020 and 2013, against figures computed independently.

Source: population-weighted measures on output 2020 (China Statistical Yearbook 2021, table 3-9) and the 2020
census; the north's shares of 42.6 % (2013) and 35.2 % (2020) are those of Bo, Wang and He,
《新发展格局下完善我国区际利益协调机制研究》.
"""

import pandas as pd
import pytest

from spatialcoord.disparity import cv, gini, hoover, theil_between, theil_l, theil_t, top_bottom
from spatialcoord.regions import case_folder

FOLDER = case_folder("china")


@pytest.fixture(scope="module")
def provinces() -> pd.DataFrame:
    figures = pd.read_csv(FOLDER / "figures_2019_2020.csv", index_col="id")
    regions = pd.read_csv(FOLDER / "regions.csv", index_col="id")
    first = pd.read_csv(FOLDER / "north_south.csv", index_col="id")
    long = pd.read_csv(FOLDER / "output_1992_2020.csv").pivot(
        index="id", columns="year", values="output_million_cny"
    )
    return pd.DataFrame(
        {
            "population": figures["population_2020_persons"],
            "output": figures["output_2020_million_cny"],
            "output_2013_first": first["output_2013_first_release_million_cny"],
            "output_2013_revised": long[2013],
            "output_2020_revised": long[2020],
            "half": regions["north_south"],
        }
    )


@pytest.mark.parametrize(
    ("measure", "expected"),
    [(gini, 0.193325), (theil_t, 0.062225), (theil_l, 0.058448), (hoover, 0.142282), (cv, 0.373232)],
    ids=["gini", "theil_t", "theil_l", "hoover", "williamson"],
)
def test_weighted_measures_of_2020(provinces, measure, expected):
    per_head = provinces["output"] / provinces["population"]
    assert measure(per_head.to_numpy(), provinces["population"].to_numpy()) == pytest.approx(
        expected, abs=1e-6
    )


def test_ratios_of_the_richest_to_the_poorest(provinces):
    per_head = (provinces["output"] / provinces["population"]).sort_values()
    assert (per_head.index[0], per_head.index[-1]) == ("CN-GS", "CN-BJ")
    assert top_bottom(per_head, count=1) == pytest.approx(4.576, abs=5e-4)
    assert top_bottom(per_head, count=5) == pytest.approx(2.9769, abs=5e-5)
    assert per_head.tail(5).mean() / per_head.head(5).mean() == pytest.approx(2.9769, abs=5e-5)


def test_north_and_south_are_a_tenth_of_theil_t(provinces):
    per_head = provinces["output"] / provinces["population"]
    between = theil_between(per_head, provinces["population"], provinces["half"])
    assert between == pytest.approx(0.006082, abs=1e-6)
    assert between / theil_t(per_head, provinces["population"]) == pytest.approx(0.098, abs=5e-4)


@pytest.mark.parametrize(
    ("column", "share"),
    [
        ("output", 0.352206),
        ("output_2013_first", 0.42575),  # first release; never to be joined to the revised series
        ("output_2013_revised", 0.389),
        ("output_2020_revised", 0.352206),
    ],
)
def test_share_of_the_north(provinces, column, share):
    north = provinces.loc[provinces["half"] == "North", column].sum()
    assert north / provinces[column].sum() == pytest.approx(share, abs=5e-4)


def test_half_of_the_fall_of_the_north_is_revision(provinces):
    north = provinces[provinces["half"] == "North"].sum(numeric_only=True) / provinces.sum(numeric_only=True)
    quoted = north["output_2013_first"] - north["output_2020_revised"]
    revised = north["output_2013_revised"] - north["output_2020_revised"]
    assert revised / quoted == pytest.approx(0.5, abs=0.03)
